import assert from "node:assert/strict";
import { mustAskEngine } from "../engine_api.ts";
import { at, later, type Scene, sceneTest, until } from "./scene.ts";

/** `type action` of each event that a call tells. */
async function seen(s: Scene, args: Record<string, unknown>): Promise<string[]> {
  const { events } = await s.data("docker_events", args);
  assert.ok(Array.isArray(events));
  return events.map((event: unknown) => `${at(event, "type")} ${at(event, "action")}`);
}

sceneTest("docker_events tells what happened to a container, and not what ran in it", async (s) => {
  const container = await s.run("web");
  await s.sh(container, "true");
  await s.data("docker_pause_container", { container });
  await s.data("docker_unpause_container", { container });
  await s.data("docker_kill_container", { container });
  await until("it died", async () => (await seen(s, { container })).includes("container die"));
  const happened = ["create", "start", "pause", "unpause", "kill", "die"].map((action) => `container ${action}`);
  assert.deepEqual(await seen(s, { container }), happened);
  assert.deepEqual(await seen(s, { container, action: ["die", "kill"] }), ["container kill", "container die"]);
  assert.deepEqual(await seen(s, { container, action: "exec_die" }), ["container exec_die"]);
  assert.deepEqual(await seen(s, { container, type: "network" }), []);
  assert.deepEqual(await seen(s, { container, limit: 2 }), ["container kill", "container die"]);
  assert.equal((await s.data("docker_events", { container, limit: 2 })).total, 6);
  assert.deepEqual(await seen(s, { label: s.label, action: "die" }), ["container die"]);
  const text = await s.text("docker_events", { container, action: "die" });
  // Behind it stands how far back the engine remembers, where much has happened on it.
  assert.match(
    text,
    new RegExp(`^20\\S+Z container die ${container} \\(exit 137, ${s.image}\\)(\nThe engine remembers .*)?$`),
  );
  assert.match(await s.text("docker_events", { container: `${s.prefix}-none` }), /^No events match/);
});

sceneTest("docker_events tells one container from another whose name begins with its own", async (s) => {
  const container = await s.run("web");
  await s.run("web2");
  assert.deepEqual(await seen(s, { container }), ["container create", "container start"]);
  const id = String(at(await s.inspect(container), "Id"));
  assert.deepEqual(await seen(s, { container: id.slice(0, 12) }), ["container create", "container start"]);
  assert.equal((await seen(s, { container: [container, `${container}2`] })).length, 4);
});

sceneTest("docker_events looks at a window of time", async (s) => {
  const first = await s.create("first");
  const { events } = await s.data("docker_events", { container: first });
  const time = Date.parse(String(at(events, 0, "time")));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const second = await s.create("second");
  const between = new Date(time + 500).toISOString();
  assert.deepEqual(await seen(s, { container: [first, second], until: between }), ["container create"]);
  const [later] = [await s.data("docker_events", { container: [first, second], since: between })];
  assert.equal(at(later.events, 0, "name"), second);
});

sceneTest("docker_events watches for a while and tells each event as progress", async (s) => {
  const container = await s.create("web", { command: ["sleep", "600"] });
  const notes: string[] = [];
  const call = later(s.client.callTool({ name: "docker_events", arguments: { container, follow: 4 } }, {
    onprogress: ({ message }) => notes.push(message ?? ""),
  }));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await s.data("docker_start_container", { container });
  await until("it was told", () => Promise.resolve(notes.length > 0));
  assert.match(notes[0] ?? "", new RegExp(`container start ${container}`));
  const { structuredContent } = await call;
  assert.deepEqual([at(structuredContent, "total"), at(structuredContent, "events", 0, "action")], [1, "start"]);
  await s.fails("DKR-004", "docker_events", { follow: 2, until: "1m" });
});

sceneTest("docker_events says where the engine has forgotten a part of the window", async (s) => {
  const [repo, tag] = [`${s.prefix}-many`, "1"];
  const path = `/images/${encodeURIComponent(s.image)}/tag?repo=${repo}&tag=${tag}`;
  // Each makes two events or more, and an engine that forgets keeps 256.
  for (let round = 0; round < 130; round++) {
    await mustAskEngine(s.host, { method: "POST", path });
    await mustAskEngine(s.host, { method: "DELETE", path: `/images/${repo}:${tag}` });
  }
  const { events, total, oldest } = await s.data("docker_events", { since: "1h", type: "image" });
  const text = await s.text("docker_events", { since: "1h", container: `${s.prefix}-none` });
  if (Number(total) > 256) {
    assert.equal(oldest, undefined);
    assert.doesNotMatch(text, /remembers its last/);
  } else {
    assert.match(text, /^No events match\. The engine remembers its last 256 events, the oldest from 20/);
    assert.ok(String(oldest) <= String(at(events, 0, "time")), `${oldest}`);
  }
});
