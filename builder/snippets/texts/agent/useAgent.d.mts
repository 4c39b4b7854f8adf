// The types of useAgent.mjs, for TypeScript.

import type { Agent } from "./agent.mjs";

export declare function useAgent(
  id?: string,
  baseUrl?: string,
): { agent: Agent | null; error: Error | null };
