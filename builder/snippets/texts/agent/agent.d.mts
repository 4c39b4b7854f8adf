// The types of agent.mjs, for TypeScript.

export declare const BASE_URL: string;
export declare const AGENT: string;
export declare const VALUES: Record<string, string>;

export interface Prompt {
  prompt_type: "system" | "user";
  content: string;
  /** Name -> what to provide. */
  placeholders: Record<string, string>;
}

export interface Agent {
  name: string;
  description: string;
  return_type: "structured" | "unstructured";
  prompts: Prompt[];
  /** A JSON Schema, where return_type is "structured". */
  schema_definition?: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Options {
  baseUrl?: string;
  agent?: string;
  /** Without it the latest. */
  version?: number;
  signal?: AbortSignal;
}

export declare function configuration(options?: Options): Promise<Agent>;
export declare function prompt(
  agent: Agent,
  kind: "system" | "user",
  values: Record<string, string>,
): string;
export declare function output(agent: Agent, answer: string): Promise<unknown>;
