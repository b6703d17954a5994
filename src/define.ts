import type * as z from "zod";
import type { ArchiveFiles } from "./engine/archive_files.ts";
import type { LocalFiles } from "./engine/build_context.ts";
import type { Engine } from "./engine/engine.ts";
import type { Registry } from "./registry/registry.ts";
import type { Risk } from "./safety/risk.ts";

/** What a tool works with, and all it gets: no logger, no policy, no configuration. */
export interface Context {
  engine: Engine;
  registry: Registry;
  files: LocalFiles & ArchiveFiles;
  /** Ends when the caller gives up or the deadline passes. */
  signal: AbortSignal;
  /** Tells the caller how far the work is; nothing happens when nobody asked. */
  progress(note: { progress: number; total?: number; message?: string }): void;
}

/** One thing that a client can do. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** Starts with `docker_`; a verb first: `docker_stop_container`. */
  name: string;
  title: string;
  /** For a reader with no screen: what it does, its default, its limit. */
  description: string;
  risk: Risk;
  /** True where a second equal call changes nothing more. */
  idempotent?: boolean;
  /** True where it reaches beyond the engine: a registry, the internet. */
  openWorld?: boolean;
  input: Input;
  output: Output;
  /** A summary that reads better than JSON. */
  text?(output: z.output<Output>): string;
  /** For `destroy`: one sentence saying what this call would lose, read from the state as it is. */
  consequence?(context: Context, input: z.output<Input>): Promise<string>;
  run(context: Context, input: z.output<Input>): Promise<z.input<Output>>;
}

/** A named group of tools that is switched on or off as one. */
export interface Toolset {
  name: string;
  description: string;
  tools: readonly Tool[];
}

/** The identity; it exists for inference: `run` knows the types of its own schemas. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
