import { mustAskEngine } from "../live/engine_api.ts";
import { removeContainer, startContainer } from "../live/engine_containers.ts";
import type { LiveEngine } from "../live/live.ts";

const roles = ["web", "api", "worker", "cache", "database"];

/** Runs `work` while twenty containers run, each with a name, a published port and a label; it gets their names. */
export async function withTwentyContainers<T>(
  engine: LiveEngine,
  work: (name: string, names: readonly string[]) => Promise<T>,
): Promise<T> {
  const names = Array.from({ length: 20 }, (_, i) => `shop-${roles[i % roles.length]}-${1 + Math.floor(i / 5)}`);
  const ids: string[] = [];
  try {
    for (const name of names) {
      const id = await startWithPort(engine);
      ids.push(id);
      await mustAskEngine(engine.host, { method: "POST", path: `/containers/${id}/rename?name=${name}` });
    }
    return await work(names[0] ?? "", names);
  } finally {
    await Promise.all(ids.map((id) => removeContainer(engine.host, id)));
  }
}

/** The engine picks the port on the host. */
async function startWithPort({ host, image }: LiveEngine): Promise<string> {
  return await startContainer(host, {
    Image: image,
    Cmd: ["sleep", "100000"],
    Labels: { "com.example.team": "shop" },
    ExposedPorts: { "80/tcp": {} },
    HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
}
