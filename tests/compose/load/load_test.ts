import assert from "node:assert/strict";
import { locate } from "../../../src/compose/project.ts";
import { unsupported } from "../../../src/compose/support.ts";
import { loaded, type Machine, service, web } from "./loaded.ts";

Deno.test("the default file is searched upwards, and its override beside it", async () => {
  const project = await loaded({
    "/project/docker-compose.yml": web("hostname: old"),
    "/project/compose.yaml": web("hostname: main"),
    "/project/docker-compose.override.yml": web("hostname: over"),
  }, { cwd: "/project/deep/down" });
  assert.equal(service(project).hostname, "over");
  assert.deepEqual(project.files, ["/project/compose.yaml", "/project/docker-compose.override.yml"]);
  assert.equal(project.directory, "/project");
  assert.equal(project.name, "project");
});

Deno.test("files that are named have no override but those named", async () => {
  const files = { "/project/a.yaml": web("hostname: a"), "/project/compose.override.yaml": web("hostname: over") };
  assert.equal(service(await loaded(files, { files: ["a.yaml"] })).hostname, "a");
});

Deno.test("COMPOSE_FILE names files, also when .env says it", async () => {
  const files = {
    "/project/.env": "COMPOSE_FILE=a.yaml;b.yaml\nCOMPOSE_PATH_SEPARATOR=;\n",
    "/project/a.yaml": web("hostname: a"),
    "/project/b.yaml": web("domainname: b"),
  };
  const project = await loaded(files);
  assert.deepEqual([service(project).hostname, service(project).domainname], ["a", "b"]);
});

Deno.test("no file anywhere is said", async () => {
  await assert.rejects(loaded({}), /no Compose file in \/project or above it; expected compose.yaml, compose.yml/);
});

Deno.test("the caller's variables go over those of .env; other env files stand in for it", async () => {
  const files = {
    "/project/.env": "A=file\nB=${A}-file\n",
    "/project/other.env": "A=other",
    "/project/compose.yaml": web('hostname: "$A", domainname: "$B"'),
  };
  const own = service(await loaded(files, { env: { A: "own" } }));
  assert.deepEqual([own.hostname, own.domainname], ["own", "own-file"]);
  const other = await loaded(files, { envFiles: ["other.env"] });
  assert.equal(service(other).hostname, "other");
  assert.deepEqual(other.warnings, ['The "B" variable is not set. Defaulting to a blank string.']);
  assert.equal(service(await loaded(files, { env: { COMPOSE_DISABLE_ENV_FILE: "1" } })).hostname, undefined);
});

Deno.test("a project is named by the caller, the environment, the last file that does, or its folder", async () => {
  const files = {
    "/my project/compose.yaml": `name: One\n${web('hostname: "$COMPOSE_PROJECT_NAME"')}`,
    "/my project/b.yaml": "name: ${B}_Two",
    "/my project/c.yaml": web(),
  };
  const named = async (options: Machine) => (await loaded(files, { cwd: "/my project", ...options })).name;
  const both = ["compose.yaml", "b.yaml"];
  assert.equal(await named({ files: both, env: { B: "b" }, name: "given" }), "given");
  assert.equal(await named({ files: both, env: { COMPOSE_PROJECT_NAME: "env" } }), "env");
  assert.equal(await named({ files: both, env: { B: "b" } }), "b_two");
  assert.equal(await named({ files: ["c.yaml"] }), "myproject");
  await assert.rejects(named({ name: "No Good" }), /invalid project name "No Good"/);
  const project = await loaded(files, { cwd: "/my project", files: ["compose.yaml"] });
  assert.equal(service(project).hostname, "one");
});

