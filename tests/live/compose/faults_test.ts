import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { mustAskEngine } from "../engine_api.ts";
import { removeContainer, startContainer } from "../engine_containers.ts";
import { type LiveEngine, liveTest, privateTest } from "../live.ts";
import { type Args, callOn, until } from "../tools/scene.ts";
import { type Stack, withStack } from "./stack.ts";

/** A stack, and a server that brings it up as a client asks. */
interface Own extends Pick<Stack, "name" | "folder" | "image" | "host" | "sh"> {
  /** Writes the file and brings it up; the text of the answer, of a failure too. */
  up(text: string, args?: Args): Promise<string>;
  /** The lines of what is there: `web-1 running`. */
  states(): Promise<string[]>;
  /** What a plan for the last file says. */
  plan(): Promise<string>;
  /** Another server, which knows nothing of this one. */
  other(): Promise<Connected>;
}

function faultTest(name: string, fn: (own: Own) => Promise<void>): void {
  liveTest(name, (engine) => withOwn(engine, fn));
}

async function withOwn({ host, image }: LiveEngine, fn: (own: Own) => Promise<void>): Promise<void> {
  await withStack({ host, image }, async (stack) => {
    const opened: Connected[] = [];
    const open = async () => {
      const args = [`--folders=${stack.folder}`, "--destructive=allow", "--timeout=5"];
      const connected = await connect({ host, args });
      opened.push(connected);
      return connected;
    };
    try {
      await fn(ownOf(stack, await open(), open));
    } finally {
      for (const connected of opened) await connected.close();
    }
  });
}

function ownOf(stack: Stack, connected: Connected, other: Own["other"]): Own {
  const { name, folder, image, host, sh } = stack;
  const source = { file: `${folder}/compose.yaml`, project_name: name };
  return {
    ...{ name, folder, image, host, sh, other },
    async up(text, args = {}) {
      await stack.write(text);
      const told = await callOn(connected, "docker_compose_up", { ...source, ...args });
      return told.text.replaceAll(name, "PROJECT");
    },
    async states() {
      const { containers } = await stack.observe();
      return containers.map(({ name: own, state }) => `${own.slice(name.length + 1)} ${state}`).sort();
    },
    plan: () => connected.text("docker_compose_plan", source),
  };
}

const sleeping = "image: IMAGE\n    command: sleep 600\n    stop_signal: SIGKILL";

// No health checks: an engine that kept its containers alive while it was down does not go on with their probes.
const inOrder = `
services:
  db:
    ${sleeping}
    volumes: ["data:/data", /scratch]
  job:
    image: IMAGE
    command: sh -c "while ! test -f /data/ready; do sleep 0.1; done"
    volumes: ["data:/data"]
    depends_on: [db]
  web:
    ${sleeping}
    scale: 2
    depends_on: {job: {condition: service_completed_successfully}}
volumes: {data: }
`;

privateTest("an engine that dies in mid-up is told, and the next up goes on where it was", async (engine, image) => {
  await withOwn({ host: engine.host, image }, async (own) => {
    const going = own.up(inOrder);
    await until("it waits for the job", async () => (await own.states()).includes("job-1 running"));
    await engine.kill();
    assert.match(await going, /^\[DKR-0(01|18)\] [^]*(next docker_compose_up goes on|docker_list_containers)/);
    await engine.up();
    await own.sh(`${own.name}-db-1`, "touch /data/ready /scratch/kept");
    assert.match(await own.up(inOrder), /web-2: /);
    assert.deepEqual(await own.states(), ["db-1 running", "job-1 exited", "web-1 running", "web-2 running"]);
    await own.sh(`${own.name}-db-1`, "test -f /scratch/kept");
    assert.doesNotMatch(await own.plan(), /create/);
  });
});

/** Brings up what an engine left when it died, past the three things that it may have lost sight of as it did. */
async function upAfterDeath(own: Own, text: string): Promise<string> {
  let told = await own.up(text);
  // How a job ended: it says that it killed it. The next up runs it again.
  if (/"PROJECT-job-1" ended with exit code 137/.test(told)) told = await own.up(text);
  // A start that containerd has made: then only another container helps.
  if (/task [0-9a-f]+: already exists/.test(told)) told = await own.up(text, { force_recreate: true });
  // A folder that containerd has made for the next container; it looks for such once something was removed.
  if (/failed to rename: .*: file exists/.test(told)) {
    await own.up(text, { force_recreate: true });
    told = await own.up(text);
  }
  return told;
}

