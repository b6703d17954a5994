/** A place in a file: lines and columns count from 1. */
export interface Position {
  /** The file's path as it was given or found; for inline text the name it was given. */
  file: string;
  line: number;
  column: number;
}

/**
 * What kind of trouble it is: the files are wrong; the state of the engine stands in the way; the plan is not the one
 * that was meant; carrying it out failed half-way.
 */
export type ComposeFault = "files" | "blocked" | "stale" | "failed";

export interface ComposeErrorFacts {
  /** `files` unless told. */
  fault?: ComposeFault;
  /** The attribute: `services.web.ports.0`. */
  path?: string | undefined;
  /** Where the value stands, when it came from a file. */
  at?: Position | undefined;
  /** What was going on when it failed: `web-1: create`. */
  operation?: string | undefined;
  /** What would be right, when it is not said by the reason. */
  expected?: string | undefined;
  cause?: unknown;
}

/** The one error of the Compose library: what could not be done, where in which file, and why. */
export class ComposeError extends Error {
  override readonly name = "ComposeError";
  /** Why, without the place: `a number is not allowed here`. */
  readonly reason: string;
  readonly path: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly expected: string | undefined;
  readonly operation: string | undefined;
  readonly fault: ComposeFault;

  constructor(reason: string, { fault = "files", path, at, operation, expected, cause }: ComposeErrorFacts = {}) {
    const place = at && `${at.file}:${at.line}:${at.column}`;
    const read = path ? `Cannot read "${path}"${place ? ` at ${place}` : ""}` : place && `Cannot read ${place}`;
    const subject = fault === "files" ? read : place;
    super(`${subject ? `${subject}: ` : ""}${reason}${expected ? `; expected ${expected}` : ""}`, { cause });
    this.operation = operation;
    this.fault = fault;
    this.reason = reason;
    this.path = path;
    this.file = at?.file;
    this.line = at?.line;
    this.column = at?.column;
    this.expected = expected;
  }
}