Deno.test("services with profiles are there when one is active, when all are, or when they are named", async () => {
  const text = `services: {a: {image: a}, b: {image: b, profiles: [p]}, c: {image: c, profiles: [q], depends_on: [a]}}`;
  const names = async (options: Machine) => [...(await loaded({}, { text, ...options })).services.keys()];
  assert.deepEqual(await names({}), ["a"]);
  assert.deepEqual(await names({ profiles: ["p"] }), ["a", "b"]);
  assert.deepEqual(await names({ env: { COMPOSE_PROFILES: "p,q" } }), ["a", "b", "c"]);
  assert.deepEqual(await names({ profiles: ["*"] }), ["a", "b", "c"]);
  assert.deepEqual(await names({ env: { COMPOSE_PROFILES: "p, q" } }), ["a", "b", "c"]);
  assert.deepEqual(await names({ profiles: ["p"], env: { COMPOSE_PROFILES: "q" } }), ["a", "b"]);
  assert.deepEqual(await names({ services: ["c"] }), ["a", "c"]);
  assert.deepEqual([...(await loaded({}, { text })).disabled.keys()], ["b", "c"]);
  await assert.rejects(names({ services: ["zz"] }), /no such service: zz/);
});

Deno.test("a profile that is empty, as of a variable that is not set, is active where none is asked for", async () => {
  const text = 'services: {a: {image: a, profiles: ["${WHEN:-}"]}, b: {image: b, profiles: [p]}}';
  const names = async (options: Machine) => [...(await loaded({}, { text, ...options })).services.keys()];
  assert.deepEqual(await names({}), ["a"]);
  assert.deepEqual(await names({ env: { WHEN: "later" } }), []);
  assert.deepEqual(await names({ profiles: ["p"] }), ["b"]);
});

Deno.test("PWD is the project's folder, where docker compose would be called, unless the caller says another", async () => {
  const files = {
    "/project/.env": "DATA=${PWD}/data",
    "/project/compose.yaml": web('volumes: ["$PWD/x:/x", "$DATA:/d"]'),
  };
  const sources = async (options: Machine) =>
    service(await loaded(files, { files: ["/project/compose.yaml"], cwd: "/", ...options })).volumes?.map((
      { source },
    ) => source);
  assert.deepEqual(await sources({}), ["/project/x", "/project/data"]);
  assert.deepEqual(await sources({ env: { PWD: "/else" } }), ["/else/x", "/else/data"]);
});

Deno.test("what looks like a date but is none, or has no zone beside its time, is text", async () => {
  const values = ["2023-02-29", "2024-13-01", "2024-01-01T10:00:00", "2024-01-01 10:00:00Z", "2024-01-01 24:00:00"];
  const text = web(`environment: {${values.map((value, i) => `V${i}: ${value}`)}}`);
  assert.deepEqual([...service(await loaded({}, { text })).environment?.values() ?? []], values);
});

Deno.test("a service that needs a disabled one says which profile would enable it", async () => {
  const text = `services: {a: {image: a, depends_on: [b]}, b: {image: b, profiles: [p, q]}}`;
  await assert.rejects(
    loaded({}, { text }),
    /service b is required by a but is disabled. Can be enabled by profiles \[p, q\]/,
  );
});

Deno.test("what no service uses is left out", async () => {
  const text = `
services: {a: {image: a, networks: [n], volumes: ["data:/v"], configs: [c], secrets: [s]}}
networks: {n: , unused: }
volumes: {data: , unused: }
configs: {c: {content: x}, unused: {content: y}}
secrets: {s: {environment: S}, unused: {environment: U}}`;
  const project = await loaded({}, { text });
  const keys = [project.networks, project.volumes, project.configs, project.secrets].map((map) => [...map.keys()]);
  assert.deepEqual(keys, [["n"], ["data"], ["c"], ["s"]]);
  assert.equal(project.volumes.get("data")?.name, "project_data");
});

Deno.test("paths refer to the folder of the file that says them: extended, included, or the project's", async () => {
  const project = await loaded({
    "/project/compose.yaml": `
include: [inc/compose.yaml]
services:
  web: {extends: {file: base/base.yaml, service: base}, volumes: ["./own:/own", "~/home:/home"]}`,
    "/project/base/base.yaml":
      `services: {base: {extends: {file: deep/d.yaml, service: d}, build: ./ctx, volumes: ["./b:/b"]}}`,
    "/project/base/deep/d.yaml": `services: {d: {env_file: d.env, volumes: ["../up:/up"]}}`,
    "/project/base/deep/d.env": "D=1",
    "/project/inc/compose.yaml": `services: {inc: {image: "i:$TAG", volumes: ["./x:/x"]}}`,
    "/project/inc/.env": "TAG=five",
  });
  const sources = service(project).volumes?.map(({ source }) => source);
  assert.deepEqual(sources, ["/project/base/up", "/project/base/b", "/project/own", "/home/jo/home"]);
  assert.equal(service(project).build?.context, "/project/base/ctx");
  assert.deepEqual(service(project).environment, new Map([["D", "1"]]));
  assert.deepEqual(service(project, "inc").volumes?.map(({ source }) => source), ["/project/inc/x"]);
  assert.equal(service(project, "inc").image, "i:five");
});

