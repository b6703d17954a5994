import assert from "node:assert/strict";
import type { EngineRequest, EngineResponse, Transport } from "../../src/engine/request.ts";
import { withRights } from "../../src/safety/host_rights.ts";
import { policy } from "../../src/safety/policy.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { risks } from "../../src/safety/risk.ts";

const id = "a".repeat(64);

/** A transport that answers each request with an id, and keeps what it was sent. */
function recorder(): { transport: Transport; sent: string[] } {
  const sent: string[] = [];
  const answer: EngineResponse = {
    status: 201,
    headers: new Headers(),
    text: () => Promise.resolve(JSON.stringify({ Id: id, Warnings: [] })),
    async *chunks() {},
    discard: () => Promise.resolve(),
  };
  const transport: Transport = {
    send({ method, path }) {
      sent.push(`${method} ${path}`);
      return Promise.resolve(answer);
    },
    upgrade: () => Promise.reject(new Error("upgraded")),
  };
  return { transport, sent };
}

function ask(method: EngineRequest["method"], path: string): EngineRequest {
  return { method, path, reply: "whole" };
}

const reads = [ask("GET", "/containers/json"), ask("HEAD", "/_ping"), ask("POST", "/containers/web/wait")];
const changes = [ask("POST", "/containers/create"), ask("POST", "/containers/web/stop"), ask("PUT", "/x/archive")];
const removals = [
  ...["/containers/web", `/containers/${id}`, "/images/x", "/volumes/v", "/networks/n"].map((path) =>
    ask("DELETE", path)
  ),
  ...["containers", "images", "volumes", "networks", "build"].map((kind) => ask("POST", `/${kind}/prune`)),
];

async function passing(rights: "all" | "ro" | "no-destroy", requests: EngineRequest[]): Promise<boolean[]> {
  const { transport, sent } = recorder();
  const held = withRights(transport, { name: "prod", rights });
  const outcomes = [];
  for (const request of requests) {
    const before = sent.length;
    await held.send(request).catch((error) => assert.ok(error instanceof Refusal));
    outcomes.push(sent.length > before);
  }
  return outcomes;
}

Deno.test("(ro) lets pass what reads, (no-destroy) all but removals and prunes, and no rights all", async () => {
  const all = [...reads, ...changes, ...removals];
  const upTo = (count: number) => all.map((_, i) => i < count);
  assert.deepEqual(await passing("ro", all), upTo(reads.length));
  // Without the creation, whose container may be removed again.
  const foreign = all.filter(({ path }) => path !== "/containers/create");
  assert.deepEqual(await passing("no-destroy", foreign), foreign.map((_, i) => i < foreign.length - removals.length));
  assert.deepEqual(await passing("all", all), upTo(all.length));
});

Deno.test("(no-destroy) lets a container be removed that was made through it and never started", async () => {
  const remove = ask("DELETE", `/containers/${id}`);
  assert.deepEqual(await passing("no-destroy", [remove, ask("POST", "/containers/create"), remove]), [
    false,
    true,
    true,
  ]);
  for (const start of [`${id}/start`, `${id}/restart`, "web/start"]) {
    const started = [ask("POST", "/containers/create"), ask("POST", `/containers/${start}`), remove];
    assert.deepEqual(await passing("no-destroy", started), [true, true, false], start);
  }
});

Deno.test("an upgrade passes the same rights", async () => {
  const held = withRights(recorder().transport, { name: "prod", rights: "ro" });
  await assert.rejects(held.upgrade({ ...ask("POST", "/exec/x/start"), reply: "stream" }), Refusal);
  const kept = withRights(recorder().transport, { name: "prod", rights: "no-destroy" });
  await assert.rejects(kept.upgrade({ ...ask("POST", "/exec/x/start"), reply: "stream" }), /upgraded/);
});

Deno.test("the policy on a host denies what its rights do not hold, and nothing that another option denies becomes allowed", () => {
  const verdicts = (rights: "all" | "ro" | "no-destroy", readOnly = false) => {
    const judge = policy({
      destructive: "allow",
      readOnly,
      allowTools: [],
      denyTools: [],
      host: { name: "prod", rights },
    });
    return risks.map((risk) => judge({ name: "docker_x", risk }).kind);
  };
  assert.deepEqual(verdicts("all"), ["allow", "allow", "allow", "allow"]);
  assert.deepEqual(verdicts("ro"), ["allow", "deny", "deny", "deny"]);
  assert.deepEqual(verdicts("no-destroy"), ["allow", "allow", "allow", "deny"]);
  assert.deepEqual(verdicts("no-destroy", true), ["allow", "deny", "deny", "deny"]);
});
