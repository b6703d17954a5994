import assert from "node:assert/strict";
import type { Context } from "../../../src/define.ts";
import { engine } from "../../../src/engine/engine.ts";
import type { TransferMessage } from "../../../src/engine/image_transfers.ts";
import { hider } from "../../../src/safety/secrets.ts";
import { follow } from "../../../src/tools/facts/pull.ts";

/** Follows messages with `pause` milliseconds in front of each; gives the result and the notes. */
async function followed(messages: readonly TransferMessage[], pause = 0) {
  const notes: { progress: number; total?: number; message?: string }[] = [];
  const unused = () => Promise.reject(new Error("nothing is sent"));
  const context: Context = {
    engine: engine({ send: unused, upgrade: unused }),
    compose: { load: unused, observe: unused, plan: unused, apply: unused },
    registry: { credentials: ({ registry }) => ({ registry, account: { kind: "none", unread: [] } }) },
    files: { buildContext: unused, openArchive: unused, readFile: unused, writeArchive: unused },
    hide: hider({ show: false }),
    snapshots: { keep: unused, list: unused },
    signal: new AbortController().signal,
    progress: (note) => notes.push(note),
  };
  async function* slowly() {
    for (const message of messages) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      yield message;
    }
  }
  return { result: await follow(context, slowly(), "Pushing a"), notes };
}

Deno.test("a transfer reports the bytes of all layers, and counts each layer once", async () => {
  const digest = `sha256:${"d".repeat(64)}`;
  const { result, notes } = await followed([
    { status: "The push refers to repository [r/a]" },
    { status: "Pushing", id: "1", progressDetail: { current: 10, total: 100 } },
    { status: "Pushing", id: "2", progressDetail: { current: 30, total: 50 } },
    { status: "Pushing", id: "1", progressDetail: { current: 120, total: 100 } },
    { status: "Pushing", id: "3", progressDetail: {} },
    { status: "Pushed", id: "1" },
    { status: "Pushed", id: "2" },
    { status: "Pushed", id: "3" },
    { status: "Layer already exists", id: "4" },
    { status: "Mounted from library/b", id: "5" },
    { status: `1.0: digest: ${digest} size: 528` },
  ], 310);
  assert.deepEqual(result, {
    statuses: ["The push refers to repository [r/a]", `1.0: digest: ${digest} size: 528`],
    digest,
    moved: 3,
    there: 2,
  });
  const steps = notes.map(({ progress, total }) => [progress, total]);
  assert.deepEqual(steps.slice(0, 7), [[0, undefined], [10, 100], [40, 150], [130, 150], [130, 150], [130, 150], [
    150,
    150,
  ]]);
});

Deno.test("what a transfer has told never sinks, though a layer turns out smaller or begins anew", async () => {
  const { notes } = await followed([
    { status: "Downloading", id: "1", progressDetail: { current: 90, total: 100 } },
    { status: "Downloading", id: "2", progressDetail: { current: 5, total: 20 } },
    { status: "Downloading", id: "1", progressDetail: { current: 10, total: 60 } },
    { status: "Downloading", id: "1", progressDetail: { current: 60, total: 60 } },
  ], 310);
  assert.deepEqual(notes.map(({ progress, total }) => [progress, total]), [
    [90, 100],
    [95, 120],
    [95, 120],
    [95, 120],
  ]);
});

Deno.test("a transfer tells a few notes a second, however many messages come", async () => {
  const many = Array.from({ length: 2000 }, (_, current) => ({
    status: "Downloading",
    id: "1",
    progressDetail: { current, total: 2000 },
  }));
  const started = Date.now();
  const { notes } = await followed(many);
  assert.ok(notes.length <= 1 + (Date.now() - started) / 300, `${notes.length} notes`);
});
