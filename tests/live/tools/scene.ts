import assert from "node:assert/strict";
import { isOnContainerd } from "../engines/kinds.ts";
import { connect, type Connected, type ConnectOptions } from "../../connect.ts";
import { askEngine, type BareRequest, mustAskEngine } from "../engine_api.ts";
import { type LiveEngine, liveTest } from "../live.ts";

export type Args = Record<string, unknown>;

/** What one call of a tool came to. */
export interface Told {
  text: string;
  /** The structured answer; empty for a failure. */
  data: Record<string, unknown>;
  failed: boolean;
}

/** What a test on the shared engine works with: a client, and names that nothing else on the engine has. */
export interface Scene extends Pick<Connected, "client" | "events" | "text"> {
  image: string;
  /** The engine's address. */
  host: string;
  /** `key=value`, on every container that `create` and `run` make. */
  label: string;
  /** In front of every name that a test makes up. */
  prefix: string;
  call(tool: string, args?: Args): Promise<Told>;
  /** The structured answer of a call that must succeed. */
  data(tool: string, args?: Args): Promise<Record<string, unknown>>;
  /** The text of a call that must fail with `code`. */
  fails(code: string, tool: string, args?: Args): Promise<string>;
  /** Creates a container of the test image; gives its name. */
  create(what: string, args?: Args): Promise<string>;
  /** Runs one, `sleep 600` unless there is a command; gives its name. */
  run(what: string, args?: Args): Promise<string>;
  /** What a command in a container prints on stdout; it must succeed. */
  sh(container: string, line: string): Promise<string>;
  /** What the engine itself says of a container, not by way of the tools. */
  inspect(container: string): Promise<unknown>;
  /** A bare request to the engine; the JSON of its answer. */
  ask(request: BareRequest): Promise<unknown>;
  /** Whether the engine has such a container. */
  exists(container: string): Promise<boolean>;
  /** Makes a network with the subnet, as `10.123.45.0/24`; gives its name. */
  network(what: string, subnet?: string): Promise<string>;
  /** A client of its own on the same engine, closed with the scene. */
  also(options: ConnectOptions): Promise<Connected>;
}

/** A test on the shared engine with a scene of its own; whatever it made is removed, also when it fails. */
export function sceneTest(name: string, fn: (scene: Scene) => Promise<void>, options: ConnectOptions = {}): void {
  liveTest(name, async (engine) => {
    const opened: Connected[] = [];
    const id = crypto.randomUUID().slice(0, 8);
    const open = async ({ elicit, ...options }: ConnectOptions) => {
      const asked = elicit && { elicit: (message: string) => elicit(plainNames(message)) };
      const connected = await connect({ ...options, ...asked, host: engine.host });
      opened.push(connected);
      // From here on the client holds every answer against the tool's output schema.
      await connected.client.listTools();
      return connected;
    };
    try {
      await fn({ ...scene(engine, await open(options), id), also: open });
    } finally {
      for (const connected of opened) await connected.close();
      await clean(engine.host, id);
    }
  });
}

function scene({ host, image }: LiveEngine, connected: Connected, id: string): Omit<Scene, "also"> {
  const [prefix, label] = [`mcp-${id}`, `docker-mcp.test=${id}`];
  const { client, events, text } = connected;
  const call = (tool: string, args?: Args) => callOn(connected, tool, args);
  const data = (tool: string, args?: Args) => dataOn(connected, tool, args);
  const make = async (tool: string, what: string, args: Args) => {
    const name = `${prefix}-${what}`;
    const labels = { "docker-mcp.test": id, ...asRecord(args["labels"]) };
    await data(tool, { image, name, ...args, labels });
    return name;
  };
  const ask = async (request: BareRequest): Promise<unknown> => {
    const { text } = await mustAskEngine(host, request);
    return text ? JSON.parse(text) : undefined;
  };
  return {
    ...{ client, events, host, image, label, prefix, call, data, ask },
    text: async (name, args) => plainNames(await text(name, args)),
    fails: (code, tool, args) => failsOn(connected, code, { tool, args: args ?? {} }),
    create: (what, args = {}) => make("docker_create_container", what, args),
    run: (what, args = {}) => make("docker_run_container", what, { command: ["sleep", "600"], ...args }),
    async sh(container, line) {
      const { exit_code, stdout, stderr } = await data("docker_exec_command", { container, shell: line });
      assert.equal(exit_code, 0, `"${line}" failed: ${stderr}`);
      return String(stdout);
    },
    inspect: (container) => ask({ path: `/containers/${container}/json` }),
    async exists(container) {
      return (await askEngine(host, { path: `/containers/${container}/json` })).status === 200;
    },
    async network(what, subnet) {
      const IPAM = subnet === undefined ? {} : { IPAM: { Config: [{ Subnet: subnet }] } };
      const body = { Name: `${prefix}-${what}`, Labels: { "docker-mcp.test": id }, CheckDuplicate: true, ...IPAM };
      await ask({ method: "POST", path: "/networks/create", body });
      return body.Name;
    },
  };
}

