import type * as z from "zod";
import type { Completed } from "./call/nearest.ts";
import type { Compose } from "./compose/compose.ts";
import type { ArchiveFiles } from "./engine/archive_files.ts";
import type { LocalFiles } from "./engine/build_context.ts";
import type { Engine } from "./engine/engine.ts";
import type { Registry } from "./registry/registry.ts";
import type { Risk } from "./safety/risk.ts";
import type { Hide } from "./safety/secrets.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";

/** What a tool works with, and all it gets: no logger, no policy, no configuration. */
export interface Context {
  engine: Engine;
  /** Compose on this engine, with the files that the operator permits. */
  compose: Compose;
  registry: Registry;
  files: LocalFiles & ArchiveFiles;
  /** Containers as they were before they were removed or changed. */
  snapshots: Snapshots;
  /** Secrets are hidden in every answer. Where text is searched, or read in part, it is hidden before. */
  hide: Hide;
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
  /**
   * For `destroy`: one sentence saying what this call would lose, read from the state as it is. Nothing where it would
   * lose nothing: then nobody is asked.
   */
  consequence?(context: Context, input: z.output<Input>): Promise<string | undefined>;
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

/** A tool's answer at an address. Reading it is that call: what is true of the tool is true of the address. */
export interface Resource {
  /** `docker://containers/{id}/logs`; one with a variable is a template. */
  uri: string;
  name: string;
  title: string;
  description: string;
  /** JSON is the tool's structured answer, text its summary. */
  mimeType: "application/json" | "text/plain";
  /** What the variable stands for. */
  names?: Completed;
  /** The name of a tool that only reads. */
  tool: string;
  /** The tool's arguments; `name` is what fills the variable. */
  args?(name: string): Record<string, unknown>;
  /** Engine events after which it may read differently: `network create`, or a type alone for all but commands run. */
  changedBy: readonly string[];
  /** True where each new line of the container's log changes it. */
  log?: true;
}

/** The identity, as `defineTool` is. */
export function defineResource(resource: Resource): Resource {
  return resource;
}

/** A question that a person picks, put together with the facts it takes to answer it. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** The tools that the facts come from; where one is switched off, so is the prompt. */
  tools: readonly string[];
  /** What the model reads. */
  text(facts: Facts, args: Record<string, string>): Promise<string>;
}

export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
  names: Completed;
  /** True where several may be given, separated by commas. */
  several?: true;
}

/** Calls of tools for their answers; each passes the call door as a client's own call does. */
export interface Facts {
  /** Ends the prompt where the call fails. */
  need(tool: string, args: Record<string, unknown>): Promise<Fact>;
  /** Where the call fails, its failure is the text and there is no data. */
  want(tool: string, args: Record<string, unknown>): Promise<Fact>;
}

export interface Fact {
  text: string;
  data: Record<string, unknown>;
}

/** The identity, as `defineTool` is. */
export function definePrompt(prompt: Prompt): Prompt {
  return prompt;
}
