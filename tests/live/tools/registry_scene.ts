import { connect, type ConnectOptions } from "../../connect.ts";
import { privateTest } from "../live.ts";
import type { PrivateEngine } from "../private_engine.ts";
import { account, registryProgram, startRegistry, type TestRegistry, type TestRegistryOptions } from "../registry.ts";

let unpacked: Promise<{ folder: string; program: string }> | undefined;
Deno.test.afterAll(async () => {
  const { folder } = await unpacked?.catch(() => undefined) ?? {};
  if (folder !== undefined) await Deno.remove(folder, { recursive: true });
});

async function unpack() {
  const folder = await Deno.makeTempDir({ prefix: "docker-mcp-registry-" });
  return { folder, program: await registryProgram(`${folder}/programs`) };
}

export interface Place {
  engine: PrivateEngine;
  /** The test image in the engine. */
  image: string;
  registry: TestRegistry;
  /** A name in the registry that no other test has. */
  name: string;
  open(env?: Record<string, string>, options?: ConnectOptions): ReturnType<typeof connect>;
}

let port = 5000;

/** A test with a registry of its own, that the engine reaches on its loopback address. */
export function registryTest(
  name: string,
  { asks }: Pick<TestRegistryOptions, "asks">,
  fn: (place: Place) => Promise<void>,
): void {
  privateTest(name, async (engine, image) => {
    const { program } = await (unpacked ??= unpack());
    await using registry = await startRegistry({ pid: engine.pid(), program, port: ++port, ...(asks ? { asks } : {}) });
    const id = crypto.randomUUID().slice(0, 8);
    const open = (env = {}, options: ConnectOptions = {}) =>
      connect({ host: engine.host, args: ["--destructive=allow"], env, ...options });
    await fn({ engine, image, registry, name: `${registry.address}/mcp/${id}`, open });
  });
}

/** The variables that make the account known to a server. */
export const credentials = ({ address }: TestRegistry, password = account.password) => ({
  REGISTRY_SERVER: address,
  REGISTRY_USERNAME: account.username,
  REGISTRY_PASSWORD: password,
});
