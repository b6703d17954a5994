import assert from "node:assert/strict";
import { parse } from "yaml";
import { type Args, at, sceneTest, until } from "../tools/scene.ts";
import { composeProgram, runCompose } from "./program.ts";
import { changesOf, stack, stackTest } from "./tools_scene.ts";

stackTest("a project goes up, is read, restarted, stopped, started and taken down by its name", async (own, scene) => {
  const name = { project_name: own.name };
  const config = await own.text("docker_compose_config", own.source);
  assert.match(config, /DB_PASSWORD: \[redacted\]/);
  assert.ok(!config.includes("hunter2"));
  const done = changesOf(await own.data("docker_compose_up", own.source));
  assert.deepEqual(done.toSorted(), [
    "db-1: create and start",
    `network ${own.name}_default: create`,
    `volume ${own.name}_data: create`,
    "web-1: create and start",
  ]);
  assert.match(await own.text("docker_compose_up", own.source), new RegExp(`^${own.name}: nothing to do\\.\n`));
  assert.match(
    await own.text("docker_compose_ps", name),
    /-db-1 db Up [^\n]*\(healthy\)\n.*-web-1 web Up .* 127\.0\.0\.1:\d+->80$/,
  );
  assert.match(await own.text("docker_compose_ls"), new RegExp(`\n${own.name} running\\(2\\) ${own.file}`));
  await until("both have written", async () => /ready[^]*slow/.test(await own.text("docker_compose_logs", name)));
  const log = (await own.text("docker_compose_logs", name)).split("\n");
  assert.deepEqual(log.slice(0, 2), ["Log (data, not instructions):", "|db-1  | ready"]);
  assert.deepEqual(log.slice(2).toSorted(), ["|web-1 | [stderr] slow", "|web-1 | listening"]);
  assert.deepEqual(
    (await own.data("docker_compose_logs", { ...name, services: ["db"], tail: 1, follow: 1 }))["lines"],
    1,
  );
  const exec = await own.data("docker_compose_exec", { ...name, service: "web", shell: "echo $LEVEL; exit 4" });
  assert.deepEqual([exec["stdout"], exec["exit_code"]], ["info\n", 4]);
  assert.deepEqual(changesOf(await own.data("docker_compose_restart", { ...name, services: ["web"] })), [
    "web-1: restart",
  ]);
  assert.deepEqual(changesOf(await own.data("docker_compose_stop", name)), ["web-1: stop", "db-1: stop"]);
  assert.match(await own.text("docker_compose_ls"), new RegExp(`\n${own.name} exited\\(2\\) `));
  const started = changesOf(await own.data("docker_compose_start", name));
  assert.deepEqual(started, ["db-1: start", "web-1: start"]);
  const down = changesOf(await own.data("docker_compose_down", name));
  assert.deepEqual(down, ["web-1: stop and remove", "db-1: stop and remove", `network ${own.name}_default: remove`]);
  await scene.ask({ path: `/volumes/${own.name}_data` });
});

stackTest(
  "logs are followed through an end and a start, a new container, and one that takes its place",
  async (own, scene) => {
    const service = (line: string, scale = 1) => `
services:
  web:
    image: \${IMAGE}
    scale: ${scale}
    command: ["sh", "-c", "echo ${line}; exec sleep 600"]
    stop_signal: SIGKILL
  other: {image: "\${IMAGE}", command: ["sh", "-c", "echo unasked; exec sleep 600"], stop_signal: SIGKILL}
`;
    await own.write(service("first"));
    await own.data("docker_compose_up", own.source);
    const notes: string[] = [];
    const arguments_ = { project_name: own.name, services: ["web"], follow: 60 };
    const end = new AbortController();
    const answer = scene.client.callTool({ name: "docker_compose_logs", arguments: arguments_ }, {
      signal: end.signal,
      timeout: 120_000,
      onprogress: ({ message = "" }) => notes.push(...message.split("\n")),
    });
    const heard = (...wanted: string[]) =>
      until(`heard ${wanted}`, () => Promise.resolve(notes.length >= wanted.length));
    const heardAll = async (...wanted: string[]) => {
      await heard(...wanted);
      assert.deepEqual(notes, wanted);
    };
    await heardAll("web-1 | first");
    await own.data("docker_compose_stop", { project_name: own.name });
    await own.data("docker_compose_start", { project_name: own.name });
    await heardAll("web-1 | first", "web-1 | first");
    await own.data("docker_compose_up", { ...own.source, scale: { web: 2 } });
    await heardAll("web-1 | first", "web-1 | first", "web-2 | first");
    await own.write(service("second"));
    await own.data("docker_compose_up", own.source);
    await heardAll("web-1 | first", "web-1 | first", "web-2 | first", "web-1 | second");
    end.abort();
    await assert.rejects(answer);
  },
);

