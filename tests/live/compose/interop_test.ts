import assert from "node:assert/strict";
import { type Stack, stackTest } from "./stack.ts";
import { stacks } from "./stacks.ts";

const stack = `
services:
  db:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 1s
    volumes: ["data:/data", "/scratch", "./conf:/conf:ro"]
    healthcheck: {test: ["CMD", "true"], interval: 1s}
  web:
    image: IMAGE
    command: ["sleep", "600"]
    stop_signal: SIGKILL
    environment: {LOG_LEVEL: info, EMPTY: ""}
    ports: ["127.0.0.1::80"]
    networks: {front: {aliases: [site]}, default: }
    depends_on: {db: {condition: service_healthy, restart: true}}
    deploy: {replicas: 2}
  side:
    image: IMAGE
    command: sleep 600
    stop_signal: SIGKILL
    network_mode: service:db
networks: {front: {}}
volumes: {data: {}}
`;

stackTest("what is brought up here is up to date for docker compose, which lists it and takes it down", async (own) => {
  await own.up(stack);
  const before = (await own.observe()).containers.map(({ id }) => id).sort();
  const { told } = await own.real("up", "-d");
  assert.doesNotMatch(told, /Recreate|Create|Start/, told);
  assert.deepEqual((await own.observe()).containers.map(({ id }) => id).sort(), before);
  const { output } = await own.real("ps", "--format", "{{.Service}} {{.State}}");
  assert.deepEqual(output.trim().split("\n").sort(), ["db running", "side running", "web running", "web running"]);
  await own.real("down", "-v");
  const { containers, networks, volumes } = await own.observe();
  const left = (labels: Readonly<Record<string, string>>) => labels["com.docker.compose.project"] === own.name;
  assert.deepEqual([
    containers,
    networks.filter(({ labels }) => left(labels)),
    volumes.filter(({ labels }) => left(labels)),
  ], [[], [], []]);
}, { real: true });

stackTest(
  "what docker compose brings up is up to date here, and is taken down with its file and without",
  async (own) => {
    await own.write(stack);
    await own.real("up", "-d");
    assert.deepEqual(await own.up(stack), []);
    const ids = (await own.observe()).containers.map(({ id }) => id);
    const done = await own.up(stack.replace("LOG_LEVEL: info", "LOG_LEVEL: debug"));
    assert.equal(done.filter((line) => line.startsWith("create_container")).length, 2, done.join("\n"));
    const { told } = await own.real("up", "-d");
    assert.doesNotMatch(told, /Recreate|Create/, told);
    assert.equal((await own.observe()).containers.filter(({ id }) => ids.includes(id)).length, 2);
    await own.down({ volumes: true });
    const { containers, networks, volumes } = await own.observe();
    assert.deepEqual(containers, []);
    assert.deepEqual([...networks, ...volumes].filter(({ name }) => name.startsWith(own.name)), []);
  },
  { real: true },
);

for (const [what, text] of Object.entries(stacks)) {
  stackTest(`both take the other's for their own: ${what}`, async (own) => {
    await prepare(own);
    await own.write(text);
    await own.real("up", "-d");
    assert.deepEqual(changed(await own.up(text)), [], "docker compose first");
    await own.down({ volumes: true });
    assert.deepEqual((await own.observe()).containers, []);
    await own.up(text);
    const before = (await own.observe()).containers.map(({ id }) => id).sort();
    await own.real("up", "-d");
    assert.deepEqual((await own.observe()).containers.map(({ id }) => id).sort(), before, "docker compose second");
    await own.real("down", "-v");
    assert.deepEqual((await own.observe()).containers, []);
  }, { real: true });
}

const optional = `
services:
  web: {image: IMAGE, command: sleep 600, stop_signal: SIGKILL}
  debug: {image: IMAGE, command: sleep 600, stop_signal: SIGKILL, profiles: [debug]}
`;

stackTest("both leave alone what no active profile has, unless it is named", async (own) => {
  await own.write(optional);
  const { signal } = new AbortController();
  type Take = (verb: "stop" | "start" | "down", ...services: string[]) => Promise<unknown>;
  const ours: Take = async (verb, ...services) => {
    const target = await own.load({ services });
    return await own.compose.apply({ verb, target, services }, { signal });
  };
  // Without its file it would only see the labels.
  const real: Take = (...args) => own.real("-f", `${own.folder}/compose.yaml`, ...args);
  const takes: Parameters<Take>[] = [["stop"], ["start"], ["stop", "debug"], ["start", "debug"], ["down"]];
  for (const take of [real, ours]) {
    const left: string[] = [];
    for (const args of takes) {
      await own.real("--profile", "debug", "up", "-d");
      if (args[0] === "start") await own.real("--profile", "debug", "stop");
      await take(...args);
      const { containers } = await own.observe();
      left.push(
        `${args.join(" ")}: ${containers.map(({ service, state }) => `${service} ${state}`).sort().join(", ")}`,
      );
    }
    assert.deepEqual(left, [
      "stop: debug running, web exited",
      "start: debug exited, web running",
      "stop debug: debug exited, web running",
      "start debug: debug running, web exited",
      "down: debug running",
    ]);
  }
}, { real: true });

/** Jobs run again with each up. */
function changed(done: string[]): string[] {
  return done.filter((line) => !line.startsWith("wait") && !/^start_container .*-job-1$/.test(line));
}

async function prepare({ folder, image }: Stack): Promise<void> {
  for (const name of ["site", "app", "conf"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.writeTextFile(`${folder}/vars.env`, "FROM_FILE=1\nOTHER='two words'\n");
  await Deno.writeTextFile(`${folder}/app/Dockerfile`, `FROM ${image}\nARG WORD\nRUN echo $WORD > /word\n`);
}
