import type { Call, Subject } from "./call/stage.ts";
import type { Config } from "./config/config.ts";
import type { Context, Tool } from "./define.ts";
import type { Engines, Joined } from "./engines.ts";
import { ownOnly } from "./safety/managed.ts";
import { isRefused } from "./safety/rehearsal.ts";
import { shownValue } from "./safety/untrusted.ts";

/** Binds a tool to an engine and to what else it works with, as the call door wants it. */
export type SubjectOn = (tool: Tool, engine: Joined) => Subject;

/** What a tool works with beside its engine. */
type Parts = Omit<Context, "engine" | "compose" | "snapshots" | "signal" | "progress">;

/** Binds tools to these parts, by the operator's rules. */
export function subjectsOf(
  parts: Parts,
  { composeOn, safety }: { composeOn: (engine: Joined["engine"]) => Context["compose"]; safety: Config["safety"] },
): SubjectOn {
  const bind = (tool: Tool, { engine, snapshots }: Joined["rehearsal"]) =>
    subjectOf(tool, { ...parts, engine, compose: composeOn(engine), snapshots });
  return (tool, { name, rehearsal, ...joined }) => {
    const bound = bind(tool, joined);
    const rehearse = tool.risk === "destroy" ? { rehearse: rehearsalOf(bind(tool, rehearsal)) } : {};
    const subject = confined(tool, { ...bound, ...rehearse }, safety);
    return name === undefined ? subject : { ...subject, host: name };
  };
}

/** A tool bound to what it works with, as the call door wants it. */
function subjectOf(tool: Tool, parts: Omit<Context, "signal" | "progress">): Subject {
  const contextOf = ({ signal, progress, learn }: Call): Context => ({
    ...parts,
    compose: learning(parts.compose, learn),
    signal,
    progress,
  });
  return {
    name: tool.name,
    title: tool.title,
    risk: tool.risk,
    inputs: Object.keys(tool.input.shape),
    parse: (args) => tool.input.parse(args),
    ...(tool.consequence &&
      { consequence: async (call: Call) => await tool.consequence?.(contextOf(call), call.args) }),
    async run(call) {
      // Before the text is made of it: in JSON a backslash must be written twice.
      const data = shownValue(tool.output.parse(await tool.run(contextOf(call), call.args)));
      return { kind: "answer", data, text: tool.text?.(data) ?? JSON.stringify(data) };
    },
  };
}

/** What Compose reads of variables is known to the call from then on, whichever tool reads a project. */
function learning(compose: Context["compose"], learn: Call["learn"]): Context["compose"] {
  if (!learn) return compose;
  return { ...compose, load: (options) => compose.load({ ...options, learn }) };
}

/** Runs the tool up to its first change, which is judged and not sent. */
function rehearsalOf({ run }: Subject): (call: Call) => Promise<void> {
  return async (call) => {
    try {
      await run({ ...call, progress: () => {} });
    } catch (error) {
      // All else, the change that was not sent too, is for the call itself.
      if (isRefused(error)) throw error;
    }
  };
}

/** Where only what this server made may be changed, a prune looks for nothing else, so that its question says what goes. */
function confined({ input }: Tool, subject: Subject, { managedOnly }: Config["safety"]): Subject {
  if (!managedOnly || subject.risk !== "destroy" || !("label" in input.shape)) return subject;
  return { ...subject, parse: (args) => ownOnly(subject.parse(args)) };
}

/** The tool on the engine that the arguments name. Where they name none that there is, the call door tells so. */
export function onHost(
  tool: Tool,
  given: Record<string, unknown>,
  { engines, subjectOn }: { engines: Engines; subjectOn: SubjectOn },
): { subject: Subject; args: Record<string, unknown> } {
  try {
    const { engine, args } = engines.choose(given, tool);
    return { subject: subjectOn(tool, engine), args };
  } catch (fault) {
    const { host: _, ...subject } = subjectOn(tool, engines.named(undefined));
    return { subject: failing(subject, fault), args: given };
  }
}

/** The subject of a call whose arguments are wrong in a way that is known already. */
export function failing(subject: Subject, fault: unknown): Subject {
  const parse = () => {
    throw fault;
  };
  return { ...subject, parse };
}

/** A client that cannot be asked confirms with an argument; it is not the tool's own. */
export function splitConfirm({ risk }: Subject, args: Record<string, unknown>): Pick<Call, "args" | "confirmation"> {
  const { confirm, ...rest } = args;
  if (risk !== "destroy" || typeof confirm !== "string") return { args };
  return { args: rest, confirmation: { token: confirm, action: "accept" } };
}
