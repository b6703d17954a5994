import assert from "node:assert/strict";
import type { Observed } from "../../../src/compose/observe.ts";
import { plan } from "../../../src/compose/plan/plan.ts";
import { render } from "../../../src/compose/plan/render.ts";
import type { Project } from "../../../src/compose/project.ts";
import type { UpOptions, Wanted } from "../../../src/compose/wanted.ts";
import { container, emptyEngine, imageOf, projectIn } from "../memory.ts";
import { applied } from "../model_engine.ts";

const shop = `
services:
  db:
    image: postgres
    healthcheck: {test: ["CMD", "true"]}
    volumes: ["data:/var/lib/db"]
    environment: {DB_PASSWORD: hunter2}
  migrate:
    image: shop
    depends_on: {db: {condition: service_healthy, restart: true}}
  web:
    image: shop
    environment: {LOG_LEVEL: info}
    ports: ["8080:80"]
    networks: [front, default]
    depends_on:
      db: {condition: service_healthy, restart: true}
      migrate: {condition: service_completed_successfully}
      cache: {condition: service_started, required: false}
    configs: [{source: app, target: /etc/app.conf}]
    post_start: [{command: ["true"]}]
    pre_stop: [{command: ["true"]}]
  cache: {image: redis, profiles: [extra]}
networks: {front: }
volumes: {data: }
configs: {app: {content: "a = 1"}}
`;

const up = async (text: string, there?: Observed, options: UpOptions = {}) => {
  const project = await projectIn(text);
  return plan({ verb: "up", project, ...options }, there ?? emptyEngine(project));
};

/** The whole shop, up as its first plan leaves it. */
const standing = async (text = shop) => applied(await up(text), { jobs: new Set(["migrate"]) });

const goldens: Record<string, () => ReturnType<typeof up>> = {
  "a stack that is not there": () => up(shop),
  "nothing but the job to be run again": async () => up(shop, await standing()),
  "another variable, port and image": async () =>
    up(shop.replace("LOG_LEVEL: info", "LOG_LEVEL: debug").replace("8080:80", "8081:80"), await standing()),
  "a database that takes along who asked for it": async () => up(shop.replace("hunter2", "hunter3"), await standing()),
  "another text of a config": async () => up(shop.replace("a = 1", "a = 2"), await standing()),
  "another network": async () => up(shop.replace("{front: }", "{front: {internal: true}}"), await standing()),
  "another volume, without the word": async () =>
    up(shop.replace("{data: }", "{data: {labels: [a]}}"), await standing()),
  "another volume, with the word": async () =>
    up(shop.replace("{data: }", "{data: {labels: [a]}}"), await standing(), { recreateVolumes: ["data"] }),
  "images that are pulled always": async () =>
    up(shop.replace("image: postgres", "image: postgres\n    pull_policy: always"), await standing()),
  "more of one service, less of another": async () =>
    up(shop.replace("8080:80", "80"), await standing(shop.replace("8080:80", "80")), {
      scale: new Map([["web", 2], ["db", 0]]),
    }),
  "a build": () => up("services: {app: {build: {context: /srv/app}}}", undefined, { build: true }),
};

for (const [name, make] of Object.entries(goldens)) {
  Deno.test(`a plan reads well: ${name}`, async (t) => {
    const made = await make();
    const text = render(made).replace(made.digest, "DIGEST");
    const lines = made.operations.map(({ id, after, kind, resource }) =>
      `${id} ${kind} ${"name" in resource ? resource.name : resource.service}${
        after.length ? ` after ${after.join(", ")}` : ""
      }`
    );
    await t.assertSnapshot(`${text}\n---\n${lines.join("\n")}\n`);
  });
}

Deno.test("a plan for down, stop, start and restart reads well, from a file and from labels alone", async (t) => {
  const [project, there] = [await projectIn(shop), await standing()];
  const stopped = applied(plan({ verb: "stop", target: "shop" }, there));
  const texts = [
    plan({ verb: "down", target: project, volumes: true }, there),
    plan({ verb: "down", target: "shop" }, there),
    plan({ verb: "stop", target: project }, there),
    plan({ verb: "start", target: "shop" }, stopped),
    plan({ verb: "restart", target: project, services: ["db"] }, there),
  ].map((made) => render(made).replace(made.digest, "DIGEST"));
  await t.assertSnapshot(`${texts.join("\n\n")}\n`);
});

