// The types of interview.mjs, for TypeScript.

export declare const BASE_URL: string;
export declare const SESSION: string;

export interface Options {
  baseUrl?: string;
  session?: string;
  signal?: AbortSignal;
}

export interface Happening {
  /** "Started", "TextDelta", "DraftChanged", "StageChanged", "Suggested", "Finished" and others. */
  kind: string;
  data: Record<string, unknown>;
  /** The reply so far. */
  text: string;
}

export interface Status {
  session_id: string;
  stage: string;
  progress: number;
  collected: string[];
  missing: string[];
  revision: number;
}

export interface Message {
  id: string;
  role: "user" | "model";
  text: string;
  state: string;
}

export interface Talk {
  messages: Message[];
  opening: { text: string; suggestions: string[] };
  suggestions: string[];
}

export declare class Refused extends Error {
  status: number;
}

export declare function send(message: string, options?: Options): AsyncGenerator<Happening, void>;
export declare function status(options?: Options): Promise<Status>;
export declare function talk(options?: Options): Promise<Talk>;
export declare function stop(options?: Options): Promise<void>;
export declare function configuration(options?: Options): Promise<Record<string, unknown> | null>;
