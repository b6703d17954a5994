/** What is known of a build that failed. */
export interface BuildFailure {
  /** `[2/4] RUN make`; absent where no step had begun. */
  step?: string;
  exitCode?: number;
  /** The last lines that the step wrote. */
  output?: string;
}

/** The builder ran and could not build: the fault is in the Dockerfile, its context or what they ask for. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly step: string | undefined;
  readonly exitCode: number | undefined;
  readonly output: string | undefined;

  constructor(message: string, { step, exitCode, output }: BuildFailure = {}) {
    super(message);
    this.step = step;
    this.exitCode = exitCode;
    this.output = output;
  }
}
