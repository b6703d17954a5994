import assert from "node:assert/strict";
import { type Snapshot, type Snapshots, snapshots } from "../../src/snapshots/snapshots.ts";
import { temporaryFolder } from "../temporary.ts";
import { details } from "../tools/facts/recreate/details.ts";

const engine = "unix:///run/docker.sock";

function snapshot(number: number): Snapshot {
  const taken = new Date(Date.UTC(2026, 0, 1, 0, 0, number)).toISOString();
  return { name: `box-${number}`, taken, why: "remove", container: details({}), imageConfig: { Cmd: ["sh"] } };
}

/** The same for both stores: `open` gives a store on the same ground each time. */
async function keepsTheLastFifty(open: () => Snapshots): Promise<void> {
  assert.deepEqual(await open().list(), []);
  for (let i = 0; i < 53; i++) await open().keep(snapshot(i));
  const kept = await open().list();
  assert.deepEqual(kept.map(({ name }) => name), Array.from({ length: 50 }, (_, i) => `box-${52 - i}`));
  assert.deepEqual(kept[0], snapshot(52));
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  await body(folder.path);
}

Deno.test("the last fifty snapshots are kept in memory, the newest first", async () => {
  const store = snapshots({ engine });
  await keepsTheLastFifty(() => store);
});

Deno.test("the last fifty snapshots are kept in files, the newest first, and a new server finds them", async () => {
  await inFolder(async (folder) => {
    await keepsTheLastFifty(() => snapshots({ folder, engine }));
    const there = await Array.fromAsync(Deno.readDir(`${folder}/snapshots/${encodeURIComponent(engine)}`));
    assert.equal(there.length, 50);
  });
});

Deno.test("only their user may read the files", async () => {
  await inFolder(async (folder) => {
    await snapshots({ folder, engine }).keep(snapshot(1));
    const place = `${folder}/snapshots/${encodeURIComponent(engine)}`;
    const [file] = await Array.fromAsync(Deno.readDir(place));
    const modes = [place, `${place}/${file?.name}`].map((path) =>
      ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8)
    );
    assert.deepEqual(modes, ["700", "600"]);
  });
});

Deno.test("engines do not share their snapshots", async () => {
  await inFolder(async (folder) => {
    await snapshots({ folder, engine }).keep(snapshot(1));
    assert.deepEqual(await snapshots({ folder, engine: "tcp://other:2375" }).list(), []);
  });
});

Deno.test("a damaged file is passed over", async () => {
  await inFolder(async (folder) => {
    const store = snapshots({ folder, engine });
    await store.keep(snapshot(1));
    const place = `${folder}/snapshots/${encodeURIComponent(engine)}`;
    await Deno.writeTextFile(`${place}/2026-02-01.json`, '{"name": "x"');
    await Deno.writeTextFile(`${place}/2026-02-02.json`, '{"name": "x"}');
    await Deno.writeTextFile(`${place}/2026-02-03.part`, "{}");
    assert.deepEqual((await store.list()).map(({ name }) => name), ["box-1"]);
  });
});

Deno.test("where nothing can be kept, the error says where and why", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/snapshots`, "in the way");
    await assert.rejects(
      snapshots({ folder, engine }).keep(snapshot(1)),
      /^EngineError: Cannot keep the container's configuration in ".*\/snapshots\/unix.*", so that nothing was changed: /,
    );
  });
});
