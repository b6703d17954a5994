import assert from "node:assert/strict";
import { ComposeError } from "../../../src/compose/errors.ts";
import { render } from "../../../src/compose/plan/render.ts";
import { stackTest } from "./stack.ts";

const sleeping = "image: IMAGE\n    command: sleep 600\n    stop_signal: SIGKILL";

stackTest(
  "services start once what they wait for is as they want it, with their configs, secrets and hooks",
  async (own) => {
    await Deno.writeTextFile(`${own.folder}/secret.txt`, "hush");
    await own.up(`
services:
  job:
    image: IMAGE
    command: sh -c "echo made > /data/made"
    volumes: ["data:/data"]
  db:
    ${sleeping}
    healthcheck: {test: test -f /data/made, interval: 200ms, start_period: 5s}
    volumes: ["data:/data"]
    depends_on: {job: {condition: service_completed_successfully}}
  web:
    ${sleeping}
    user: nobody
    depends_on: {db: {condition: service_healthy}}
    configs: [{source: app, target: /etc/app.conf}]
    secrets: [{source: word, mode: 0444}, {source: file, target: as_file}]
    post_start: [{command: ["sh", "-c", "echo $$WHO > /tmp/hooked"], environment: {WHO: hook}}]
configs: {app: {content: "a = 1"}}
secrets: {word: {environment: COMPOSE_PROJECT_NAME}, file: {file: ./secret.txt}}
volumes: {data: }
`);
    assert.equal(await own.sh(`${own.name}-web-1`, "cat /etc/app.conf"), "a = 1");
    assert.equal(await own.sh(`${own.name}-web-1`, "cat /run/secrets/word"), own.name);
    assert.equal(await own.sh(`${own.name}-web-1`, "cat /run/secrets/as_file"), "hush");
    assert.equal(await own.sh(`${own.name}-web-1`, "cat /tmp/hooked"), "hook");
    const starts = await Promise.all(
      ["job", "db", "web"].map(async (service) =>
        (await own.engine.containers.inspect(`${own.name}-${service}-1`)).State.StartedAt
      ),
    );
    assert.deepEqual(starts.toSorted(), starts);
  },
);

stackTest(
  "a change makes anew what it is about, says from what to what, and keeps what is in the volumes",
  async (own) => {
    const text = `
services:
  db:
    ${sleeping}
    volumes: ["data:/data", "/scratch"]
    environment: {LOG_LEVEL: info, DB_PASSWORD: one}
  web:
    ${sleeping}
    depends_on: {db: {condition: service_started, restart: true}}
volumes: {data: }
`;
    await own.up(text);
    await own.sh(`${own.name}-db-1`, "echo a > /data/a; echo b > /scratch/b");
    const before = await own.engine.containers.inspect(`${own.name}-web-1`);
    await own.write(text.replace("info", "debug").replace("one", "two"));
    const planned = await own.compose.plan({ verb: "up", project: await own.load() });
    const line =
      "db-1: recreate (environment.DB_PASSWORD changed; environment.LOG_LEVEL: info -> debug), keeps its volumes";
    assert.ok(render(planned).split("\n").includes(line), render(planned));
    const { signal } = new AbortController();
    const wanted = { verb: "up", project: await own.load() } as const;
    await own.compose.apply(wanted, { digest: planned.digest, signal });
    assert.equal(await own.sh(`${own.name}-db-1`, "cat /data/a /scratch/b; echo $LOG_LEVEL"), "a\r\nb\r\ndebug");
    const after = await own.engine.containers.inspect(`${own.name}-web-1`);
    assert.equal(after.Id, before.Id);
    assert.notEqual(after.State.StartedAt, before.State.StartedAt, "it was taken along");
    await assert.rejects(own.compose.apply(wanted, { digest: planned.digest, signal }), /Plan again/);
    assert.deepEqual((await own.compose.plan(wanted)).operations, []);
  },
);

