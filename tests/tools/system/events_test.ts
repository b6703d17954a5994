import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { containerEvent } from "../../fake_events.ts";
import { golden, running } from "../golden.ts";

async function lived(connected: Connected): Promise<void> {
  await running(connected);
  const web = connected.daemon.container("web");
  connected.daemon.events.push(
    containerEvent(web, "start", { time: "10:00:00" }),
    containerEvent(web, "exec_create: sh -c true", { time: "10:01:00" }),
    containerEvent(web, "health_status: unhealthy", { time: "10:02:00" }),
    containerEvent({ Id: "f".repeat(64), Name: "web2" }, "start", { time: "10:02:30" }),
    containerEvent(web, "kill", { time: "10:03:00", signal: "9" }),
    containerEvent(web, "die", { time: "10:03:01", exitCode: "137" }),
  );
}

const since = "2026-01-01T00:00:00Z";

golden("docker_events", { args: { since, container: "web" }, before: lived });

Deno.test("docker_events hands on its filters, and asks for the last hour unless told", async () => {
  await using connected = await connect();
  const asked = async (args: Record<string, unknown>) => {
    connected.daemon.seen.length = 0;
    await connected.text("docker_events", args);
    return connected.daemon.seen.find(({ path }) => path === "/events")?.query ?? {};
  };
  const bare = await asked({});
  assert.ok(Math.abs(Number(bare["until"]) - Number(bare["since"]) - 3600) < 5, JSON.stringify(bare));
  assert.equal("filters" in bare, false);
  const filters = { type: "container", action: ["die", "oom"], container: "web", image: "busybox", label: "team=blue" };
  assert.deepEqual(JSON.parse((await asked({ since, ...filters }))["filters"] ?? ""), {
    type: ["container"],
    event: ["die", "oom"],
    container: ["web"],
    image: ["busybox"],
    label: ["team=blue"],
  });
});

Deno.test("docker_events keeps to the container named, leaves commands inside it out, and tells no labels", async () => {
  await using connected = await connect();
  await lived(connected);
  const actions = async (args: Record<string, unknown>) =>
    (await connected.text("docker_events", { since, ...args })).split("\n").map((line) => line.split(" ").slice(2, -2));
  const all = await connected.text("docker_events", { since });
  assert.ok(all.includes("web2") && !all.includes("exec_create") && !all.includes("blue"), all);
  assert.equal((await actions({ container: "web" })).length, 4);
  assert.match(
    await connected.text("docker_events", { since, container: "web", action: "exec_create" }),
    /exec_create/,
  );
  assert.match(
    await connected.text("docker_events", { since, container: "web", limit: 1 }),
    /^3 earlier events left out\n2026-01-01T10:03:01Z container die web \(exit 137, busybox:1\.37\)$/,
  );
});

Deno.test("docker_events says from when on it knows, where the engine has forgotten a part of the window", async () => {
  await using connected = await connect();
  await lived(connected);
  const { events } = connected.daemon;
  const web = { Id: "e".repeat(64), Name: "web" };
  const probe = (minute: number) => {
    const time = `${11 + Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}:00`;
    return containerEvent(web, "exec_create: probe", { time });
  };
  while (events.length < 255) events.push(probe(events.length));
  assert.doesNotMatch(await connected.text("docker_events", { since }), /remembers/);
  while (events.length < 260) events.push(probe(events.length));
  const forgotten =
    "The engine remembers its last 256 events, the oldest from 2026-01-01T10:03:00Z; what was before is not known";
  const text = await connected.text("docker_events", { since, action: "die" });
  assert.equal(text, `2026-01-01T10:03:01Z container die web (exit 137, busybox:1.37)\n${forgotten}`);
  assert.equal(await connected.text("docker_events", { since, action: "start" }), `No events match. ${forgotten}`);
  const { structuredContent } = await connected.client.callTool({
    name: "docker_events",
    arguments: { since, until: "2026-01-01T10:00:30Z" },
  });
  assert.deepEqual(structuredContent, { events: [], total: 0, oldest: "2026-01-01T10:03:00.000Z" });
  assert.doesNotMatch(await connected.text("docker_events", { since: "2026-01-01T10:03:01Z" }), /remembers/);
});

Deno.test("docker_events watches until its time is over, and strips what is for a terminal", async () => {
  await using connected = await connect();
  await running(connected);
  const web = connected.daemon.container("web");
  const notes: string[] = [];
  const call = connected.client.callTool({ name: "docker_events", arguments: { follow: 1 } }, {
    onprogress: ({ message }) => notes.push(message ?? ""),
  });
  while (connected.daemon.seen.at(-1)?.path !== "/events") await new Promise((resolve) => setTimeout(resolve, 5));
  connected.daemon.events.push(containerEvent({ ...web, Name: "\x1b[31mred" }, "pause", { time: "11:00:00" }));
  const { structuredContent } = await call;
  assert.deepEqual(notes, ["2026-01-01T11:00:00Z container pause red (busybox:1.37)"]);
  assert.equal(JSON.parse(JSON.stringify(structuredContent)).total, 1);
  assert.match(
    await connected.text("docker_events", { follow: 1, until: "1m" }),
    /^\[DKR-004\] .*"until": cannot be combined with follow/,
  );
});
