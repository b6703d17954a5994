import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { golden, running } from "../golden.ts";

golden("docker_create_container", { args: { image: "busybox:1.37", name: "web" } });
golden("docker_run_container", {
  args: { image: "busybox:1.37", name: "job", command: "echo hello", wait: "exit" },
});

async function run({ client }: Connected, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await client.callTool({
    name: "docker_run_container",
    arguments: { image: "busybox:1.37", name: "job", ...args },
  });
  return { ...(answer.structuredContent ?? { text: JSON.stringify(answer.content) }) };
}

Deno.test("docker_run_container gives exit code, stdout and stderr of what it waited for", async () => {
  await using connected = await connect();
  const { id, ...ended } = await run(connected, { command: ["fail", "3"], wait: "exit" });
  assert.equal(id, "000100010001");
  assert.deepEqual(ended, { name: "job", state: "exited", exit_code: 3, stderr: "it failed\n" });
});

Deno.test("docker_run_container attaches and waits before the start, so that nothing is missed", async () => {
  await using connected = await connect();
  await run(connected, { command: "echo hello", wait: "exit", auto_remove: true });
  const steps = connected.daemon.seen.filter(({ method }) => method === "POST");
  assert.deepEqual(steps.map(({ path }) => path.split("/").at(-1)), ["create", "attach", "wait", "wait", "start"]);
  assert.deepEqual([steps[2]?.query, steps[3]?.query], [{ condition: "next-exit" }, { condition: "removed" }]);
});

Deno.test("docker_run_container says that it goes on when the wait timed out", async () => {
  await using connected = await connect();
  const { state, timed_out } = await run(connected, { command: "sleep 1d", wait: "exit", wait_timeout: "200ms" });
  assert.deepEqual([state, timed_out], ["running", true]);
  assert.equal(connected.daemon.container("job").state, "running");
});

Deno.test("docker_run_container waits for health, and refuses to wait where there is no health check", async () => {
  await using connected = await connect();
  const { state, health } = await run(connected, { wait: "healthy", health_check: { cmd: "true" } });
  assert.deepEqual([state, health], ["running", "healthy"]);
  const { text } = await run(connected, { name: "other", wait: "healthy" });
  assert.match(String(text), /cannot wait for \\"healthy\\": neither health_check nor the image defines/);
  assert.throws(() => connected.daemon.container("other"), /No such container/);
});

Deno.test("a container that cannot be started leaves no trace, so that its name is free again", async () => {
  await using connected = await connect();
  await running(connected);
  const { text } = await run(connected, { ports: ["8080:80"] });
  assert.match(String(text), /DKR-006.*port is already allocated/);
  assert.throws(() => connected.daemon.container("job"), /No such container/);
  const networks = await run(connected, { networks: ["front", "missing"] });
  assert.match(String(networks["text"]), /DKR-007.*No network named \\"missing\\"/);
  assert.throws(() => connected.daemon.container("job"), /No such container/);
});

Deno.test("a name that is taken is a conflict, and the container that has it stays", async () => {
  await using connected = await connect();
  await running(connected);
  const { text } = await run(connected, { name: "web" });
  assert.match(String(text), /DKR-014.*docker_rename_container or docker_remove_container/);
  assert.equal(connected.daemon.container("web").state, "running");
});

Deno.test("a missing image is pulled first, unless told never; always asks the registry each time", async () => {
  await using connected = await connect();
  const pulls = () => connected.daemon.seen.filter(({ path }) => path === "/images/create").map(({ query }) => query);
  assert.match(String((await run(connected, { image: "redis:7", pull: "never" }))["text"]), /DKR-003/);
  assert.deepEqual(pulls(), []);
  assert.equal((await run(connected, { image: "redis:7", platform: "linux/arm64" }))["state"], "running");
  assert.deepEqual(pulls(), [{ fromImage: "redis", tag: "7", platform: "linux/arm64" }]);
  await run(connected, { image: "redis:7", name: "again" });
  assert.equal(pulls().length, 1);
  await run(connected, { image: "redis:7", name: "third", pull: "always" });
  assert.equal(pulls().length, 2);
  assert.match(String((await run(connected, { image: "private/app", name: "private" }))["text"]), /DKR-016/);
});

Deno.test("what the rules forbid is refused before anything is created, with the flag that allows it", async () => {
  await using connected = await connect();
  const table: [Record<string, unknown>, string][] = [
    [{ privileged: true }, "--allow-privileged"],
    [{ volumes: ["/var/run/docker.sock:/s"] }, "--allow-docker-socket"],
    [{ volumes: { "/": "/host" } }, "--allow-mounts"],
    [{ network: "host" }, "--allow-host-namespaces"],
    [{ cap_add: ["SYS_ADMIN"] }, "--allow-capabilities"],
    [{ devices: ["/dev/sda"] }, "--allow-devices"],
    [{ security_opt: ["seccomp=unconfined"] }, "--allow-unconfined"],
  ];
  for (const [args, flag] of table) {
    const { text } = await run(connected, args);
    assert.match(String(text), new RegExp(`DKR-011.*${flag}`), flag);
  }
  assert.deepEqual(connected.daemon.seen.filter(({ method }) => method === "POST"), []);
});

Deno.test("docker_create_container pulls an image that is here for another platform, unless it may not pull", async () => {
  await using connected = await connect();
  const args = { image: "busybox:1.37", platform: "linux/arm64", name: "web" };
  const pulls = () => connected.daemon.seen.filter(({ path }) => path === "/images/create").map(({ query }) => query);
  const never = await connected.text("docker_create_container", { ...args, pull: "never" });
  assert.match(
    never,
    /^\[DKR-003\] .* wanted linux\/arm64, actual: linux\/amd64\nNext: docker_pull_image with this platform fetches it/,
  );
  assert.deepEqual(pulls(), []);
  assert.match(await connected.text("docker_create_container", args), /^Created web /);
  assert.deepEqual(pulls(), [{ fromImage: "busybox", tag: "1.37", platform: "linux/arm64" }]);
  await connected.text("docker_create_container", { ...args, name: "again" });
  assert.equal(pulls().length, 1);
  await connected.text("docker_pull_image", { image: "unlooked/app" });
  assert.match(
    await connected.text("docker_create_container", { ...args, image: "unlooked/app", name: "other" }),
    /^Created other .*\nThis image is for linux\/amd64, not for linux\/arm64/,
  );
});