stackTest("a service grows and shrinks from the top, and what the files do not have goes when asked", async (own) => {
  const text = `services:\n  web:\n    ${sleeping}\n  old:\n    ${sleeping}\n`;
  await own.up(text, { scale: new Map([["web", 3]]) });
  const names = async () => (await own.observe()).containers.map(({ name }) => name.slice(own.name.length + 1)).sort();
  assert.deepEqual(await names(), ["old-1", "web-1", "web-2", "web-3"]);
  await own.up(`services:\n  web:\n    ${sleeping}\n`);
  assert.deepEqual(await names(), ["old-1", "web-1"]);
  await own.up(`services:\n  web:\n    ${sleeping}\n`, { removeOrphans: true });
  assert.deepEqual(await names(), ["web-1"]);
});

stackTest(
  "a network whose definition has changed is made anew, and all find each other on it as before",
  async (own) => {
    const text = `
services:
  db:
    ${sleeping}
    networks: {back: {aliases: [store]}, front: }
  side:
    ${sleeping}
    network_mode: service:db
  web:
    ${sleeping}
    networks: [back]
networks: {back: , front: }
`;
    await own.up(text);
    await own.sh(`${own.name}-web-1`, "nslookup store && nslookup db");
    await own.up(text.replace("{back: ,", "{back: {internal: true},"));
    await own.sh(`${own.name}-web-1`, "nslookup store && nslookup db");
    assert.match(await own.sh(`${own.name}-side-1`, "ip -o addr"), /eth1/);
    const network = await own.engine.networks.inspect(`${own.name}_back`);
    assert.equal(network.Internal, true);
  },
);

stackTest("an up that fails tells which service and why, and the next one goes on from there", async (own) => {
  const text = `
services:
  db:
    ${sleeping}
  job:
    image: IMAGE
    command: sh -c "exit 3"
    depends_on: [db]
  web:
    ${sleeping}
    depends_on: {job: {condition: service_completed_successfully}}
`;
  await assert.rejects(own.up(text), (error) => {
    assert.ok(error instanceof ComposeError);
    assert.match(error.message, /job: wait until it has ended well failed: ".*-job-1" ended with exit code 3/);
    return true;
  });
  const states = (await own.observe()).containers.map(({ service, state }) => `${service} ${state}`).sort();
  assert.deepEqual(states, ["db running", "job exited", "web created"]);
  const db = await own.engine.containers.inspect(`${own.name}-db-1`);
  await own.up(text.replace("exit 3", "exit 0"));
  assert.equal((await own.engine.containers.inspect(`${own.name}-db-1`)).State.StartedAt, db.State.StartedAt);
  assert.equal((await own.engine.containers.inspect(`${own.name}-web-1`)).State.Status, "running");
});

stackTest("what never gets healthy ends the up, and where it is not required only a warning is given", async (own) => {
  const text = (required: boolean) => `
services:
  db:
    ${sleeping}
    healthcheck: {test: "false", interval: 200ms, retries: 2}
  web:
    ${sleeping}
    depends_on: {db: {condition: service_healthy, required: ${required}}}
`;
  await assert.rejects(own.up(text(true)), /db: wait until it is healthy failed: ".*-db-1" is unhealthy/);
  await own.write(text(false));
  const { signal } = new AbortController();
  const { warnings } = await own.compose.apply({ verb: "up", project: await own.load() }, { signal });
  assert.match(warnings.join(), /is unhealthy after \d+ failed probes; what waited for it goes on without it/);
  assert.equal((await own.engine.containers.inspect(`${own.name}-web-1`)).State.Status, "running");
});

stackTest("an image that cannot be had ends the up before anything is made", async (own) => {
  await assert.rejects(
    own.up(`services:\n  web:\n    image: localhost:1/none:1\n`),
    /image localhost:1\/none:1: pull failed/,
  );
  assert.deepEqual((await own.observe()).containers, []);
});

stackTest("a cancelled up ends at once, begins nothing more, and the next one goes on", async (own) => {
  const text = `
services:
  db:
    ${sleeping}
    healthcheck: {test: test -f /ready, interval: 200ms, retries: 1000}
  web:
    ${sleeping}
    depends_on: {db: {condition: service_healthy}}
`;
  const cancel = new AbortController();
  const going = own.up(text, { signal: cancel.signal });
  setTimeout(() => cancel.abort(new DOMException("the caller gave up", "AbortError")), 2500);
  await assert.rejects(going, /the caller gave up/);
  assert.equal((await own.engine.containers.inspect(`${own.name}-web-1`)).State.Status, "created");
  await own.sh(`${own.name}-db-1`, "touch /ready");
  assert.deepEqual(await own.up(text), ["wait ", `start_container ${own.name}-web-1`]);
});

