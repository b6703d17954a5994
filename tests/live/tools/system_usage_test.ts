import assert from "node:assert/strict";
import { at, onContainerd, type Scene, sceneTest, until } from "./scene.ts";

/** A container that wrote `megabytes` into its own layer, and has ended. */
async function written(s: Scene, what: string, megabytes: number, args: Record<string, unknown> = {}) {
  const command = ["sh", "-c", `dd if=/dev/zero of=/fill bs=1M count=${megabytes}`];
  return await s.run(what, { command, wait: "exit", ...args });
}

sceneTest("docker_system_df counts as the engine does, and names the biggest", async (s) => {
  const container = await written(s, "big", 30);
  const up = await s.run("up");
  const { data, text } = await s.call("docker_system_df", { details: true });
  assert.match(text, /^KIND +COUNT +ACTIVE +SIZE +RECLAIMABLE\nimages /);
  for (const kind of ["images", "containers", "volumes", "build_cache"]) {
    for (const key of ["count", "active", "bytes", "reclaimable_bytes"]) assert.ok(Number(at(data, kind, key)) >= 0);
    assert.ok(Number(at(data, kind, "reclaimable_bytes")) <= Number(at(data, kind, "bytes")), kind);
  }
  assert.ok(Number(at(data.containers, "reclaimable_bytes")) >= 30 * 2 ** 20);
  assert.ok(Number(at(data.containers, "active")) >= 1);
  assert.ok(Array.isArray(data.biggest));
  const found = data.biggest.find((one: unknown) => at(one, "name") === container);
  // In containerd the folder counts as well.
  const own = onContainerd ? 4096 : 0;
  assert.deepEqual(found, { kind: "containers", name: container, bytes: 30 * 2 ** 20 + own, in_use: false });
  const idle = data.biggest.find((one: unknown) => at(one, "name") === up);
  // Unless others are bigger.
  assert.equal(at(idle, "bytes") ?? own, own, "what wrote nothing is not big");
  const image = data.biggest.find((one: unknown) => at(one, "name") === s.image);
  assert.equal(at(image, "in_use"), true);
});

sceneTest("docker_system_df of many callers at once answers each of them", async (s) => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => s.call("docker_system_df")));
  assert.deepEqual(answers.map(({ failed }) => failed), [false, false, false, false]);
});

sceneTest("docker_system_prune asks with names and bytes, and removes just that", async (s) => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "accept" as const, content: { confirm: true } };
  };
  const asking = await s.also({ elicit });
  const prune = async (args: Record<string, unknown>) =>
    (await asking.client.callTool({ name: "docker_system_prune", arguments: { label: s.label, ...args } }))
      .structuredContent;
  const done = await written(s, "done", 20);
  const network = await s.network("net");
  const stopped = await s.create("stopped", { network });
  const up = await s.run("up");
  const named = `${s.prefix}-named`;
  await s.ask({ method: "POST", path: "/volumes/create", body: { Name: named, Labels: labelsOf(s) } });
  const anonymous = String(
    at(await s.ask({ method: "POST", path: "/volumes/create", body: { Labels: labelsOf(s) } }), "Name"),
  );
  const used = String(
    at(await s.ask({ method: "POST", path: "/volumes/create", body: { Labels: labelsOf(s) } }), "Name"),
  );
  await s.run("holder", { volumes: [`${used}:/data`] });

  const told = await prune({ volumes: true });
  assert.match(asked[0] ?? "", /^Remove everything unused: 2 stopped containers \(21 MB\): /);
  for (
    const name of [done, stopped, "1 unused network", network, "1 unused anonymous volume", anonymous.slice(0, 12)]
  ) {
    assert.ok(asked[0]?.includes(name), `${name} in ${asked[0]}`);
  }
  assert.ok(!asked[0]?.includes(up) && !asked[0]?.includes(named) && !asked[0]?.includes(used.slice(0, 12)), asked[0]);
  assert.deepEqual(
    ["containers", "networks", "volumes", "images", "build_cache"].map((kind) => at(told, kind, "count")),
    [2, 1, 1, 0, 0],
  );
  assert.ok(Number(at(told, "bytes_freed")) >= 20 * 2 ** 20);
  assert.deepEqual([await s.exists(done), await s.exists(stopped), await s.exists(up)], [false, false, true]);
  await s.ask({ path: `/volumes/${named}` });
  await s.ask({ path: `/volumes/${used}` });
  await assert.rejects(s.ask({ path: `/volumes/${anonymous}` }), /404/);

  await prune({ volumes: true });
  assert.match(asked[1] ?? "", /Nothing is unused and matches now/);
  await s.ask({ method: "DELETE", path: `/containers/${s.prefix}-holder?force=1` });
  await s.ask({ method: "DELETE", path: `/volumes/${used}` });
});

sceneTest("docker_system_prune takes an image that only ended containers used, and keeps to the time", async (s) => {
  const asking = await s.also({ args: ["--destructive=allow"] });
  const prune = async (args: Record<string, unknown>) => {
    const call = { name: "docker_system_prune", arguments: { label: s.label, ...args } };
    const { structuredContent, isError, content } = await asking.client.callTool(call);
    assert.ok(!isError, JSON.stringify(content));
    return structuredContent;
  };
  const base = await written(s, "base", 3);
  const changes = encodeURIComponent(`LABEL ${s.label}`);
  const query = `container=${base}&repo=${s.prefix}-image&tag=1&changes=${changes}`;
  await s.ask({ method: "POST", path: `/commit?${query}`, body: {} });
  const user = await s.run("user", { image: `${s.prefix}-image:1`, command: ["true"], wait: "exit" });
  const counts = (told: unknown) => ["containers", "images"].map((kind) => at(told, kind, "count"));
  assert.deepEqual(counts(await prune({ all: true, until: "1h" })), [0, 0]);
  assert.equal(await s.exists(user), true);
  assert.deepEqual(counts(await prune({})), [2, 0]);
  assert.deepEqual(counts(await prune({ all: true })), [0, 1]);
  await until("it is gone", async () => !(await s.text("docker_list_images")).includes(`${s.prefix}-image`));
});

sceneTest("docker_system_prune does nothing when the person says no", async (s) => {
  const done = await written(s, "done", 1);
  const asking = await s.also({ elicit: () => ({ action: "decline" }) });
  const { isError } = await asking.client.callTool({ name: "docker_system_prune", arguments: { label: s.label } });
  assert.deepEqual([isError, await s.exists(done)], [true, true]);
});

function labelsOf(s: Scene): Record<string, string> {
  const [key = "", value = ""] = s.label.split("=");
  return { [key]: value };
}
