/** Agent Builder for programs: interviews, and the agents that come of them. */
export { createClient, type Client, type SendSettings } from "./client.js";
export * from "./errors.js";
export { serverSentEvents, type ServerSentEvent } from "./sse.js";
export type { Options } from "./transport.js";
export type { CallName, Calls, Given, Gives, TurnEvent } from "./types.js";
export type * from "./schema.js";
