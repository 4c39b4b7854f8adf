// A React hook: one agent, read from Agent Builder. Where pages of yours call it themselves, its setting
// CORS_ORIGINS names their address; else they call a server of yours (see the snippet "Express").

import { useEffect, useState } from "react";
import { configuration, AGENT, BASE_URL } from "./agent.mjs";

/** Gives `agent` (null until it is there) and `error`. */
export function useAgent(id = AGENT, baseUrl = BASE_URL) {
  const [agent, setAgent] = useState(null);
  const [error, setError] = useState(null);

  useEffect(() => {
    const leaving = new AbortController();
    setAgent(null);
    setError(null);
    configuration({ agent: id, baseUrl, signal: leaving.signal })
      .then((found) => leaving.signal.aborted || setAgent(found))
      .catch((reason) => leaving.signal.aborted || setError(reason));
    return () => leaving.abort();
  }, [id, baseUrl]);

  return { agent, error };
}