Deno.test("a date in what Compose does not read is text", async () => {
  const text = `x-made: [2024-05-01]\n${web("x-since: 2024-05-01")}`;
  assert.deepEqual((await loaded({}, { text })).extensions.get("x-made"), ["2024-05-01"]);
});

Deno.test("the source of a bind that is empty is the project's folder; a tilde is the home, whatever follows", async () => {
  const text = web("volumes: [{type: bind, source: '', target: /a}, '~jo:/b']");
  const sources = service(await loaded({ "/project/compose.yaml": text })).volumes?.map(({ source }) => source);
  assert.deepEqual(sources, ["/project", "/home/jo/jo"]);
});

Deno.test("a scale is the number of replicas as well", async () => {
  const project = await loaded({ "/project/compose.yaml": web("scale: 2, deploy: {mode: global}") });
  assert.equal(service(project).deploy?.replicas, 2);
});

Deno.test("sizes come in bytes, durations in nanoseconds, modes as numbers, limits of devices as -1", async () => {
  const text = `
services:
  web:
    image: nginx
    mem_limit: 1.5g
    stop_grace_period: 1m30s
    gpus: all
    ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}
    configs: [{source: c, mode: "0440"}]
configs: {c: {content: x}}`;
  const { mem_limit, stop_grace_period, gpus, ulimits, configs } = service(await loaded({}, { text }));
  assert.deepEqual([mem_limit, stop_grace_period, gpus], [1610612736, 90e9, [{ count: -1 }]]);
  assert.deepEqual([...ulimits ?? []], [["nproc", 5], ["nofile", { soft: 1, hard: 2 }]]);
  assert.equal(configs?.[0]?.mode, 0o440);
});

Deno.test("locate finds the line that said a value, in whichever file", async () => {
  const project = await loaded({
    "/project/compose.yaml": "services:\n  web:\n    image: nginx\n    privileged: true\n",
    "/project/b.yaml": 'services:\n  web:\n    volumes:\n      - "/:/host"\n',
  }, { files: ["compose.yaml", "b.yaml"] });
  assert.deepEqual(locate(project, ["services", "web", "privileged"]), {
    file: "/project/compose.yaml",
    line: 4,
    column: 5,
  });
  assert.deepEqual(locate(project, ["services", "web", "volumes", 0, "source"]), {
    file: "/project/b.yaml",
    line: 4,
    column: 9,
  });
  assert.equal(locate(project, ["services", "web", "nothing"]).line, 2);
});

Deno.test("attributes that do nothing here, or are refused, are told with their place", async () => {
  const text = "services:\n  a:\n    image: a\n    provider: {type: x}\n    deploy: {mode: global}\n";
  const told = unsupported(await loaded({}, { text })).map(({ path, kind, at }) => [path.join("."), kind, at.line]);
  assert.deepEqual(told, [["services.a.provider", "refused", 4], ["services.a.deploy.mode", "ignored", 5]]);
});

Deno.test("names that objects have of their own are names like others", async () => {
  const text =
    "services: {constructor: {image: a, environment: {__proto__: x}, depends_on: [toString]}, toString: {image: b}}";
  const project = await loaded({}, { text });
  assert.deepEqual([...project.services.keys()], ["constructor", "toString"]);
  assert.deepEqual([...service(project, "constructor").environment ?? []], [["__proto__", "x"]]);
  await assert.rejects(
    loaded({}, { text: "services: {a: {image: a, depends_on: [valueOf]}}" }),
    /depends on undefined service "valueOf"/,
  );
});
