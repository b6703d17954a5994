import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { doctor, type DoctorParts } from "../../src/commands/doctor.ts";
import { permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { fakeEnv, fakeSystem } from "../config/fake_system.ts";
import { temporaryFolder } from "../temporary.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const facts = { version: "28.5.2", apiVersion: "1.51", os: "linux", arch: "amd64" };

function partsOf(args: string[], change: Partial<DoctorParts> = {}): DoctorParts {
  return {
    config: parseConfig(args, fakeEnv(), fakeSystem({ sockets: ["/var/run/docker.sock"] })),
    probe: () => Promise.resolve(facts),
    describeError: (error) => Promise.resolve(String(error)),
    isGranted: (permission) =>
      Promise.resolve(!["run", "ffi"].includes(permission.name) && Object.keys(permission).length > 1),
    ...change,
  };
}

Deno.test("a healthy engine is described with the way it was found and its permissions", async () => {
  assert.deepEqual(await doctor(partsOf([])), {
    exitCode: 0,
    text: `Engine
  unix:///var/run/docker.sock
  found by: first socket that exists
  - --host or DOCKER_HOST: not set
  - DOCKER_CONTEXT: not set
  - /home/ada/.docker/config.json: not there
  - /var/run/docker.sock: taken

Connection: works
  Docker Engine 28.5.2 on linux/amd64
  API 1.51, agreed on by both sides

Permissions
  granted: --allow-net=unix:/var/run/docker.sock
  granted: --allow-net=192.0.2.1:80
  granted: --allow-read=/var/run/docker.sock
  granted: --allow-write=/var/run/docker.sock
  withheld: run
  withheld: ffi
  withheld: read
  withheld: write
  withheld: net
  granted: --allow-env for every variable that is read
`,
  });
});

Deno.test("an engine that does not answer is explained, and the exit code says so", async () => {
  const probe = () => Promise.reject(new Error("refused"));
  const describeError = (error: unknown) => Promise.resolve(`${error}\nNext: start Docker`);
  const { text, exitCode } = await doctor(partsOf(["--host=tcp://box:2"], { probe, describeError }));
  assert.equal(exitCode, 1);
  assert.match(text, /Connection: does not work\n {2}Error: refused\n {2}Next: start Docker\n/);
  assert.match(text, /Permissions\n {2}granted: --allow-net=box:2\n/);
});

Deno.test("of several engines each is told by itself, and one that fails sets the exit code", async () => {
  const probe = (name: string | undefined) => name === "b" ? Promise.reject("refused") : Promise.resolve(facts);
  const { text, exitCode } = await doctor(partsOf(["--host=a(ro)=unix:///a", "--host=b=ssh://b"], { probe }));
  assert.equal(exitCode, 1);
  assert.match(text, /^Engine a \(ro\)\n {2}unix:\/\/\/a\n.*\n.*\n\nConnection: works\n/);
  assert.match(text, /\nEngine b\n {2}ssh:\/\/b\n.*\n.*\n\nConnection: does not work\n {2}refused\n/);
  assert.match(text, /\nPermissions\n {2}granted: --allow-net=unix:\/a\n/);
  assert.match(text, /missing: --allow-run=ssh \(the engine is reached by it\)/);
});

Deno.test("missing permissions are told with the flag that grants them", async () => {
  const isGranted = (permission: Deno.PermissionDescriptor) => {
    return Promise.resolve(permission.name === "env" && permission.variable !== "DOCKER_HOST");
  };
  const { text } = await doctor(partsOf([], { isGranted }));
  assert.match(text, /missing: --allow-net=unix:\/var\/run\/docker\.sock \(the engine's socket\)/);
  assert.match(text, /missing: --allow-write=\/var\/run\/docker\.sock/);
  assert.match(text, /missing: --allow-env=DOCKER_HOST \(these variables are not read\)/);
  assert.match(text, /"permissions" prints the command line/);
});

Deno.test("a folder that is named and cannot be read is told", async () => {
  const isGranted = ({ name }: Deno.PermissionDescriptor) => Promise.resolve(name !== "read");
  const { text } = await doctor(partsOf(["--folders=/srv/app"], { isGranted }));
  assert.match(text, /missing: --allow-read=\/srv\/app \(.*--folders names it/);
});

Deno.test("permissions that are too wide are told", async () => {
  const { text } = await doctor(partsOf([], { isGranted: () => Promise.resolve(true) }));
  assert.match(text, /too wide: it could start any program; start with --deny-run/);
  assert.match(text, /too wide: it could reach any host; start with the --allow-net above only/);
});

Deno.test("an API version that was pinned is told as such", async () => {
  assert.match((await doctor(partsOf(["--api-version=1.43"]))).text, /API 1\.51, as told/);
});

Deno.test("under the flags that permissions prints, the doctor has nothing to mend", async () => {
  const config = parseConfig(["--host=unix:///run/d.sock"], fakeEnv(), fakeSystem());
  using folder = temporaryFolder();
  const script = `
    import { doctor } from ${JSON.stringify(`${root}src/commands/doctor.ts`)};
    const parts = { config: ${JSON.stringify(config)}, probe: async () => (${
    JSON.stringify(facts)
  }), describeError: (error: unknown) => Promise.resolve(String(error)) };
    console.log((await doctor(parts)).text);`;
  await Deno.writeTextFile(`${folder.path}/script.ts`, script);
  const examine = async (flags: string[]) => {
    const args = ["run", `--config=${root}deno.json`, ...flags, `${folder.path}/script.ts`];
    return new TextDecoder().decode((await new Deno.Command(Deno.execPath(), { args }).output()).stdout);
  };
  const [narrow, none, all] = await Promise.all([
    examine(permissionFlags(config)),
    examine(["--no-prompt"]),
    examine(["--allow-all"]),
  ]);
  assert.equal(narrow.match(/granted:/g)?.length, 5);
  assert.doesNotMatch(narrow, /missing|too wide/);
  assert.equal(none.match(/missing:/g)?.length, 5);
  assert.equal(all.match(/too wide:/g)?.length, 5);
});

Deno.test("a folder that is named and not there is told, but not one that may not be looked at", async () => {
  const { isFile } = fakeSystem({ files: { "/srv/data/a": "x" }, forbidden: ["/locked"] });
  const { text } = await doctor(partsOf(["--folders=/srv/none,/locked/x,/srv/data"], { isFile }));
  assert.match(text, /\n\n--folders names \/srv\/none, which is not there\n\nPermissions\n/);
});
