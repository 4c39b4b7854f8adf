// The types of useInterview.mjs, for TypeScript.

export interface Line {
  id: string;
  role: "user" | "model";
  text: string;
}

export declare function useInterview(
  session?: string,
  baseUrl?: string,
): {
  messages: Line[];
  suggestions: string[];
  busy: boolean;
  error: Error | null;
  send: (text: string) => Promise<void>;
  stop: () => void;
};