privateTest("whenever the engine dies, the next up comes to the same end", async (engine, image) => {
  for (const ms of [30, 120, 250, 400, 600, 900]) {
    await withOwn({ host: engine.host, image }, async (own) => {
      const text = inOrder.replace("test -f /data/ready", "true");
      const changed = text.replaceAll("sleep 600", "sleep 601").replace("scale: 2", "scale: 3");
      await own.up(text);
      const going = own.up(changed);
      await new Promise((resolve) => setTimeout(resolve, ms));
      await engine.kill();
      await going;
      await engine.up();
      const told = await upAfterDeath(own, changed);
      // Where all else runs already, nothing waits for the job.
      await until("the job has ended", async () => !(await own.states()).includes("job-1 running"));
      const wanted = ["db-1 running", "job-1 exited", "web-1 running", "web-2 running", "web-3 running"];
      assert.deepEqual(await own.states(), wanted, `killed after ${ms} ms: ${told}`);
      assert.doesNotMatch(await own.plan(), /create/);
    });
  }
});

faultTest("two servers that bring up one project at once leave it whole, and who was too late is told", async (own) => {
  const text = `services:\n  web:\n    ${sleeping}\n    scale: 4\n`;
  const other = await own.other();
  const [first, second] = await Promise.all([
    own.up(text),
    other.text("docker_compose_up", { compose_yaml: text.replaceAll("IMAGE", own.image), project_name: own.name }),
  ]);
  for (const told of [first, second].filter((told) => told.startsWith("["))) {
    assert.match(told, /(already in use|already exists|exists already|is ambiguous)[^]*Next: /);
  }
  await own.up(text);
  assert.deepEqual(await own.states(), [1, 2, 3, 4].map((number) => `web-${number} running`));
  const { text: networks } = await mustAskEngine(own.host, { path: "/networks" });
  assert.equal(networks.split(`"${own.name}_default"`).length, 2, "one network");
});

faultTest("what never gets healthy ends an up that waits for it, and one that does not goes by", async (own) => {
  const sick = `services:
  web:
    ${sleeping}
    healthcheck: {test: "false", interval: 200ms, retries: 2}
`;
  assert.match(await own.up(sick), /^PROJECT: [^]*web-1/);
  assert.match(await own.up(sick, { wait: true }), /^\[DKR-\d+\] [^]*"PROJECT-web-1" is unhealthy after \d+ failed/);
  const slow = sick.replace("retries: 2", "retries: 1000");
  const late = await own.up(slow, { wait: true, wait_timeout: 1 });
  assert.match(late, /^\[DKR-\d+\] [^]*"PROJECT-web-1" is starting after 1 seconds/);
  assert.deepEqual(await own.states(), ["web-1 running"]);
});

faultTest("ports and names of others are seen before anything is made, with their place", async (own) => {
  const { host, image } = own;
  const HostConfig = { PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "0" }] } };
  const foreigner = await startContainer(host, {
    Image: image,
    Cmd: ["sleep", "600"],
    HostConfig,
    ExposedPorts: { "80/tcp": {} },
  });
  try {
    const { text } = await mustAskEngine(host, { path: `/containers/${foreigner}/json` });
    const port = text.match(/"HostPort":"([1-9]\d*)"/)?.[1];
    const taken = text.match(/"Name":"\/([^"]+)"/)?.[1];
    const told = await own.up(`services:
  fine:
    ${sleeping}
  port:
    ${sleeping}
    ports: ["127.0.0.1:${port}:80"]
  name:
    ${sleeping}
    container_name: ${taken}
`);
    assert.match(told, /^\[DKR-014\] /);
    assert.match(told, new RegExp(`port ${port}/tcp for "PROJECT-port-1": the container "${taken}" has it`));
    assert.match(told, new RegExp(`the service "name" "${taken}": another container has this name`));
    assert.match(told, /compose\.yaml:\d+[^]*Nothing was changed/);
    assert.deepEqual(await own.states(), []);
  } finally {
    await removeContainer(host, foreigner);
  }
});

faultTest("a network that others are on is not made anew under them", async (own) => {
  const text = `services:\n  web:\n    ${sleeping}\nnetworks: {default: {labels: {tier: front}}}\n`;
  await own.up(text);
  const network = { NetworkMode: `${own.name}_default` };
  const foreigner = await startContainer(own.host, { Image: own.image, Cmd: ["sleep", "600"], HostConfig: network });
  try {
    const told = await own.up(text.replace("front", "back"));
    assert.match(told, /^\[DKR-014\] [^]*network "PROJECT_default"[^]*Nothing was changed/);
    assert.deepEqual(await own.states(), ["web-1 running"]);
  } finally {
    await removeContainer(own.host, foreigner);
  }
  await own.up(text.replace("front", "back"));
  assert.match(await own.plan(), /nothing to do/);
});