Deno.test("one service goes down and up with what docker compose takes along", async () => {
  const [project, there] = [await projectIn(shop), await standing()];
  const done = (wanted: Wanted, kind: string, on = there) =>
    plan(wanted, on).operations.flatMap((operation) =>
      operation.kind === kind && "name" in operation.resource ? [operation.resource.name] : []
    );
  const down = (services: string[], target: Project | string = project): Wanted => ({
    verb: "down",
    target,
    services,
    volumes: true,
  });
  assert.deepEqual(done(down(["db"]), "remove_container"), ["shop-db-1"]);
  assert.deepEqual(done(down(["db"], "shop"), "remove_container"), ["shop-web-1", "shop-migrate-1", "shop-db-1"]);
  assert.deepEqual(done(down(["web"]), "remove_network"), ["shop_front"]);
  assert.deepEqual(done(down(["db", "web", "migrate"]), "remove_network"), ["shop_default", "shop_front"]);
  const alone = { ...there, containers: there.containers.filter(({ service }) => service === "db") };
  assert.deepEqual(done(down(["db"]), "remove_network", alone), ["shop_default"], "it is not on the other one");
  assert.deepEqual(done(down(["db"]), "remove_volume"), ["shop_data"]);
  assert.deepEqual(done(down(["cache"]), "remove_volume"), []);
  const stopped = applied(plan({ verb: "stop", target: "shop" }, there));
  const start: Wanted = { verb: "start", target: "shop", services: ["migrate"] };
  assert.deepEqual(done(start, "start_container", stopped), ["shop-db-1", "shop-migrate-1"]);
});

Deno.test("a container that takes the place of another says which, by its own name or without the project", async () => {
  const text = "services: {a: {image: i, container_name: shop-own}, b: {image: i}}";
  const { operations } = await up(text, applied(await up(text)), { forceRecreate: true });
  const replaced = operations.flatMap((operation) =>
    operation.kind === "create_container" ? [operation.spec.replaces] : []
  );
  assert.deepEqual(replaced, ["shop-own", "b-1"]);
});

Deno.test("with `local` all images go that were built for services, whatever they are called", async () => {
  const project = await projectIn("services: {a: {build: .}, b: {build: ., image: own}, c: {image: far}}");
  const built = [["shop-a:latest", "a"], ["own:latest", "b"], ["shop-old:latest", "old"]] as const;
  const there = { ...emptyEngine(project), built: built.map(([name, service]) => ({ name, service })) };
  const images = (images: "local" | "all", removeOrphans = false) =>
    plan({ verb: "down", target: project, images, removeOrphans }, there).operations
      .flatMap(({ resource }) => resource.kind === "image" ? [resource.name] : []);
  assert.deepEqual(images("local"), ["own:latest", "shop-a:latest"]);
  assert.deepEqual(images("local", true), ["own:latest", "shop-a:latest", "shop-old:latest"]);
  assert.deepEqual(images("all"), ["far", "own:latest", "shop-a:latest"]);
});

Deno.test("the digest of a plan is the same for the same, and another one for any change that matters", async () => {
  const there = await standing();
  const { digest } = await up(shop, there);
  assert.equal((await up(shop, { ...there, time: 5 })).digest, digest);
  assert.notEqual((await up(shop.replace("8080", "8081"), there)).digest, digest);
  const containers = there.containers.map((one) => one.service === "db" ? { ...one, state: "exited" } : one);
  assert.notEqual((await up(shop, { ...there, containers })).digest, digest);
  assert.notEqual((await up(shop, there, { forceRecreate: true })).digest, digest);
  const ids = there.containers.map((one) => ({ ...one, id: one.id.replace("0", "f") }));
  assert.notEqual((await up(shop, { ...there, containers: ids })).digest, digest);
});

Deno.test("what depends on an image that may change is left out where it has not", async () => {
  const text = "services: {web: {image: shop, pull_policy: always, network_mode: none}}";
  const first = applied(await up(text));
  const { operations } = await up(text, first);
  assert.deepEqual(operations.map(({ kind, onlyIf }) => [kind, onlyIf?.map(({ image }) => image)]), [
    ["pull_image", undefined],
    ["create_container", ["shop"]],
    ["stop_container", ["shop"]],
    ["remove_container", ["shop"]],
    ["rename_container", ["shop"]],
    ["start_container", ["shop"]],
  ]);
});

Deno.test("an image that is mounted is pulled as the policy of its service says, and built only where it is a service's", async () => {
  const pulls = async (text: string, there: string[]) => {
    const project = await projectIn(text);
    const engine = emptyEngine(project);
    const images = new Map([...engine.images].filter(([name]) => there.includes(name)));
    const { operations, obstacles } = plan({ verb: "up", project }, { ...engine, images });
    assert.deepEqual(obstacles, []);
    return operations.flatMap(({ kind, resource, cause }) =>
      "name" in resource ? [`${kind} ${resource.name}: ${cause}`] : []
    )
      .filter((text) => /^(pull|build)/.test(text));
  };
  const mounting = (policy: string, more = "") =>
    `services: {a: {image: a, network_mode: none, ${policy} volumes: [{type: image, source: tools, target: /t}]}${more}}`;
  assert.deepEqual(await pulls(mounting(""), ["a"]), [
    'pull_image tools: "a" mounts it, and the image is not there',
  ]);
  assert.deepEqual(await pulls(mounting(""), ["a", "tools"]), []);
  assert.deepEqual(await pulls(mounting("pull_policy: build,"), ["a"]), [
    'pull_image tools: "a" mounts it, and the image is not there',
  ]);
  const built = await pulls(mounting("", ", b: {image: tools, build: ., network_mode: none}"), ["a"]);
  assert.deepEqual(built, ["build_image tools: the image is not there"]);
});

