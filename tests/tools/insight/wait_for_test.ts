import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { ended, golden, running } from "../golden.ts";

golden("docker_wait_for", { args: { container: "web", state: "healthy" }, before: running });

Deno.test("docker_wait_for wants one condition", async () => {
  await using connected = await connect();
  await running(connected);
  for (const args of [{}, { state: "running", port: 80 }, { log: "a", port: 80 }]) {
    const text = await connected.text("docker_wait_for", { container: "web", ...args });
    assert.match(text, /^\[DKR-004\] .*"state": give exactly one of state, log and port/);
  }
});

Deno.test("docker_wait_for sees a line that comes while it waits", async () => {
  await using connected = await connect();
  await running(connected);
  const waiting = connected.text("docker_wait_for", { container: "web", log: "READY" });
  while (!connected.daemon.seen.at(-1)?.path.endsWith("/logs")) await new Promise((resolve) => setTimeout(resolve, 5));
  connected.daemon.container("web").log.push({ stream: "stderr", text: "\x1b[32mready\x1b[0m to serve\n" });
  assert.match(await waiting, /^Yes, after [\d.]+ s: its log says "ready to serve"\. web: running, healthy\.$/);
});

Deno.test("docker_wait_for does not outlast the container, nor its time", async () => {
  await using connected = await connect();
  await ended(connected);
  await running(connected);
  for (const args of [{ state: "healthy" }, { state: "running" }, { log: "x" }, { port: 80 }]) {
    const text = await connected.text("docker_wait_for", { container: "job", ...args });
    assert.match(text, /^No, after 0(\.\d)? s: it ended with exit code 3 before that\. job: exited\. docker_diagnose/);
  }
  const late = await connected.text("docker_wait_for", { container: "web", log: "never", timeout: "300ms" });
  assert.match(late, /^No, after 0\.[3-9] s: not within 0\.3 s; at last: waiting\. web: running, healthy\./);
});

Deno.test("no exit code is told where the engine has none to tell, as Podman 4 of a container that is removed", async () => {
  await using connected = await connect();
  await ended(connected);
  connected.daemon.container("job").exitError = "container has already been removed";
  const waited = { name: "docker_wait_for", arguments: { container: "job", state: "exited" } };
  const told = await connected.client.callTool(waited);
  assert.equal(Object(told.structuredContent).exit_code, undefined);
  assert.match(
    JSON.stringify(told.content),
    /it ended, and its exit code is not known: container has already been removed/,
  );
  assert.equal(
    await connected.text("docker_wait_container", { container: "job" }),
    "job exited; its exit code is not known. container has already been removed",
  );
});

Deno.test("docker_wait_for tells a missing cat from a container that ends while it is looked at", async () => {
  await using connected = await connect();
  await running(connected);
  const web = connected.daemon.container("web");
  const why = "OCI runtime exec failed: exec failed: container_linux.go:380: starting container process caused: ";
  web.execRefusal = why + 'exec: "cat": executable file not found in $PATH: unknown';
  const lacking = await connected.text("docker_wait_for", { container: "web", port: 80 });
  assert.match(lacking, /"port": cannot be looked for: the image holds no "cat"/);
  web.execRefusal = "OCI runtime exec failed: exec failed: cannot exec a container that has stopped: unknown";
  const waiting = connected.text("docker_wait_for", { container: "web", port: 80 });
  const looked = () => connected.daemon.seen.some(({ path }) => path === "/exec/exec2/json");
  while (!looked()) await new Promise((resolve) => setTimeout(resolve, 5));
  web.state = "exited";
  assert.match(await waiting, /^No, .*: it ended with exit code 0 before that/);
});
