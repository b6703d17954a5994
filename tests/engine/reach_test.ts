import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { json, none } from "../../src/engine/request.ts";
import { temporaryFolder } from "../temporary.ts";
import { failing, ok, startDaemon, transportTo } from "./daemons.ts";

const get = { method: "GET", path: "/x" } as const;
const post = { method: "POST", path: "/x" } as const;

/** Checks that each way to send fails with `why`. */
async function unreachable(
  host: string,
  { why, says }: { why: "missing" | "refused" | "busy" | "unknown_host"; says: string },
) {
  const transport = transportTo(host);
  const expected = {
    fault: { kind: "unreachable", why },
    says: `Cannot reach the Docker daemon at ${host}: ${says}`,
  } as const;
  await failing(json(transport, get), expected);
  await failing(none(transport, post), expected);
  await failing(transport.send({ ...get, reply: "stream" }), expected);
  await failing(transport.upgrade({ ...post, reply: "stream" }), expected);
  transport.close();
}

Deno.test("no socket at the path", async () => {
  using folder = temporaryFolder();
  await unreachable(`unix://${folder.path}/s`, { why: "missing", says: "there is no socket at this path" });
});

Deno.test("nobody listens: a socket that was left behind, a plain file, a port", async () => {
  using folder = temporaryFolder();
  const left = Deno.listen({ transport: "unix", path: `${folder.path}/s` });
  // Closing takes the file away only where it still has its name.
  Deno.renameSync(`${folder.path}/s`, `${folder.path}/stale`);
  left.close();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const hosts = [`unix://${folder.path}/stale`, `unix://${folder.path}/file`, `tcp://127.0.0.1:${port}`];
  for (const host of hosts) await unreachable(host, { why: "refused", says: "nothing is listening there" });
});

Deno.test("a GET outlasts a daemon that starts again in a moment, a change does not wait for it", async () => {
  using folder = temporaryFolder();
  const left = Deno.listen({ transport: "unix", path: `${folder.path}/s` });
  Deno.renameSync(`${folder.path}/s`, `${folder.path}/stale`);
  left.close();
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await conn.write(new TextEncoder().encode(ok("1")));
  });
  const transport = transportTo(`unix://${folder.path}/stale`);
  setTimeout(() => Deno.renameSync(daemon.path, `${folder.path}/stale`), 30);
  const [safe, change] = await Promise.allSettled([json(transport, get), none(transport, post)]);
  transport.close();
  await daemon.stop();
  assert.deepEqual(safe, { status: "fulfilled", value: 1 });
  assert.equal(change.status, "rejected");
});

Deno.test("a host name that does not resolve", async () => {
  await unreachable("tcp://nosuch.invalid:2375", { why: "unknown_host", says: "the host name does not resolve" });
});

Deno.test("a daemon whose queue is full is busy, and told at once for what may change something", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/s`;
  const listener = Deno.listen({ transport: "unix", path });
  const waiting: Deno.Conn[] = [];
  try {
    // Nobody accepts; the queue of the kernel takes some thousands.
    for (;;) waiting.push(await Deno.connect({ transport: "unix", path }));
  } catch (error) {
    assert.ok(error instanceof Deno.errors.WouldBlock, String(error));
  }
  const expected = {
    fault: { kind: "unreachable", why: "busy" },
    says: "it accepts no more connections at the moment",
  } as const;
  await failing(none(transportTo(`unix://${path}`), post), expected);
  for (const conn of waiting) conn.close();
  listener.close();
});

/** Runs one request in a Deno of its own, and gives its fault and message. */
async function inChild(host: string, { permissions, uid }: { permissions: string[]; uid?: number }) {
  using cache = temporaryFolder();
  Deno.chmodSync(cache.path, 0o777);
  const { deno, module } = uid === undefined ? inPlace : await readableByAll(cache.path);
  const code = `
    import { connect } from ${JSON.stringify(module)};
    const transport = connect({ host: ${JSON.stringify(host)}, timeout: 10000, apiVersion: "1.43" });
    const seen = [];
    for (const method of ["GET", "POST"]) {
      await transport.send({ method, path: "/x", reply: "whole" }).then(
        (answer) => seen.push([answer.status]), (error) => seen.push([error.fault, error.message]));
    }
    console.log(JSON.stringify(seen));`;
  const script = `${cache.path}/script.ts`;
  Deno.writeTextFileSync(script, code);
  const command = new Deno.Command(deno, {
    args: ["run", "--no-config", "--no-check", "--no-prompt", "--quiet", ...permissions, script],
    env: { DENO_DIR: cache.path, HOME: cache.path },
    cwd: cache.path,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const { stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(text, new TextDecoder().decode(stderr));
  const seen: unknown = JSON.parse(text);
  return seen;
}

const transportModule = new URL("../../src/engine/transport.ts", import.meta.url);
const inPlace = { deno: Deno.execPath(), module: transportModule.href };

/** Copies for a user who can look neither into the home where Deno is nor into this project. */
async function readableByAll(folder: string): Promise<typeof inPlace> {
  const [deno, module] = [`${folder}/deno`, `${folder}/transport.js`];
  await Deno.copyFile(Deno.execPath(), deno);
  const args = ["bundle", "--quiet", "-o", module, fileURLToPath(transportModule)];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return { deno, module: `file://${module}` };
}

Deno.test("a socket on which the user has no permission", async () => {
  const daemon = startDaemon(async () => {});
  Deno.chmodSync(daemon.path.slice(0, -2), 0o755);
  Deno.chmodSync(daemon.path, 0o600);
  // Root may open any socket, so there it is tried as nobody.
  const root = Deno.uid() === 0;
  if (!root) Deno.chmodSync(daemon.path, 0o000);
  const seen = await inChild(daemon.host, { permissions: ["-A"], ...(root ? { uid: 65534 } : {}) });
  const message = `Cannot reach the Docker daemon at ${daemon.host}: this user has no permission on the socket`;
  const expected = [{ kind: "unreachable", why: "denied" }, message];
  assert.deepEqual(seen, [expected, expected]);
  await daemon.stop();
});

Deno.test("the permissions of Deno that are missing are named, and the documented ones are enough", async () => {
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await conn.write(new TextEncoder().encode(ok("")));
  });
  const { path } = daemon;
  const files = [`--allow-read=${path}`, `--allow-write=${path}`];
  const missing = (flag: string) => [
    { kind: "unreachable", why: "sandbox" },
    `Cannot reach the Docker daemon at ${daemon.host}: Deno's permissions forbid it, ${flag} is missing`,
  ];
  const run = (permissions: string[]) => inChild(daemon.host, { permissions });
  const [read, write, net] = [
    missing(`--allow-read=${path}`),
    missing(`--allow-write=${path}`),
    missing(`--allow-net=unix:${path}`),
  ];
  assert.deepEqual(await run([]), [read, read]);
  assert.deepEqual(await run(files.slice(0, 1)), [write, write]);
  assert.deepEqual(await run(files), [net, net]);
  assert.deepEqual(await run([...files, `--allow-net=unix:${path}`]), [missing("--allow-net=192.0.2.1:80"), [
    200,
  ]]);
  assert.deepEqual(await run([...files, `--allow-net=unix:${path},192.0.2.1:80`]), [[200], [200]]);
  await daemon.stop();
});