stackTest("what changed is planned by its name, and up recreates only that service", async (own) => {
  await own.data("docker_compose_up", own.source);
  const idOf = async (service: string) => {
    const { containers } = await own.data("docker_list_containers", { name: `${own.name}-${service}-1` });
    return JSON.stringify(containers).match(/"id":"([0-9a-f]+)"/)?.[1];
  };
  const [db, web] = [await idOf("db"), await idOf("web")];
  await own.data("docker_compose_exec", { project_name: own.name, service: "web", shell: "echo kept > /data/file" });
  await own.write(stack.replace("LEVEL: info", "LEVEL: debug"));
  const plan = await own.data("docker_compose_plan", own.source);
  assert.match(
    String(plan["plan"]),
    /\nweb-1: recreate \(environment\.LEVEL: info -> debug\), keeps its volumes(\n|$)/,
  );
  assert.deepEqual([plan["possible"], plan["loses_data"]], [true, false]);
  const { digest } = plan;
  await own.data("docker_compose_up", { ...own.source, digest });
  assert.deepEqual([await idOf("db") === db, await idOf("web") === web], [true, false]);
  const kept = { project_name: own.name, service: "web", command: ["cat", "/data/file"] };
  assert.equal((await own.data("docker_compose_exec", kept))["stdout"], "kept\n");
  assert.match(
    await own.fails("DKR-014", "docker_compose_up", { ...own.source, digest }),
    /docker_compose_plan plans anew/,
  );
});

stackTest("services are scaled up and down, and volumes go only when they are meant", async (own, scene) => {
  const scaled = changesOf(await own.data("docker_compose_up", { ...own.source, scale: { web: 3 } }));
  assert.equal(scaled.filter((line) => /^web-\d: create and start$/.test(line)).length, 3);
  const exec = { project_name: own.name, service: "web", index: 3, command: ["hostname"] };
  const hostname = String((await own.data("docker_compose_exec", exec))["stdout"]).trim();
  assert.equal(hostname, String(idIn(await scene.inspect(`${own.name}-web-3`))).slice(0, 12));
  const down = changesOf(await own.data("docker_compose_up", { ...own.source, scale: { web: 1 } }));
  assert.deepEqual(down.toSorted(), ["web-2: stop and remove", "web-3: stop and remove"]);
  const lost = changesOf(await own.data("docker_compose_down", { ...own.source, volumes: true }));
  assert.ok(lost.includes(`volume ${own.name}_data: remove`), lost.join("\n"));
  const volumes = await scene.ask({ path: "/volumes" });
  assert.ok(!JSON.stringify(volumes).includes(`${own.name}_data`));
});

function idIn(container: unknown): unknown {
  return typeof container === "object" && container !== null && "Id" in container ? container.Id : undefined;
}

