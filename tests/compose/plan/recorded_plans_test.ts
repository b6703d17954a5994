import assert from "node:assert/strict";
import type { Operation, Resource } from "../../../src/compose/operation.ts";
import { plan } from "../../../src/compose/plan/plan.ts";
import type { UpOptions } from "../../../src/compose/wanted.ts";
import { emptyEngine, projectIn } from "../memory.ts";
import { applied } from "../model_engine.ts";

/** A plan of the original's tests: from what was up to what is wanted. */
interface Case {
  before?: string;
  wanted: string;
  options?: UpOptions;
  /** What is planned here instead, on purpose. */
  ours?: string[];
}

const lone = (name: string, more = "") => `${name}: {image: busybox, network_mode: none${more}}`;
const db = (name: string, more = "") => lone(name, `, volumes: ["data:/d"]${more}`);
const fronted = (name: string, more = "") => `${name}: {image: busybox, networks: [frontend]${more}}`;
const services = (...all: string[]) => `services: {${all.join(", ")}}`;
const withVolume = (text: string, label: string) => `${text}\nvolumes: {data: {labels: {a: "${label}"}}}`;
const withNetwork = (text: string, label: string) => `${text}\nnetworks: {frontend: {labels: {a: "${label}"}}}`;
const word: UpOptions = { recreateVolumes: ["data", "data1", "data2"] };

// A container that is connected to a network again loses its names there: it is made anew.
const madeAnew = [
  "[] -> #1 service:web:1, StopContainer",
  "[1] -> #2 service:web:1, DisconnectNetwork",
  "[2] -> #3 network:frontend, RemoveNetwork",
  "[3] -> #4 network:frontend, CreateNetwork",
  "[4] -> #5 service:web:1, CreateContainer",
  "[2,5] -> #6 service:web:1, RemoveContainer",
  "[6] -> #7 service:web:1, RenameContainer",
];

const cases: Record<string, Case> = {
  TestReconcileNetworks_CreateMissing: {
    wanted: `${
      services("web: {image: busybox, networks: [frontend, backend], scale: 0}")
    }\nnetworks: {frontend: , backend: }`,
  },
  TestReconcileNetworks_Diverged: {
    before: withNetwork(services(fronted("web")), "1"),
    wanted: withNetwork(services(fronted("web")), "2"),
    ours: madeAnew,
  },
  TestReconcileNetworks_DivergedAlsoRecreatesChangedContainer: {
    before: withNetwork(services(fronted("web")), "1"),
    wanted: withNetwork(services(fronted("web", ", user: me")), "2"),
    ours: madeAnew,
  },
  TestReconcileNetworks_DivergedMultipleServices: {
    before: withNetwork(services(fronted("api"), fronted("web")), "1"),
    wanted: withNetwork(services(fronted("api"), fronted("web")), "2"),
    ours: [
      "[] -> #1 service:api:1, StopContainer",
      "[1] -> #2 service:api:1, DisconnectNetwork",
      "[] -> #3 service:web:1, StopContainer",
      "[3] -> #4 service:web:1, DisconnectNetwork",
      "[2,4] -> #5 network:frontend, RemoveNetwork",
      "[5] -> #6 network:frontend, CreateNetwork",
      "[6] -> #7 service:api:1, CreateContainer",
      "[2,7] -> #8 service:api:1, RemoveContainer",
      "[8] -> #9 service:api:1, RenameContainer",
      "[6] -> #10 service:web:1, CreateContainer",
      "[4,10] -> #11 service:web:1, RemoveContainer",
      "[11] -> #12 service:web:1, RenameContainer",
    ],
  },
  TestReconcileNetworks_Renamed: {
    before: `${services(fronted("web"))}\nnetworks: {frontend: {name: old}}`,
    wanted: `${services(fronted("web"))}\nnetworks: {frontend: {name: new}}`,
    ours: [
      "[] -> #1 network:frontend, CreateNetwork",
      "[1] -> #2 service:web:1, CreateContainer",
      "[2] -> #3 service:web:1, StopContainer",
      "[3] -> #4 service:web:1, RemoveContainer",
      "[4] -> #5 service:web:1, RenameContainer",
      "[4] -> #6 network:frontend, RemoveNetwork",
    ],
  },
  TestReconcileVolumes_CreateMissing: { wanted: withVolume(services(db("db", ", scale: 0")), "1") },
  TestReconcileVolumes_DivergedConfirmed: {
    before: withVolume(services(db("db0")), "1"),
    wanted: withVolume(services(db("db0")), "2"),
    options: word,
  },
  TestReconcileVolumes_DivergedConfirmedScaleN: {
    before: withVolume(services(db("db0", ", scale: 2")), "1"),
    wanted: withVolume(services(db("db0", ", scale: 2")), "2"),
    options: word,
  },
  TestReconcileVolumes_DivergedConfirmedMultipleServices: {
    before: withVolume(services(db("db0"), db("db1")), "1"),
    wanted: withVolume(services(db("db0"), db("db1")), "2"),
    options: word,
  },
  TestReconcileVolumes_DivergedConfirmedSharedContainer: {
    before: `${shared()}\nvolumes: {data1: , data2: }`,
    wanted: `${shared()}\nvolumes: {data1: {labels: [a]}, data2: {labels: [a]}}`,
    options: word,
  },
  TestReconcileVolumes_DivergedPartialConfirm: {
    before: `${apart()}\nvolumes: {data1: , data2: }`,
    wanted: `${apart()}\nvolumes: {data1: {labels: [a]}, data2: {labels: [a]}}`,
    options: { recreateVolumes: ["data1"] },
  },
  TestReconcileVolumes_DivergedCascadesToDependent: {
    before: withVolume(services(db("owner"), lone("dependent", ", volumes_from: [owner]")), "1"),
    wanted: withVolume(services(db("owner"), lone("dependent", ", volumes_from: [owner]")), "2"),
    options: word,
  },
  TestReconcileVolumes_RenamedIsAdditive: {
    before: `${services(db("db", ", scale: 0"))}\nvolumes: {data: {name: old}}`,
    wanted: `${services(db("db", ", scale: 0"))}\nvolumes: {data: {name: new}}`,
  },
  TestReconcileVolumes_RenamedMigratesContainers: {
    before: `${services(db("db"))}\nvolumes: {data: {name: old}}`,
    wanted: `${services(db("db"))}\nvolumes: {data: {name: new}}`,
  },
  TestReconcileVolumes_DivergedUnmountedVolume: {
    before: withVolume(services(db("db", ", scale: 0")), "1"),
    wanted: withVolume(services(db("db", ", scale: 0")), "2"),
    options: word,
  },
  TestReconcileContainers_NewProject: { wanted: services(lone("web")) },
  TestReconcileContainers_ConfigChanged: { before: services(lone("web")), wanted: services(lone("web", ", user: me")) },
  TestReconcileContainers_ScaleUp: { before: services(lone("web")), wanted: services(lone("web", ", scale: 3")) },
  TestReconcileContainers_ScaleDown: { before: services(lone("web", ", scale: 2")), wanted: services(lone("web")) },
  TestReconcileContainers_ForceRecreate: {
    before: services(lone("web")),
    wanted: services(lone("web")),
    options: { forceRecreate: true },
  },
  TestReconcileContainers_DependsOnChain: { wanted: services(lone("db"), lone("web", ", depends_on: [db]")) },
  TestReconcileContainers_DependsOnScaleDown: {
    before: services(lone("db")),
    wanted: services(lone("db", ", scale: 0"), lone("web", ", depends_on: [db]")),
  },
  TestReconcileOrphans: {
    before: services(lone("web"), lone("old")),
    wanted: services(lone("web")),
    options: { removeOrphans: true },
  },
};

