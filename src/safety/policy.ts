import type { Risk } from "./risk.ts";

/** What is to happen with a call: do it, ask a person first, or refuse it. */
export type Verdict = { kind: "allow" } | { kind: "confirm" } | { kind: "deny"; reason: string; flag: string };

/** A thing to be judged: a tool's name and its risk, and where it is to happen. */
export interface Judged {
  name: string;
  risk: Risk;
  /** The name of the engine; absent where there is only one, and it has none. */
  host?: string;
}

/** Judges one call of one caller. */
export type Decide = (caller: { name: string }, judged: Judged) => Verdict;

export interface PolicyOptions {
  /** What happens with calls that lose data. */
  destructive: "confirm" | "allow" | "deny";
  readOnly: boolean;
  /** Where not empty, only these. `*` stands for any characters: `docker_list_*`. */
  allowTools: readonly string[];
  /** Never these, whatever else is allowed. */
  denyTools: readonly string[];
  /** What may be done on one engine, within all the others. */
  host?: HostRights;
}

/** The rights on the engine `name`. */
export interface HostRights {
  name: string;
  rights: "all" | "no-destroy" | "ro";
}

/** The judge of calls. What is denied by any option stays denied, whatever another one allows. */
export function policy(options: PolicyOptions): (judged: Judged) => Verdict {
  const allowed = options.allowTools.map(toolPattern);
  const denied = options.denyTools.map(toolPattern);
  return ({ name, risk }) => {
    if (denied.some((tools) => tools.test(name))) return deny("the operator has switched it off", "--deny-tools");
    if (allowed.length > 0 && !allowed.some((tools) => tools.test(name))) {
      return deny("it is not among the tools that the operator has switched on", "--allow-tools");
    }
    if (options.readOnly && risk !== "read") return deny("this server only reads", "--read-only");
    const withheld = options.host && withheldOn(options.host, risk);
    if (withheld) return withheld;
    if (risk !== "destroy" || options.destructive === "allow") return { kind: "allow" };
    if (options.destructive === "confirm") return { kind: "confirm" };
    return deny("this server does nothing that loses data", "--destructive");
  };
}

function withheldOn({ name, rights }: HostRights, risk: Risk): Verdict | undefined {
  if (rights === "ro" && risk !== "read") return deny(`"${name}" is only read`, `--host ${name}=...`);
  if (rights === "no-destroy" && risk === "destroy") {
    return deny(`nothing that loses data is done on "${name}"`, `--host ${name}=...`);
  }
}

function deny(reason: string, flag: string): Verdict {
  return { kind: "deny", reason, flag };
}

/** The names that are meant: `*` stands for any characters. */
export function toolPattern(tools: string): RegExp {
  const literal = tools.split("*").map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}