/** One call as a client makes it. */
export async function callOn({ client }: Pick<Connected, "client">, tool: string, args: Args = {}): Promise<Told> {
  const { content, structuredContent, isError } = await client.callTool({ name: tool, arguments: args });
  const text = content.map((block) => block.type === "text" ? block.text : `<${block.type}>`).join("\n");
  const data = structuredContent && JSON.parse(plainNames(JSON.stringify(structuredContent)));
  return { text: plainNames(text), data: asRecord(data), failed: isError ?? false };
}

/** Podman gives the test's images their names in full, with a registry in front; tests know them as Docker gives them. */
export function plainNames(text: string): string {
  return text.replace(/\b(localhost|docker\.io\/library)\/(?=mcp-)|\bdocker\.io\/(?=docker-mcp\/)/g, "");
}

/** The structured answer of a call that must succeed. */
export async function dataOn(connected: Pick<Connected, "client">, tool: string, args?: Args) {
  const { text, data, failed } = await callOn(connected, tool, args);
  assert.equal(failed, false, text);
  return data;
}

/** The text of a call that must fail with `code`. */
export async function failsOn(
  connected: Pick<Connected, "client">,
  code: string,
  { tool, args }: { tool: string; args: Args },
): Promise<string> {
  const { text, failed } = await callOn(connected, tool, args);
  assert.deepEqual([failed, text.slice(0, 9)], [true, `[${code}]`], text);
  return text;
}

/** What stands at the end of the keys in a value of any shape; undefined where the way ends before. */
export function at(value: unknown, ...keys: (string | number)[]): unknown {
  return keys.reduce<unknown>((inner, key) => asRecord(inner)[key], value);
}

/** The names of an object's members; none for what is no object. */
export function keysOf(value: unknown): string[] {
  return Object.keys(asRecord(value));
}

/** Asks until the answer is true; fails after 20 seconds. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !await holds();) {
    assert.ok(Date.now() < end, `not within 20 seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The answer, unless it takes longer than `ms`: a bound to find what hangs, not a claim of speed. */
export async function promptly<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No end within ${ms} ms`)), ms);
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Work that is waited for further down: where the test fails before that, nobody is there for its own failure. */
export function later<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

function asRecord(value: unknown): Record<string | number, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const kind = Deno.env.get("DOCKER_MCP_TEST_ENGINE");
const onPodman = kind?.startsWith("podman") ?? false;

/** Whether the engine keeps its images in containerd. */
export const onContainerd = isOnContainerd(kind);

/** Containers are found by their label and their name, since a test may have made one without either. */
async function clean(host: string, id: string): Promise<void> {
  const names = async (path: string, pattern: RegExp) =>
    new Set([...(await mustAskEngine(host, { path })).text.matchAll(pattern)].map(([, name]) => name ?? ""));
  const all = (kind: string, filters: Args) => `/${kind}all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`;
  for (const filters of [{ label: [`docker-mcp.test=${id}`] }, { name: [`mcp-${id}`] }]) {
    for (const found of await names(all("containers/json?", filters), /"Id":"([0-9a-f]{64})"/g)) {
      // Podman 5 gives it ten seconds to end by itself, forced or not.
      if (onPodman) await askEngine(host, { method: "POST", path: `/containers/${found}/kill` });
      // One that removes itself may be gone already.
      const { text } = await askEngine(host, { path: `/containers/${found}/json` });
      await askEngine(host, { method: "DELETE", path: `/containers/${found}?force=1&v=1` });
      // An anonymous volume that was handed on counts as a named one.
      for (const [, volume] of text.matchAll(/\/volumes\/([0-9a-f]{64})\/_data"/g)) {
        await askEngine(host, { method: "DELETE", path: `/volumes/${volume}` });
      }
    }
  }
  for (const found of await names(all("networks?", { name: [`mcp-${id}`] }), /"Name":"(mcp-[^"]+)"/g)) {
    await mustAskEngine(host, { method: "DELETE", path: `/networks/${found}` });
  }
  for (const found of await names(all("volumes?", { name: [`mcp-${id}`] }), /"Name":"(mcp-[^"]+)"/g)) {
    await mustAskEngine(host, { method: "DELETE", path: `/volumes/${found}` });
  }
  // Any image: Podman's names do not begin with the test's.
  for (const found of await names("/images/json", new RegExp(`"([\\w./-]*mcp-${id}[\\w-]*:[^"]+)"`, "g"))) {
    // On Podman one may go with another, whose name it shares.
    await askEngine(host, { method: "DELETE", path: `/images/${found}` });
  }
}