Deno.test("a container that was taken off a network, or whose network another one took the place of, is made anew", async () => {
  const there = await standing();
  const other = (networks: [string, string][]) => ({
    ...there,
    containers: there.containers.map((one) =>
      one.service === "web" ? { ...one, networks: new Map([...one.networks, ...networks]) } : one
    ),
  });
  const causes = async (seen: Observed) =>
    (await up(shop, seen)).operations.flatMap(({ kind, cause }) => kind === "create_container" ? [cause] : []);
  assert.deepEqual(await causes(there), []);
  assert.deepEqual(await causes(other([["shop_front", "another"]])), ['it is not on the network "shop_front"']);
  // Until it has run, a container does not tell the id.
  assert.deepEqual(await causes(other([["shop_front", ""]])), []);
  const off = there.containers.map((one) => ({ ...one, networks: new Map([["shop_default", ""]]) }));
  assert.deepEqual(await causes({ ...there, containers: off }), ['it is not on the network "shop_front"']);
});

Deno.test("a network is not made anew while something else is on it", async () => {
  const there = await standing();
  const networks = new Map([["shop_front", "x"]]);
  const seen = { ...there, foreign: [container("other", { name: "theirs", networks })] };
  const { obstacles } = await up(shop.replace("{front: }", "{front: {internal: true}}"), seen);
  assert.match(
    obstacles.map(({ message }) => message).join(),
    /Cannot make the network "shop_front" anew: "theirs" would be cut off/,
  );
});

Deno.test("what another image, a pause or a death means for a container", async () => {
  const there = await standing();
  const web = (given: Partial<Observed["containers"][number]>) => ({
    ...there,
    containers: there.containers.map((one) => one.service === "web" ? { ...one, ...given } : one),
  });
  const about = async (seen: Observed, options?: UpOptions) =>
    (await up(shop, seen, options)).operations.flatMap(({ kind, resource, cause }) =>
      resource.kind === "container" && resource.service === "web" ? [`${kind}: ${cause}`] : []
    ).slice(0, 1);
  const seen = { ...there, images: new Map([...there.images, ["shop", imageOf("sha256:another")]]) };
  assert.deepEqual(await about(seen), ['create_container: the image "shop" has changed']);
  assert.deepEqual(await about(seen, { noRecreate: true }), []);
  assert.deepEqual(await about(web({ state: "paused" })), ["unpause_container: it is paused"]);
  assert.deepEqual(await about(web({ state: "dead" })), ["create_container: it is dead"]);
  assert.deepEqual(await about(web({ state: "exited" })), ["start_container: it does not run"]);
  assert.deepEqual(await about(web({ state: "exited" }), { noStart: true }), []);
});

Deno.test("only the named services are touched, with what they depend on or without", async () => {
  const touched = async (options: UpOptions) => {
    const { operations } = await up(shop, undefined, options);
    const names = operations.flatMap(({ kind, resource }) =>
      kind === "create_container" && resource.kind === "container" ? [resource.service] : []
    );
    return names.join(" ");
  };
  assert.equal(await touched({ services: ["migrate"] }), "db migrate");
  assert.equal(await touched({ services: ["web"], noDeps: true }), "web");
  await assert.rejects(touched({ services: ["cache"] }), /Cannot use the service "cache" of "shop": no active profile/);
  await assert.rejects(
    touched({ services: ["wbe"] }),
    /the project has no such service. Its services are: db, migrate, web/,
  );
});

Deno.test("a wait for all is for jobs to end and for the rest to run, within the time given", async () => {
  const { operations } = await up(shop, undefined, { wait: true, waitTimeout: 9 });
  const waits = operations.flatMap((operation) =>
    operation.kind === "wait" && operation.resource.kind === "service"
      ? [`${operation.resource.service} ${operation.condition} ${operation.timeout ?? ""}`.trim()]
      : []
  );
  assert.deepEqual(waits, [
    "db service_healthy",
    "migrate service_completed_successfully",
    "db running_or_healthy 9",
    "web running_or_healthy 9",
  ]);
});

Deno.test("an image that is there for another platform is pulled or built, for the one that is wanted", async () => {
  const text = `
services:
  own: {image: own, platform: linux/amd64}
  other: {image: other, platform: linux/arm64/v8, volumes: [{type: image, source: tools, target: /t}]}
  made: {image: made, platform: arm64, build: {context: .}}
  any: {image: any}
`;
  const { operations } = await up(text);
  assert.deepEqual(
    operations.flatMap((one) =>
      one.kind === "pull_image" || one.kind === "build_image" ? [[one.image, one.platform, one.cause]] : []
    ),
    [
      ["made", "arm64", "the image is there for linux/amd64, not for arm64"],
      ["other", "linux/arm64/v8", "the image is there for linux/amd64, not for linux/arm64/v8"],
    ],
  );
});
