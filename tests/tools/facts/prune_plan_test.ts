import assert from "node:assert/strict";
import type { ContainerSummary } from "../../../src/engine/containers.ts";
import type { DiskUsage } from "../../../src/engine/system.ts";
import { prunePlan, type PruneScope } from "../../../src/tools/facts/prune_plan.ts";

const anonymous = "a".repeat(64);

function container(name: string, State: string, more: Partial<ContainerSummary> = {}): ContainerSummary {
  const bare = { Id: name, Names: [`/${name}`], Image: "", ImageID: "", Command: "", Created: 100, Status: "" };
  return { ...bare, State, SizeRw: 10, ...more };
}

const mount = { Type: "volume", Name: anonymous, Source: "", Destination: "/data", Mode: "", RW: true };
const image = { Created: 100, Containers: 0, SharedSize: 0, Size: 50 };
const record = { Type: "regular", InUse: false, Shared: false, Size: 7, CreatedAt: "1970-01-01T00:01:40Z" };

const disk: DiskUsage = {
  LayersSize: 240,
  Containers: [
    container("up", "running", { ImageID: "used" }),
    container("loop", "restarting"),
    container("made", "created", { Labels: { team: "blue" } }),
    container("job", "exited", { ImageID: "tagged", Mounts: [mount], Labels: { team: "red" } }),
  ],
  Images: [
    { ...image, Id: "used", RepoTags: ["app:2"] },
    { ...image, Id: "tagged", RepoTags: ["app:1"], SharedSize: 20 },
    { ...image, Id: "dangling", RepoTags: ["<none>:<none>"] },
    { ...image, Id: "parent", RepoTags: null },
    { ...image, Id: "child", RepoTags: ["app:3", "app:4"], ParentId: "parent" },
  ],
  Volumes: [
    { Name: anonymous, UsageData: { Size: 30, RefCount: 1 } },
    { Name: "b".repeat(64), UsageData: { Size: 0, RefCount: 1 } },
    { Name: "named", UsageData: { Size: 30, RefCount: 0 } },
  ],
  BuildCache: [
    { ...record, ID: "plain" },
    { ...record, ID: "used", InUse: true },
    { ...record, ID: "shared", Shared: true },
    { ...record, ID: "own", Type: "internal" },
  ],
};

function names(scope: Partial<PruneScope> = {}) {
  const plan = prunePlan(disk, [], {
    all: false,
    volumes: false,
    labels: [],
    before: Infinity,
    isOld: () => true,
    ...scope,
  });
  return Object.fromEntries(
    Object.entries(plan).filter(([, { items }]) => items.length > 0)
      .map(([kind, { items, bytes }]) => [kind, `${items.map(({ id }) => id.slice(0, 9)).join(" ")}: ${bytes}`]),
  );
}

Deno.test("a prune takes what has ended, and then what only that used", () => {
  const usual = { containers: "job made: 20", images: "dangling: 50", build_cache: "plain: 7" };
  assert.deepEqual(names(), usual);
  assert.deepEqual(names({ volumes: true }), { ...usual, volumes: "aaaaaaaaa bbbbbbbbb: 30" });
  assert.deepEqual(names({ all: true }), {
    containers: "job made: 20",
    images: "tagged child dangling: 140",
    build_cache: "own plain shared: 14",
  });
});

Deno.test("what is taken is told by name, in whatever order the engine lists it", () => {
  const scope = { all: true, volumes: true, labels: [], before: Infinity, isOld: () => true };
  const turned = {
    ...disk,
    Containers: disk.Containers?.toReversed() ?? null,
    Images: disk.Images?.toReversed().map((one) => ({ ...one, RepoTags: one.RepoTags?.toReversed() ?? null })) ?? null,
    Volumes: disk.Volumes?.toReversed() ?? null,
    BuildCache: disk.BuildCache?.toReversed() ?? null,
  };
  const told = (of: DiskUsage) =>
    Object.values(prunePlan(of, [], scope)).map(({ items }) => items.map(({ name }) => name));
  assert.deepEqual(told(turned), told(disk));
});

Deno.test("a container that a label keeps keeps what it uses", () => {
  assert.deepEqual(names({ labels: ["team=blue"], volumes: true, all: true }), { containers: "made: 10" });
  assert.deepEqual(names({ labels: ["team"] }), { containers: "job made: 20" });
  assert.deepEqual(names({ before: 50_000, isOld: () => false }), { build_cache: "plain: 7" });
});
