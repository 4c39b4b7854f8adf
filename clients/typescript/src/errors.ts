/**
 * What can go wrong, as one tree:
 *
 *   AgentBuilderError
 *     ConnectionLost      no answer came, or it broke off
 *     BadAnswer           an answer came that is not one of this API
 *     Refused             the server said no, and why; one class for each kind:
 *       NoToken           401
 *       NotAllowed        403
 *       NotFound          404
 *       Conflict          409, changed elsewhere meanwhile: `theirs`, `revision`
 *       Busy              409, something is being done already
 *       Invalid           422, `problems` names the fields
 *       TooMany           429, `retryAfter` seconds
 *       EngineFailed      502, the language model did not answer
 *       Unavailable       503
 */
import type { Problem } from "./schema.js";

export class AgentBuilderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class ConnectionLost extends AgentBuilderError {}

export class BadAnswer extends AgentBuilderError {}

/** The problem document (RFC 9457) of a refusal, as an error. */
export class Refused extends AgentBuilderError {
  readonly status: number;
  /** Stable name of the kind of problem, for example "/problems/not-found". */
  readonly type: string;
  /** One sentence: what happened. */
  readonly reason: string;
  /** One sentence: what to do now. */
  readonly nextStep: string;
  /** Where, why and what to do, one by one. */
  readonly problems: NonNullable<Problem["problems"]>;
  /** The call's name in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds to wait, when the server named them. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(`${problem.detail} ${problem.next_step}`.trim());
    this.status = problem.status;
    this.type = problem.type;
    this.reason = problem.detail;
    this.nextStep = problem.next_step;
    this.problems = problem.problems ?? [];
    this.requestId = problem.request_id ?? undefined;
    this.retryAfter = retryAfter;
  }
}

export class NoToken extends Refused {}
export class NotAllowed extends Refused {}
export class NotFound extends Refused {}
export class Busy extends Refused {}
export class Invalid extends Refused {}
export class TooMany extends Refused {}
export class EngineFailed extends Refused {}
export class Unavailable extends Refused {}

export class Conflict extends Refused {
  /** Field -> its present value (null: empty). */
  readonly theirs: NonNullable<Problem["theirs"]>;
  /** The present revision or version. */
  readonly revision: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem, retryAfter);
    this.theirs = problem.theirs ?? {};
    this.revision = problem.revision ?? undefined;
  }
}

const BY_STATUS: Partial<Record<number, typeof Refused>> = {
  401: NoToken,
  403: NotAllowed,
  404: NotFound,
  422: Invalid,
  429: TooMany,
  502: EngineFailed,
  503: Unavailable,
};

/** The error that a refusal is; a proxy in between may answer with something that is no problem document. */
export async function refusal(response: Response): Promise<Refused> {
  const problem = await problemOf(response);
  const Kind = problem.status === 409 ? kindOfConflict(problem) : (BY_STATUS[problem.status] ?? Refused);
  return new Kind(problem, secondsOf(response.headers.get("Retry-After")));
}

function kindOfConflict(problem: Problem): typeof Refused {
  if (problem.type.endsWith("/conflict")) return Conflict;
  return problem.type.endsWith("/busy") || problem.type.endsWith("/in-progress") ? Busy : Refused;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const found: unknown = JSON.parse(text);
    if (isProblem(found)) return found;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const detail = `The server answered ${response.status} ${response.statusText}`.trimEnd() + ".";
  return { type: "about:blank", title: response.statusText, detail, next_step: "", status: response.status };
}

function isProblem(found: unknown): found is Problem {
  if (typeof found !== "object" || found === null) return false;
  const { type, detail, next_step, status } = found as Record<string, unknown>;
  return [type, detail, next_step].every((text) => typeof text === "string") && typeof status === "number";
}

/** Retry-After is a number of seconds here, never a date. */
function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d+(\.\d+)?$/.test(header) ? Number(header) : undefined;
}