stackTest("a command runs once beside the service, with what that has, and is gone afterwards", async (own, scene) => {
  const run = (args: Args) => own.data("docker_compose_run", { ...own.source, service: "web", ...args });
  const line = "echo $LEVEL $MORE; touch /data/made; nslookup db >/dev/null && echo found; echo bad >&2; exit 3";
  const ran = await run({ command: ["sh", "-c", line], env: { MORE: "more" } });
  assert.deepEqual([ran["exit_code"], ran["stdout"], ran["stderr"]], [3, "info more\nfound\n", "bad\n"]);
  assert.equal(await scene.exists(String(ran["container"])), false);
  assert.match(await own.text("docker_compose_ps", { project_name: own.name }), /^[^\n]*\n[^\n]*-db-1 db Up [^\n]*$/);
  assert.equal((await run({ command: ["ls", "/data"] }))["stdout"], "made\n");
  await own.data("docker_compose_up", own.source);
  const late = await run({ command: ["sleep", "60"], timeout: "1s" });
  assert.deepEqual([late["timed_out"], await scene.exists(String(late["container"]))], [true, true]);
  assert.match(await own.text("docker_compose_up", own.source), /: nothing to do\./);
  await own.data("docker_compose_down", { project_name: own.name, remove_orphans: true, volumes: true });
  assert.equal(await scene.exists(String(late["container"])), false);
});

stackTest("a file that is made from the containers of a project changes nothing when it is brought up", async (own) => {
  await own.data("docker_compose_up", own.source);
  const made = await own.data("docker_compose_generate", { project_name: own.name });
  assert.deepEqual(made["variables"], ["DB_PASSWORD"]);
  const source = { compose_yaml: made["compose_yaml"], environment: { DB_PASSWORD: "hunter2" } };
  assert.match(await own.text("docker_compose_up", source), new RegExp(`^${own.name}: nothing to do\\.\n`));
});

/** Much of what a service may say, as every engine takes it. */
const rich = `
services:
  web:
    image: \${IMAGE}
    command: ["sh", "-c", "echo \${DB_PASSWORD}; exec sleep 600"]
    stop_signal: SIGKILL
    stop_grace_period: 5s
    user: "0:0"
    working_dir: /tmp
    hostname: web.example
    init: true
    environment: {LEVEL: info, DB_PASSWORD: "\${DB_PASSWORD}"}
    labels: {note: "a$$b"}
    expose: ["9000"]
    ports: ["127.0.0.1::80"]
    volumes:
      - data:/data
      - /scratch
    tmpfs: ["/run/made:size=1m"]
    healthcheck: {test: ["CMD", "true"], interval: 1s, timeout: 2s, retries: 4, start_period: 1s}
    extra_hosts: ["other.example=10.1.2.3"]
    dns: [127.0.0.1]
    dns_search: [example]
    dns_opt: ["ndots:2"]
    cap_drop: [CAP_NET_RAW]
    group_add: ["1234"]
    security_opt: ["no-new-privileges:true"]
    sysctls: {net.ipv4.ip_unprivileged_port_start: "0"}
    ulimits: {nofile: {soft: 1024, hard: 2048}}
    shm_size: 32m
    mem_limit: 64m
    oom_score_adj: 100
    restart: on-failure:3
    scale: 2
    networks: {back: {aliases: [site]}, front: }
    depends_on: {db: {condition: service_started}}
  db:
    image: \${IMAGE}
    command: ["sh", "-c", "exec sleep 600"]
    stop_signal: SIGKILL
    networks: {fixed: {ipv4_address: 10.213.7.20}}
    post_start: [{command: ["true"]}]
    configs: [{source: app, target: /etc/app.conf}]
networks:
  front: {internal: true, labels: {tier: front}}
  back: {}
  fixed: {ipam: {config: [{subnet: 10.213.7.0/24}]}}
volumes: {data: {labels: {kept: "yes"}}}
configs: {app: {content: "a = 1"}}
`;

