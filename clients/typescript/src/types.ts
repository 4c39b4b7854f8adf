/** Types of the calls, derived from the generated description: what each takes and what it gives. */
import type { CALLS } from "./calls.js";
import type { Event, operations } from "./schema.js";

export type CallName = keyof typeof CALLS & keyof operations;

/** What happens in a reply: `event` says what, `data` has its parts. Browsers have another Event, hence the name. */
export type TurnEvent = Event;

export interface Settings {
  /** Ends the wait; the call then fails with the signal's reason. */
  signal?: AbortSignal;
}

export interface WriteSettings extends Settings {
  /** The same key again never writes twice. Each call has a new one unless you give one. */
  idempotencyKey?: string;
}

export interface RevisionSettings {
  /** The revision (of a session) or version (of an agent) that you changed from; a newer one there is a Conflict. */
  ifMatch?: number;
}

/** What stands under a key that may be missing, or may stand for "there is none". */
type Under<Of, Key extends string> = Of extends { [_ in Key]?: infer Found } ? Exclude<Found, undefined> : never;
type OrNothing<Found> = [Found] extends [never] ? object : Found;

type Parameters<Name extends CallName> = operations[Name]["parameters"];
type HeaderNames<Name extends CallName> = Lowercase<keyof Under<Parameters<Name>, "header"> & string>;
type Revision<Name extends CallName> = "if-match" extends HeaderNames<Name> ? RevisionSettings : object;
type Waiting<Name extends CallName> = "idempotency-key" extends HeaderNames<Name> ? WriteSettings : Settings;

type Json<Found> = Found extends { content: { "application/json": infer Value } } ? Value : never;
type File<Found> = Found extends { content: { "application/octet-stream": unknown } }
  ? Uint8Array<ArrayBuffer>
  : never;
type Sent<Found> = Json<Found> | File<Found>;
type Body<Name extends CallName> = operations[Name] extends { requestBody: infer Found }
  ? { body: Sent<Found> }
  : [Under<operations[Name], "requestBody">] extends [never]
    ? object
    : { body?: Sent<Under<operations[Name], "requestBody">> };

/** Everything that a call takes, in one object. */
export type Given<Name extends CallName> = OrNothing<Under<Parameters<Name>, "path">> &
  OrNothing<Under<Parameters<Name>, "query">> &
  Body<Name> &
  Revision<Name> &
  Waiting<Name>;

/** How an answer is read, by its media type. Events are not for calls but for `send` and `follow`. */
type Reading<Kind, Value> = Kind extends "application/x-ndjson"
  ? Value[]
  : Kind extends `application/${string}json`
    ? Value
    : Kind extends "text/event-stream"
      ? never
      : Kind extends `text/${string}`
        ? string
        : Uint8Array<ArrayBuffer>;
type Content<Answer> = Answer extends { content: infer Found }
  ? { [Kind in keyof Found]: Reading<Kind, Found[Kind]> }[keyof Found]
  : undefined;
type Answers<Name extends CallName> = operations[Name]["responses"];
type Empty<Name extends CallName> = Extract<202 | 204, keyof Answers<Name>> extends never ? never : undefined;

/** What a call gives; undefined where there is nothing (yet). */
export type Gives<Name extends CallName> =
  | { [Status in Extract<200 | 201, keyof Answers<Name>>]: Content<Answers<Name>[Status]> }[Extract<
      200 | 201,
      keyof Answers<Name>
    >]
  | Empty<Name>;

type Arguments<Of> = object extends Of ? [given?: Of] : [given: Of];

/** One method for each call of the API, by the name that its description gives. */
export type Calls = {
  readonly [Name in Exclude<CallName, "followReply">]: (...given: Arguments<Given<Name>>) => Promise<Gives<Name>>;
};
