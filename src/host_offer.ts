import type { Config, EngineConfig } from "./config/config.ts";
import type { Definition } from "./definitions.ts";
import { type Judged, policy } from "./safety/policy.ts";

/** The engines on which the policy lets something be called. */
export function enginesFor(config: Config): (judged: Judged) => EngineConfig[] {
  const judges = judgesOf(config);
  return (judged) => judges.filter(({ judge }) => judge(judged).kind !== "deny").map(({ engine }) => engine);
}

/** Why something is offered on no engine, and the flag that the operator set; undefined where nothing forbids it. */
export function whyWithheld(config: Config, { toolset, ...judged }: Judged & { toolset: string }): string | undefined {
  const { toolsets } = config.safety;
  if (toolsets.length > 0 && !toolsets.includes(toolset)) {
    return `it is of the toolset "${toolset}", and the operator offers ${toolsets.join(", ")} alone (--toolsets)`;
  }
  const reasons = judgesOf(config).map(({ judge }) => judge(judged)).flatMap((verdict) =>
    verdict.kind === "deny" ? [`${verdict.reason} (${verdict.flag})`] : []
  );
  return reasons.length === config.engines.length ? [...new Set(reasons)].join("; ") : undefined;
}

function judgesOf({ engines, safety }: Config) {
  return engines.map((engine) => {
    const { name, rights } = engine;
    return { engine, judge: policy({ ...safety, ...(name === undefined ? {} : { host: { name, rights } }) }) };
  });
}

/** The definition with the argument `host`, which says where: one of `engines`. A read may leave it out. */
export function withHost(definition: Definition, engines: readonly EngineConfig[], first: EngineConfig): Definition {
  const { properties, required } = definition.inputSchema;
  const names = engines.flatMap(({ name }) => name ?? []);
  const reads = definition.risk === "read";
  const host = { type: "string", enum: names, ...(reads ? { description: `Default ${first.name}` } : {}) };
  const needed = [...(Array.isArray(required) ? required : []), ...(reads ? [] : ["host"])];
  const inputSchema = {
    ...definition.inputSchema,
    properties: { ...(typeof properties === "object" ? properties : {}), host },
    ...(needed.length > 0 ? { required: needed } : {}),
  };
  return { ...definition, inputSchema };
}

/** `the Docker engines prod (read only) and lab (argument host; reads without it go to prod)`. */
export function hostsPhrase(engines: readonly EngineConfig[]): string {
  const told = engines.map(({ name, rights }) => `${name}${meanings[rights]}`);
  return `the Docker engines ${told.join(", ")} (argument host; a read without it goes to ${engines[0]?.name})`;
}

const meanings: Record<EngineConfig["rights"], string> = {
  "all": "",
  "no-destroy": " (nothing is removed)",
  "ro": " (read only)",
};