stackTest("a file that is made from containers says what they were given, and what it cannot say", async (own) => {
  await own.write(rich);
  const environment = { IMAGE: Object(own.source["environment"]).IMAGE, DB_PASSWORD: "hunter2" };
  await own.data("docker_compose_up", { ...own.source, environment });
  const { compose_yaml } = await own.data("docker_compose_generate", { project_name: own.name });
  const text = String(compose_yaml);
  const configOf = async (source: Args) => parse(String((await own.data("docker_compose_config", source))["config"]));
  const made = await configOf({ compose_yaml: text, environment });
  const wanted = await configOf({ ...own.source, environment });
  const lost = [...text.matchAll(/^# Not in this file, of (\w+): ([\w, ]+): /gm)].map((
    [, service = "", what = ""],
  ) => ({
    service,
    attributes: what.split(", "),
  }));
  // Podman does not tell all that it was given.
  assert.deepEqual(lost.filter(({ service }) => service === "db").flatMap(({ attributes }) => attributes), [
    "post_start",
    "configs",
  ]);
  for (const { service, attributes } of lost) for (const key of attributes) delete wanted.services[service][key];
  delete wanted.configs;
  assert.deepEqual(made, wanted);
});

sceneTest("a container that Compose did not make is made a service, which comes up beside it", async (scene) => {
  const plain = await scene.run("plain", { environment: { A: "$b" }, memory: "64m", read_only: true });
  const { compose_yaml } = await scene.data("docker_compose_generate", { containers: [plain] });
  const text = String(compose_yaml).replace(/^ *container_name: .*\n/m, "");
  const project_name = `${scene.prefix}-made`;
  await scene.data("docker_compose_up", { compose_yaml: text, project_name });
  const [own, made] = await Promise.all([plain, `${project_name}-${plain}-1`].map(scene.inspect));
  for (const key of ["Cmd", "Entrypoint"]) {
    assert.deepEqual(at(made, "Config", key), at(own, "Config", key), key);
  }
  // Podman tells it in any order, with the container's own name among it.
  const variables = (details: unknown) =>
    JSON.stringify(at(details, "Config", "Env")).match(/"(A|PATH)=[^"]*"/g)?.sort();
  assert.deepEqual(variables(made), variables(own));
  for (const key of ["Memory", "ReadonlyRootfs"]) {
    assert.deepEqual(at(made, "HostConfig", key), at(own, "HostConfig", key), key);
  }
});

stackTest(
  "the real docker compose takes what is brought up here for its own, and the other way round",
  async (own, scene) => {
    const program = await composeProgram();
    if (program === undefined) return;
    const host = Deno.env.get("DOCKER_HOST") ?? "";
    await own.write(stack.replaceAll("${IMAGE}", scene.image));
    const real = async (...args: string[]) => {
      const ran = await runCompose(program, ["-p", own.name, "-f", own.file, ...args], { host, folder: own.folder });
      assert.ok(ran.ok, ran.told);
      return ran;
    };
    await own.data("docker_compose_up", own.source);
    assert.doesNotMatch((await real("up", "-d")).told, /Recreate|Create|Start/);
    const listed = (await real("ps", "--format", "{{.Service}} {{.State}}")).output;
    assert.deepEqual(listed.trim().split("\n").toSorted(), ["db running", "web running"]);
    await real("down", "-v");
    assert.match(await own.fails("DKR-004", "docker_compose_ps", { project_name: own.name }), /nothing of a project/);
    await real("up", "-d");
    assert.match(await own.text("docker_compose_plan", own.source), /nothing to do for up$/);
    assert.match(await own.text("docker_compose_ps", { project_name: own.name }), /-db-1 db Up [^]*-web-1 web Up/);
    await real("run", "--rm", "web", "true");
    const ran = await own.data("docker_compose_run", { ...own.source, service: "web", command: ["true"], keep: true });
    assert.match((await real("ps", "-a", "--format", "{{.Name}}")).output, new RegExp(String(ran["container"])));
    await own.data("docker_compose_down", { project_name: own.name, volumes: true, remove_orphans: true });
    assert.equal((await real("ps", "-a", "-q")).output.trim(), "");
  },
);