function shared(): string {
  return services(lone("db", ', volumes: ["data1:/a", "data2:/b"]'));
}

function apart(): string {
  return services(lone("db1", ', volumes: ["data1:/a"]'), lone("db2", ', volumes: ["data2:/b"]'));
}

interface RecordedPlan {
  test: string;
  plan: string[];
}

const recorded: RecordedPlan[] = JSON.parse(
  Deno.readTextFileSync(new URL("../corpus/plan/reconcile.json", import.meta.url)),
);

Deno.test("every plan of the original's tests is made here too, or is listed with what is made instead", async (t) => {
  assert.deepEqual(recorded.map(({ test }) => test), Object.keys(cases));
  for (const { test, plan: theirs } of recorded) {
    await t.step(test, async () => {
      const { ours, ...given } = cases[test] ?? { wanted: "" };
      const made = await planned(given);
      assert.deepEqual(made, ours ?? theirs.map(withoutCause));
      assert.notDeepEqual(ours, theirs.map(withoutCause), "what is listed as different is different");
    });
  }
});

async function planned({ before, wanted, options = {} }: Case): Promise<string[]> {
  const project = await projectIn(wanted, { name: "myproject" });
  const old = before === undefined ? undefined : await projectIn(before, { name: "myproject" });
  const there = old ? applied(plan({ verb: "up", project: old }, emptyEngine(old))) : emptyEngine(project);
  const { operations, obstacles } = plan({ verb: "up", project, ...options }, there);
  assert.deepEqual(obstacles, []);
  return operations.filter(({ kind }) => kind !== "start_container").map(line);
}

/** `[1,2] -> #3 network:frontend, RemoveNetwork` */
function line({ id, after, resource, kind }: Operation): string {
  const name = kind.replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase());
  return `[${after.join(",")}] -> #${id} ${resourceText(resource)}, ${name}`;
}

function resourceText(resource: Resource): string {
  switch (resource.kind) {
    case "container":
      return `service:${resource.service}:${resource.number}`;
    case "network":
    case "volume":
      return `${resource.kind}:${resource.key}`;
    case "service":
      return `service:${resource.service}`;
    default:
      return `${resource.kind}:${resource.name}`;
  }
}

/** In other words the cause is told here; a removal comes after the creation by way of the stop. */
function withoutCause(text: string): string {
  return text.split(", ").slice(0, 2).join(", ");
}
