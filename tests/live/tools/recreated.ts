import assert from "node:assert/strict";
import { at, type Scene } from "./scene.ts";

export const recreate = "docker_recreate_container";
export const allowed = { args: ["--destructive=allow"] };

/** What an inspect tells but for ids, times and what the engine itself chooses. */
export function lasting(details: unknown): unknown {
  const { Id, State, Config, NetworkSettings, Mounts, ...own } = record(details);
  for (
    const chosen of [
      "Created",
      "GraphDriver",
      ...["Log", "ResolvConf", "Hostname", "Hosts"].map((a) => `${a}Path`),
    ]
  ) {
    delete own[chosen];
  }
  const { Hostname, Labels, Env, ...config } = record(Config);
  // Whatever this server makes says so.
  const labels = Object.entries(record(Labels)).filter(([key]) => !key.startsWith("com.docker-mcp."));
  const asked = Object.entries(record(at(NetworkSettings, "Networks"))).map(([name, endpoint]) => {
    const { IPAMConfig, Aliases, Links, DriverOpts, GwPriority } = record(endpoint);
    const aliases = Array.isArray(Aliases) ? Aliases.filter((alias) => alias !== String(Id).slice(0, 12)) : [];
    return [name, { IPAMConfig, Aliases: aliases, Links, DriverOpts, GwPriority }];
  });
  return {
    ...own,
    Config: {
      ...config,
      // Podman tells them in any order.
      Env: Array.isArray(Env) ? Env.toSorted() : Env,
      Labels: Object.fromEntries(labels),
      Hostname: Hostname === String(Id).slice(0, 12) ? "(short id)" : Hostname,
    },
    State: at(State, "Status"),
    Mounts: Array.isArray(Mounts) ? Mounts.map((mount) => JSON.stringify(mount)).sort() : Mounts,
    Networks: Object.fromEntries(asked),
    Ports: at(NetworkSettings, "Ports"),
  };
}

/** The members of an object; none of what is no object. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Recreates without a change, and holds what is there now against what was there before. */
export async function staysTheSame(s: Scene, container: string): Promise<void> {
  const before = await s.inspect(container);
  const { changed } = await s.data(recreate, { container });
  assert.deepEqual(changed, []);
  const after = await s.inspect(container);
  assert.notEqual(at(after, "Id"), at(before, "Id"));
  assert.deepEqual(lasting(after), lasting(before), container);
}

/** An image of its own, made by `docker commit` with these instructions. */
export async function image(s: Scene, tag: string, changes: string[]): Promise<string> {
  const from = await s.create(`for-${tag}`);
  const name = `${s.prefix}:${tag}`;
  const query = changes.map((change) => `&changes=${encodeURIComponent(change)}`).join("");
  // Podman 4 wants a body.
  await s.ask({ method: "POST", path: `/commit?container=${from}&repo=${s.prefix}&tag=${tag}${query}`, body: {} });
  return name;
}

/** A running container of just this body, past the tools; gives its name. */
export async function bare(s: Scene, what: string, body: Record<string, unknown>): Promise<string> {
  const name = `${s.prefix}-${what}`;
  const own = {
    Image: s.image,
    Cmd: ["sleep", "600"],
    StopTimeout: 0,
    Labels: { "docker-mcp.test": s.prefix.slice(4) },
  };
  await s.ask({ method: "POST", path: `/containers/create?name=${name}`, body: { ...own, ...body } });
  await s.ask({ method: "POST", path: `/containers/${name}/start` });
  return name;
}