faultTest("all that is missing is told at once, each with its line, and nothing is made", async (own) => {
  const told = await own.up(`services:
  web:
    ${sleeping}
    networks: [outside]
    volumes: ["kept:/kept"]
    secrets: [word]
    configs: [app]
networks: {outside: {external: true, name: PROJECT-none}}
volumes: {kept: {external: true, name: PROJECT-none}}
secrets: {word: {file: ./none.txt}}
configs: {app: {file: ./none.conf}}
`);
  assert.match(told, /^\[DKR-014\] /);
  assert.match(told, /network "PROJECT-none": it is external, and not there\. Create it with docker_create_network/);
  assert.match(told, /volume "PROJECT-none": it is external, and not there\. Create it with docker_create_volume/);
  assert.match(told, /secret "word" to the service "web": the file ".*\/none\.txt" is not there/);
  assert.match(told, /config "app" to the service "web": the file ".*\/none\.conf" is not there/);
  assert.match(
    await own.up(`services:\n  web:\n    ${sleeping}\n    env_file: ./none.env\n`),
    /^\[DKR-\d+\] [^]*compose\.yaml:\d+[^]*none\.env/,
  );
  assert.deepEqual(await own.states(), []);
});

faultTest("wrong words are told with what is expected, and nothing is made", async (own) => {
  const refused: [string, Args, RegExp][] = [
    ["", { scale: { wbe: 2 } }, /service "wbe"[^]*no such service. Its services are: web/],
    ["restart: sometimes", {}, /compose\.yaml:\d+[^]*restart[^]*sometimes/],
    ['ports: ["localhost:8080:80"]', {}, /compose\.yaml:\d+[^]*localhost/],
  ];
  for (const [line, args, says] of refused) {
    const told = await own.up(`services:\n  web:\n    ${sleeping}\n    ${line}\n`, args);
    assert.match(told, /^\[DKR-\d+\]/, line);
    assert.match(told, says, line);
  }
  assert.deepEqual(await own.states(), []);
});

faultTest("several containers may want port 0, which is any that is free", async (own) => {
  await own.up(`services:\n  web:\n    ${sleeping}\n    ports: ["0:80"]\n`, { scale: { web: 2 } });
  assert.deepEqual(await own.states(), ["web-1 running", "web-2 running"]);
});

faultTest("what a secret variable puts into a file is told nowhere, and is in the container", async (own) => {
  await Deno.writeTextFile(`${own.folder}/.env`, "DB_PASSWORD=hunter2-live\n");
  const text = (level: string) =>
    `services:\n  web:\n    ${sleeping}\n    labels: {dsn: "me:\${DB_PASSWORD}@db", level: "${level}"}\n`;
  const told = [await own.up(text("one")), await own.up(text("two")), await own.plan()];
  assert.doesNotMatch(told.join("\n"), /hunter2/);
  assert.match(told.join("\n"), /level[^]*two/);
  const { text: details } = await mustAskEngine(own.host, { path: `/containers/${own.name}-web-1/json` });
  assert.match(details, /"dsn":"me:hunter2-live@db"/);
});

faultTest("what the server may not send is refused with service and line, before anything is made", async (own) => {
  const text = `services:
  db:
    ${sleeping}
  web:
    ${sleeping}
    depends_on: [db]
    privileged: true
`;
  const told = await own.up(text);
  assert.match(told, /^\[DKR-011\] [^]* at "services\.web\.privileged" \(.*compose\.yaml:11\)[^]*Nothing was changed/);
  assert.deepEqual(await own.states(), []);
  await own.up(text.replace("privileged: true", "privileged: false"));
  assert.deepEqual(await own.states(), ["db-1 running", "web-1 running"]);
  await own.sh(`${own.name}-web-1`, "touch /kept");
  for (const hook of ["post_start", "pre_stop"]) {
    const wanted = `${hook}: [{command: ["true"], privileged: true}]\n    environment: {NEW: "1"}`;
    const refused = await own.up(text.replace("privileged: true", wanted));
    assert.match(
      refused,
      new RegExp(`^\\[DKR-011\\] [^]* at "services\\.web\\.${hook}\\.0\\.privileged" \\(.*yaml:11\\)`),
    );
    assert.match(refused, /Nothing was changed/);
    await own.sh(`${own.name}-web-1`, "test -f /kept");
  }
});
