// A React hook: one talk, with the reply growing while it is written. Where pages of yours call Agent Builder
// themselves, its setting CORS_ORIGINS names their address; else they call a server of yours (see "Express").

import { useCallback, useEffect, useRef, useState } from "react";
import * as interview from "./interview.mjs";

/** Gives `messages` ({ id, role, text }), `suggestions`, `busy`, `error`, `send(text)` and `stop()`. */
export function useInterview(session = interview.SESSION, baseUrl = interview.BASE_URL) {
  const [messages, setMessages] = useState([]);
  const [suggestions, setSuggestions] = useState([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const running = useRef(null);

  useEffect(() => {
    const leaving = new AbortController();
    setMessages([]);
    setBusy(false);
    setError(null);
    interview
      .talk({ session, baseUrl, signal: leaving.signal })
      .then((found) => {
        if (leaving.signal.aborted) return;
        const opening = { id: "opening", role: "model", text: found.opening.text };
        setMessages((sent) => [opening, ...found.messages, ...sent]);
        setSuggestions(found.suggestions);
      })
      .catch((reason) => leaving.signal.aborted || setError(reason));
    return () => {
      leaving.abort();
      running.current?.abort(); // a component that goes away reads no further
      running.current = null;
    };
  }, [session, baseUrl]);

  const send = useCallback(
    async (text) => {
      if (running.current) return;
      const turn = (running.current = new AbortController());
      const question = { id: `${Date.now()}-question`, role: "user", text };
      const reply = { id: `${Date.now()}-reply`, role: "model", text: "" };
      const show = (change) => running.current === turn && change();
      const grown = (text) => (one) => (one.id === reply.id ? { ...one, text } : one);
      setMessages((all) => [...all, question, reply]);
      setSuggestions([]);
      setBusy(true);
      setError(null);
      try {
        for await (const now of interview.send(text, { session, baseUrl, signal: turn.signal })) {
          show(() => setMessages((all) => all.map(grown(now.text))));
          if (now.kind === "Suggested") show(() => setSuggestions(now.data.replies));
        }
      } catch (reason) {
        if (!turn.signal.aborted) show(() => setError(reason));
      } finally {
        show(() => {
          running.current = null;
          setBusy(false);
        });
      }
    },
    [session, baseUrl],
  );

  const stop = useCallback(
    () => interview.stop({ session, baseUrl }).catch(setError),
    [session, baseUrl],
  );

  return { messages, suggestions, busy, error, send, stop };
}
