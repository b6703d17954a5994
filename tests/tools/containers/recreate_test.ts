import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { golden, running } from "../golden.ts";

const recreate = "docker_recreate_container";

golden(recreate, { args: { container: "web", image: "nginx:1.27", environment: { MODE: null } }, before: running });

const open = { args: ["--destructive=allow"] };

function changesOf({ daemon }: Connected): string[] {
  return daemon.seen.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

Deno.test("the new one is made first, and the old one goes when the new one runs, without its volumes", async () => {
  await using connected = await connect(open);
  await running(connected);
  connected.daemon.seen.splice(0);
  await connected.text(recreate, { container: "web" });
  const [old, made] = ["0001".repeat(16), "0002".repeat(16)];
  assert.deepEqual(changesOf(connected), [
    "POST /containers/create",
    `POST /containers/${old}/stop`,
    `POST /containers/${old}/rename`,
    `POST /containers/${made}/rename`,
    `POST /containers/${made}/start`,
    `POST /containers/${made}/wait`,
    `DELETE /containers/${old}`,
  ]);
  assert.deepEqual(connected.daemon.seen.at(-2)?.query, {});
  assert.equal(connected.daemon.container("web").Id, made);
});

Deno.test("at whatever step it fails, the old one runs again under its name and alone", async () => {
  const steps: [method: string, path: RegExp][] = [
    ["POST", /create$/],
    ["POST", /stop$/],
    ["POST", /rename$/],
    ["POST", /0002\/rename$/],
    ["POST", /0002\/start$/],
    ["POST", /0002\/wait$/],
  ];
  for (const [method, path] of steps) {
    await using connected = await connect(open);
    await running(connected);
    connected.daemon.failNext({ method, path }, 500, "out of luck");
    const told = await connected.text(recreate, { container: "web" });
    assert.match(told, /^\[DKR-015\] .*out of luck/);
    if (path.source !== "create$") assert.match(told, /; "web" is as it was before/);
    assert.equal(connected.daemon.container("web").Id, "0001".repeat(16));
    assert.equal(connected.daemon.container("web").state, "running", String(path));
    assert.throws(() => connected.daemon.container("0002".repeat(16)));
  }
});

Deno.test("where there is no way back, it says where the old one is", async () => {
  await using connected = await connect(open);
  await running(connected);
  connected.daemon.failNext({ method: "POST", path: /0002\/start$/ }, 500, "out of luck");
  connected.daemon.failNext({ method: "DELETE", path: /0002$/ }, 500, "out of hope");
  const told = await connected.text(recreate, { container: "web" });
  assert.match(told, /out of luck; and it could not be undone: out of hope\. The old container is "000100010001"/);
});

Deno.test("an old one that stays is told", async () => {
  await using connected = await connect(open);
  await running(connected);
  connected.daemon.failNext({ method: "DELETE", path: /0001$/ }, 500, "device or resource busy");
  assert.match(
    await connected.text(recreate, { container: "web" }),
    /^Recreated web .*\nThe old container stays as "web_[0-9a-f]{8}": device or resource busy$/,
  );
});

Deno.test("the values of variables are in no answer", async () => {
  await using connected = await connect({ args: [...open.args, "--show-secrets"] });
  await running(connected);
  const told = await connected.text(recreate, { container: "web", environment: { TOKEN: "hunter3" } });
  assert.match(told, /Changed: environment TOKEN\.$/);
  assert.doesNotMatch(told, /hunter/);
  assert.ok(connected.daemon.container("web").Config.Env.includes("TOKEN=hunter3"));
});

Deno.test("an image that is not there is pulled before anything happens", async () => {
  await using connected = await connect(open);
  await running(connected);
  assert.match(await connected.text(recreate, { container: "web", image: "redis:7" }), / of redis:7: running/);
  assert.match(
    await connected.text(recreate, { container: "web", image: "none:1", pull: "never" }),
    /^\[DKR-003\]/,
  );
  const before = connected.daemon.seen.filter(({ path }) => path === "/images/create").length;
  await connected.text(recreate, { container: "web", pull: "always" });
  assert.equal(connected.daemon.seen.filter(({ path }) => path === "/images/create").length, before + 1);
});
