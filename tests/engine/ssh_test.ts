import assert from "node:assert/strict";
import type { EngineTransport } from "../../src/engine/transport.ts";
import { json, none } from "../../src/engine/request.ts";
import { sshArguments } from "../../src/engine/ssh.ts";
import { answering, failing, ok, say, startDaemon, transportTo } from "./daemons.ts";

/**
 * A transport by way of a program `ssh` that is this shell script; `starts` counts how often it was started.
 */
async function withSsh(
  script: string,
  work: (parts: { transport: EngineTransport; starts(): number }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ssh" });
  const before = Deno.env.get("PATH") ?? "";
  await Deno.writeTextFile(`${folder}/ssh`, `#!/bin/sh\necho "$@" >> $0.starts\n${script}\n`);
  await Deno.chmod(`${folder}/ssh`, 0o755);
  Deno.env.set("PATH", `${folder}:${before}`);
  const transport = transportTo("ssh://me@box:22/run/d.sock");
  const starts = () => Deno.readTextFileSync(`${folder}/ssh.starts`).trim().split("\n").length;
  try {
    await work({ transport, starts });
  } finally {
    transport.close();
    Deno.env.set("PATH", before);
    await Deno.remove(folder, { recursive: true });
  }
}

const get = { method: "GET", path: "/x" } as const;
const post = { method: "POST", path: "/x" } as const;
// Processes end a little after the test that has let them go.
const options = { sanitizeResources: false, sanitizeOps: false };

Deno.test("ssh gets no terminal, no forwarding and no chance to ask, and the command for the shell over there", () => {
  const args = sshArguments("ssh://me@box:22", "/run/it's.sock");
  assert.deepEqual(args.slice(-3), [
    "--",
    "ssh://me@box:22",
    "docker --host 'unix:///run/it'\\''s.sock' system dial-stdio",
  ]);
  assert.equal(sshArguments("ssh://box", undefined).at(-1), "docker system dial-stdio");
  for (const wanted of ["-T", "-a", "-x", "BatchMode=yes", "ConnectTimeout=10", "ClearAllForwardings=yes"]) {
    assert.ok(args.includes(wanted), wanted);
  }
});

Deno.test("what one request leaves whole, the next one uses", options, async () => {
  const daemon = answering((request) => ok(JSON.stringify(request.split(" ")[1])));
  await withSsh(relayTo(daemon.path), async ({ transport, starts }) => {
    for (const ask of [get, post, get]) assert.equal(await json(transport, ask), "/v1.43/x");
    assert.equal(starts(), 1);
    await Promise.all([get, get, get].map((ask) => none(transport, ask)));
    assert.ok(starts() <= 3, `${starts()} starts`);
    const stream = await transport.send({ ...get, reply: "stream" });
    await stream.discard();
    transport.close();
    assert.equal(await json(transport, get), "/v1.43/x");
  });
  await daemon.stop();
});

Deno.test("a connection that waits to be used again does not keep the program from its end", options, async () => {
  const daemon = answering(() => ok('"here"'));
  await withSsh(relayTo(daemon.path), async () => {
    const code = `
      import { json } from "${new URL("../../src/engine/request.ts", import.meta.url)}";
      import { transportTo } from "${new URL("./daemons.ts", import.meta.url)}";
      console.log(await json(transportTo("ssh://me@box:22/run/d.sock"), { method: "GET", path: "/x" }));`;
    // Such a connection is closed after a minute.
    const signal = AbortSignal.timeout(30_000);
    const { stdout, success } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], signal }).output();
    assert.deepEqual([new TextDecoder().decode(stdout), success], ["here\n", true]);
  });
  await daemon.stop();
});

Deno.test("a connection that has ended meanwhile is not used again", options, async () => {
  const daemon = startDaemon(async (conn, next) => {
    await next();
    await say(conn, ok('"yes"'));
  });
  await withSsh(relayTo(daemon.path), async ({ transport, starts }) => {
    assert.equal(await json(transport, get), "yes");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await json(transport, post), "yes");
    assert.equal(starts(), 2);
  });
  await daemon.stop();
});

const sayings = [
  ["ssh: Could not resolve hostname box: Name or service not known", "unknown_host"],
  ["Host key verification failed.", "host_key"],
  ["me@box: Permission denied (publickey,password).", "login"],
  ["sh: 1: docker: not found", "remote_docker_missing"],
  ["bash: line 1: docker: command not found", "remote_docker_missing"],
  ["zsh:1: command not found: docker", "remote_docker_missing"],
  ["permission denied while trying to connect to the Docker daemon socket at unix:///run/d.sock", "remote_denied"],
  ["Cannot connect to the Docker daemon at unix:///run/d.sock. Is the docker daemon running?", "remote_down"],
  ["ssh: connect to host box port 22: Connection refused", "no_ssh"],
] as const;

Deno.test("what ssh says in failing is understood, for reads and changes alike", options, async () => {
  for (const [says, why] of sayings) {
    await withSsh(`echo Welcome >&2; echo "${says}" >&2; exit 255`, async ({ transport }) => {
      for (const ask of [get, post]) {
        await failing(none(transport, ask), {
          fault: { kind: "unreachable", why },
          says: "at ssh://me@box:22/run/d.sock",
        });
      }
    });
  }
});

Deno.test("an end that nobody knows may have come after the daemon got the request", options, async () => {
  await withSsh("head -c 5 > /dev/null; printf 'Connection lost\\033[2J' >&2; exit 255", async ({ transport }) => {
    const says = "unexpectedly: ssh ended with code 255: Connection lost[2J";
    await failing(none(transport, post), { fault: { kind: "interrupted" }, says });
  });
});

Deno.test("without the program ssh there is no way, and it is said", async () => {
  const before = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", "/nowhere");
  const failed = none(transportTo("ssh://box"), get);
  await failing(failed, { fault: { kind: "unreachable", why: "ssh_missing" }, says: "the program ssh is not there" });
  Deno.env.set("PATH", before);
});

/** Deno itself is the one program that is surely there to join stdin and stdout with a socket. */
function relayTo(path: string): string {
  const code = `const c = await Deno.connect({transport:"unix",path:"${path}"});
Deno.stdin.readable.pipeTo(c.writable,{preventClose:true}).then(() => c.closeWrite(), () => {});
await c.readable.pipeTo(Deno.stdout.writable); Deno.exit(0)`;
  return `exec "${Deno.execPath()}" eval '${code}'`;
}
