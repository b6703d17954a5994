/** What is kept of one call. Secrets are hidden in it. */
export interface CallEvent {
  /** When the call ended, in ISO 8601. */
  time: string;
  /** The call's id, as internal errors name it. */
  id: string;
  name: string;
  risk: "read" | "change" | "execute" | "destroy";
  /** The name of the engine, where it has one. */
  host?: string;
  caller: string;
  outcome: "answer" | "question" | "failure";
  /** Milliseconds. */
  duration: number;
  args: Record<string, unknown>;
  /** Where it failed: the code, and why. */
  code?: string;
  why?: string;
  /** Where the fault is the server's own: what was thrown, with its stack. No client ever sees it. */
  error?: string;
}

/** Takes events: a log, an audit file, metrics. */
export type Sink = (event: CallEvent) => void;
