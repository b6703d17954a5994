/** What loading may ask of the machine; nothing else of it reaches a project. */
export interface Host {
  /** The file's text. It throws a ComposeError where there is none, and the refusal where it may not be read. */
  readText(path: string): Promise<string>;
  /** True for a file that may be read. */
  isFile(path: string): Promise<boolean>;
  /** The error for a path that may not be read, wherever it leads. */
  refusal(path: string): Error | undefined;
  /** The caller's variables. */
  env: ReadonlyMap<string, string>;
  /** Absolute: what `~` stands for. */
  home: string;
  /** Absolute: where a search for files starts, and what relative file names refer to. */
  cwd: string;
}