stackTest("two that bring up one project at once do so one behind the other", async (own) => {
  const text = `services:\n  web:\n    ${sleeping}\n    scale: 2\n`;
  const done = await Promise.all([own.up(text), own.up(text)]);
  assert.deepEqual(done.map(({ length }) => length).sort(), [0, 5]);
  assert.equal((await own.observe()).containers.length, 2);
});

stackTest("stop, start, restart and down work from the labels alone, in the order of the dependencies", async (own) => {
  await own.up(`
services:
  db:
    ${sleeping}
    volumes: ["data:/data"]
  web:
    ${sleeping}
    depends_on: {db: {condition: service_started, restart: true}}
volumes: {data: }
`);
  const target = own.name;
  const { signal } = new AbortController();
  const done = async (wanted: Parameters<typeof own.compose.apply>[0]) =>
    (await own.compose.apply(wanted, { signal })).done.map(({ kind, resource }) =>
      `${kind} ${"service" in resource ? resource.service : "name" in resource ? resource.name : ""}`
    );
  assert.deepEqual(await done({ verb: "stop", target }), ["stop_container web", "stop_container db"]);
  assert.deepEqual(await done({ verb: "start", target }), ["start_container db", "start_container web"]);
  assert.deepEqual(await done({ verb: "restart", target, services: ["db"] }), [
    "restart_container db",
    "restart_container web",
  ]);
  const down = await done({ verb: "down", target });
  assert.deepEqual(down.slice(0, 4).map((line) => line.split(" ")[1]), ["web", "web", "db", "db"]);
  const { containers, networks, volumes } = await own.observe();
  assert.deepEqual(containers, []);
  assert.ok(!networks.some(({ name }) => name.startsWith(own.name)));
  assert.ok(volumes.some(({ name }) => name === `${own.name}_data`), "without the word volumes stay");
});

stackTest("an image is built from its folder, again when asked, and goes with the project when asked", async (own) => {
  await Deno.writeTextFile(`${own.folder}/Dockerfile`, `FROM ${own.image}\nARG WORD=none\nRUN echo $WORD > /word\n`);
  const text = (word: string) => `
services:
  app:
    build: {context: ., args: {WORD: ${word}}}
    command: sleep 600
    stop_signal: SIGKILL
`;
  await own.up(text("one"));
  assert.equal(await own.sh(`${own.name}-app-1`, "cat /word"), "one");
  assert.deepEqual(await own.up(text("two")), []);
  const done = await own.up(text("two"), { build: true });
  assert.ok(done.includes(`create_container ${own.name}-app-1`), done.join());
  assert.equal(await own.sh(`${own.name}-app-1`, "cat /word"), "two");
  await own.up(
    `
services:
  app:
    build: {context: ., dockerfile_inline: "FROM ${own.image}\\nCOPY Dockerfile /copied\\n"}
    command: sleep 600
    stop_signal: SIGKILL
`,
    { build: true },
  );
  assert.match(await own.sh(`${own.name}-app-1`, "cat /copied"), /RUN echo/);
  const gone = await own.down({ images: "local" });
  assert.ok(gone.includes(`remove_image ${own.name}-app:latest`), gone.join());
});

stackTest("a build has its secrets, from a file and from a variable", async (own) => {
  await Deno.writeTextFile(`${own.folder}/.env`, "WORD=plugh\n");
  await Deno.writeTextFile(`${own.folder}/token`, "xyzzy");
  const run = "RUN --mount=type=secret,id=token --mount=type=secret,id=other cat /run/secrets/token /run/secrets/other";
  await own.up(`
services:
  app:
    build:
      dockerfile_inline: "FROM ${own.image}\\n${run} | md5sum > /sum\\n"
      secrets: [token, {source: word, target: other}]
    command: sleep 600
    stop_signal: SIGKILL
secrets:
  token: {file: ./token}
  word: {environment: WORD}
`);
  assert.equal(
    await own.sh(`${own.name}-app-1`, "cut -c1-32 /sum"),
    await own.sh(`${own.name}-app-1`, "printf xyzzyplugh | md5sum | cut -c1-32"),
  );
});
