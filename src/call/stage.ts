import type { Known } from "../safety/known_secrets.ts";
import type { Risk } from "../safety/risk.ts";

/** Who calls. Over stdio it is always the local user; over HTTP the owner of the token. */
export interface Caller {
  name: string;
}

export type Progress = (note: { progress: number; total?: number; message?: string }) => void;

/** A thing that can be called through the door: a tool, bound to what it works on. */
export interface Subject {
  name: string;
  title: string;
  risk: Risk;
  /** The name of the engine it works on; absent where there is only one, and it has none. */
  host?: string;
  /** The names of its arguments. */
  inputs?: readonly string[];
  /** Checks the arguments; throws with every fault named. The result is what `run` gets. */
  parse(args: unknown): Record<string, unknown>;
  /** One sentence saying what would be lost, from the state as it is now. It reads only. */
  consequence?(call: Call): Promise<string | undefined>;
  /** Throws what would refuse the call, as far as its first change tells. It reads only. */
  rehearse?(call: Call): Promise<void>;
  run(call: Call): Promise<Answer>;
}

/** One call on its way through the stages. A stage passes on a changed copy, never the same object changed. */
export interface Call {
  /** Unique, short; named in internal errors and in the log. */
  id: string;
  subject: Subject;
  args: Record<string, unknown>;
  caller: Caller;
  signal: AbortSignal;
  progress: Progress;
  /** Takes what came to be known on the way: secrets among it are hidden in whatever comes of the call. */
  learn?(known: Known): void;
  confirmation?: Confirmation;
}

/** What came back for an earlier question: the token it carried, and how the person answered. */
export interface Confirmation {
  token: string;
  action: "accept" | "decline" | "cancel";
}

export interface Answer {
  kind: "answer";
  data: Record<string, unknown>;
  text: string;
}

/** A call that must be confirmed by a person. `token` is bound to exactly this call and expires. */
export interface Question {
  kind: "question";
  message: string;
  token: string;
}

/** A call that failed, told so that a reader can go on. */
export interface Failure {
  kind: "failure";
  /** From the table in codes.ts: `DKR-002`. */
  code: string;
  what: string;
  why: string;
  next: string;
}

export type Outcome = Answer | Question | Failure;

export type Next = (call: Call) => Promise<Outcome>;

export type Stage = (call: Call, next: Next) => Promise<Outcome>;

/** Puts the stages around `inner`, the first one outermost. */
export function around(stages: readonly Stage[], inner: Next): Next {
  return stages.reduceRight<Next>((next, stage) => (call) => stage(call, next), inner);
}

/** A failure as the text that a client reads. */
export function failureText(failure: Failure): string {
  return `[${failure.code}] ${failure.what}: ${failure.why}\nNext: ${failure.next}`;
}
