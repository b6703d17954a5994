import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type Form, permissionFlags, permissionsText } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";
import { fakeEnv, fakeSystem } from "../config/fake_system.ts";
import { temporaryFolder } from "../temporary.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function configOf(host: string) {
  return parseConfig(["--host", host], fakeEnv(), fakeSystem());
}

/** Runs a script in a folder of its own under these flags; it prints one JSON value. */
async function run(script: string, flags: string[], options: { env?: Record<string, string>; args?: string[] } = {}) {
  using folder = temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/script.ts`, script);
  const args = ["run", ...flags, `${folder.path}/script.ts`, ...(options.args ?? [])];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: options.env ?? {} }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert(out, `The script printed nothing: ${err}`);
  return { value: JSON.parse(out), stderr: err ?? "" };
}

/** A server on a Unix socket in a folder of its own. */
async function withSocket(use: (socket: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const server = Deno.serve({ path: `${folder}/docker.sock`, onListen() {} }, () => new Response("OK"));
  try {
    await use(`${folder}/docker.sock`, folder);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

const attempts = `
const [socket, elsewhere] = Deno.args;
async function attempt(what) {
  try { return { open: await what() }; } catch (error) { return { refused: error.message }; }
}
function ping(path) {
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  return fetch("http://192.0.2.1/_ping", { client }).then((answer) => answer.text());
}
async function load(name) { await import(name); return "loaded"; }
console.log(JSON.stringify({
  fetch: await attempt(() => ping(socket)),
  connect: await attempt(async () => { (await Deno.connect({ transport: "unix", path: socket })).close(); return "OK"; }),
  variable: await attempt(() => Deno.env.get("DOCKER_HOST") ?? "unset"),
  otherPath: await attempt(() => ping(elsewhere)),
  otherFile: await attempt(() => Deno.readTextFileSync("/etc/passwd")),
  write: await attempt(() => Deno.writeTextFileSync(elsewhere + ".txt", "x")),
  otherHost: await attempt(() => fetch("http://example.com/")),
  program: await attempt(() => new Deno.Command("true").outputSync().code),
  library: await attempt(() => Deno.dlopen("libc.so.6", {})),
  otherVariable: await attempt(() => Deno.env.get("PATH")),
  remoteCode: await attempt(() => load("https://esm.sh/left-pad")),
  npmCode: await attempt(() => load("npm:left-pad@1.3.0")),
  jsrCode: await attempt(() => load("jsr:@std/assert")),
  localCode: await attempt(() => load("file:///etc/passwd.ts")),
}));
Deno.exit(0);
`;

const closedToCode: Record<Form, { npmCode: RegExp; flags: string[] }> = {
  source: { npmCode: /left-pad.*--cached-only is specified/s, flags: ["--cached-only"] },
  bundle: { npmCode: /--no-npm is specified/, flags: ["--no-remote", "--no-npm"] },
};

for (const form of ["source", "bundle"] as const) {
  Deno.test(`under the flags of the ${form} form the socket is open and all else is closed`, async () => {
    await withSocket(async (socket, folder) => {
      // The same socket by another path: Deno compares paths by their letters.
      await Deno.symlink(folder, `${folder}/link`);
      using cache = temporaryFolder();
      const flags = permissionFlags(configOf(`unix://${socket}`), { form });
      const options = {
        args: [socket, `${folder}/link/docker.sock`],
        env: { DENO_DIR: cache.path, DOCKER_HOST: "here" },
      };
      const { value, stderr } = await run(attempts, flags, options);
      assert.deepEqual(value.fetch, { open: "OK" });
      assert.deepEqual(value.connect, { open: "OK" });
      assert.deepEqual(value.variable, { open: "here" });
      assert.match(value.otherPath.refused, /^Requires .* access to .*link\/docker\.sock/);
      assert.match(value.otherFile.refused, /^Requires read access to "\/etc\/passwd"/);
      assert.match(value.write.refused, /^Requires write access/);
      assert.match(value.otherHost.refused, /^Requires net access to "example.com:80"/);
      assert.match(value.program.refused, /^Requires run access/);
      assert.match(value.library.refused, /^Requires ffi access/);
      assert.match(value.otherVariable.refused, /^Requires env access to "PATH"/);
      assert.match(value.remoteCode.refused, /^Requires import access to "esm.sh:443"/);
      assert.match(value.jsrCode.refused, /Requires import access to "jsr.io:443"/);
      assert.match(value.npmCode.refused, closedToCode[form].npmCode);
      assert.match(value.localCode.refused, /^Requires read access/);
      assert.doesNotMatch(stderr, /Download/);
    });
  });

  Deno.test(`the flags of the ${form} form grant what a Unix socket needs and no more`, () => {
    assert.deepEqual(permissionFlags(configOf("unix:///run/d.sock"), { form }), [
      "--allow-net=unix:/run/d.sock,192.0.2.1:80",
      "--allow-read=/run/d.sock",
      "--allow-write=/run/d.sock",
      "--allow-env=DOCKER_*,REGISTRY_*,HOME,XDG_RUNTIME_DIR,COLIMA_HOME,HOSTNAME",
      "--deny-run",
      "--deny-ffi",
      "--no-prompt",
      "--allow-import=none.invalid",
      ...closedToCode[form].flags,
    ]);
  });
}

Deno.test("without the flags against it, remote code is asked for: the check above can fail", async () => {
  await withSocket(async (socket) => {
    const flags = permissionFlags(configOf(`unix://${socket}`)).filter((flag) => !/import|cached/.test(flag));
    using cache = temporaryFolder();
    const { stderr } = await run(attempts, flags, { args: [socket, `${socket}.none`], env: { DENO_DIR: cache.path } });
    assert.match(stderr, /Download.*https:\/\/esm\.sh\/left-pad/);
    assert.match(stderr, /Download.*https:\/\/registry\.npmjs\.org\/left-pad/);
  });
});

Deno.test("a start under exactly these flags finds the same engine through its context", async () => {
  using folder = temporaryFolder();
  const meta = `${folder.path}/contexts/meta/${createHash("sha256").update("colima").digest("hex")}`;
  await Deno.mkdir(meta, { recursive: true });
  const endpoint = { docker: { Host: "unix:///run/elsewhere.sock" } };
  await Deno.writeTextFile(`${meta}/meta.json`, JSON.stringify({ Name: "colima", Endpoints: endpoint }));
  await Deno.writeTextFile(`${folder.path}/config.json`, JSON.stringify({ currentContext: "colima" }));
  const env = { DOCKER_CONFIG: folder.path, DOCKER_HOST: "", DOCKER_CONTEXT: "" };
  const script = `
    import { parseConfig } from ${JSON.stringify(`${root}src/config/config.ts`)};
    const { host, foundBy } = parseConfig([], (name) => Deno.env.get(name)).engine;
    console.log(JSON.stringify({ host, foundBy }));`;
  const flags = [`--config=${root}deno.json`, ...permissionFlags(parseConfig([], fakeEnv(env)))];
  const { value } = await run(script, flags, { env });
  assert.deepEqual(value, {
    host: "unix:///run/elsewhere.sock",
    foundBy: `context "colima" in ${folder.path}/config.json`,
  });
});

Deno.test("for an engine on the network its port alone is open", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response("OK"));
  const script = `
    const read = (port) => fetch("http://127.0.0.1:" + port).then((a) => a.text()).catch((error) => error.message);
    console.log(JSON.stringify([await read(Deno.args[0]), await read(Number(Deno.args[0]) === 1024 ? 1025 : 1024)]));`;
  const { port } = server.addr;
  const { value } = await run(script, permissionFlags(configOf(`tcp://127.0.0.1:${port}`)), { args: [String(port)] });
  await server.shutdown();
  assert.equal(value[0], "OK");
  assert.match(value[1], /^Requires net access to "127\.0\.0\.1:102[45]"/);
});

Deno.test("for TLS the certificates are readable, and nothing is writable", () => {
  const files = { "/c/ca.pem": "A", "/c/cert.pem": "B", "/c/key.pem": "C" };
  const config = parseConfig(["--host=tcp://box", "--cert-path=/c"], fakeEnv(), fakeSystem({ files }));
  const flags = permissionFlags(config);
  assert.deepEqual(flags.slice(0, 2), ["--allow-net=box:2376", "--allow-read=/c/ca.pem,/c/cert.pem,/c/key.pem"]);
  assert(!flags.some((flag) => flag.startsWith("--allow-write")));
});

Deno.test("for an engine behind ssh that program alone may run, and nothing is reached but by it", () => {
  const flags = permissionFlags(configOf("ssh://me@box/run/d.sock"), { form: "bundle" });
  assert.deepEqual(flags.filter((flag) => !flag.startsWith("--allow-env")), [
    "--allow-run=ssh",
    "--deny-ffi",
    "--no-prompt",
    "--allow-import=none.invalid",
    ...closedToCode.bundle.flags,
  ]);
});

Deno.test("for several engines the flags open what all of them need", () => {
  const hosts = [
    "--host=a=unix:///a.sock",
    "--host=b(ro)=tcp://box:2375",
    "--host=c=unix:///c.sock",
    "--host=d=ssh://d",
  ];
  const config = parseConfig(hosts, fakeEnv(), fakeSystem());
  const flags = permissionFlags(config);
  assert.ok(flags.includes("--allow-net=unix:/a.sock,192.0.2.1:80,box:2375,unix:/c.sock"), flags.join(" "));
  assert.ok(flags.includes("--allow-read=/a.sock,/c.sock") && flags.includes("--allow-write=/a.sock,/c.sock"));
  assert.ok(flags.includes("--allow-run=ssh") && !flags.includes("--deny-run"));
  assert.deepEqual(permissionsText(config).split("\n").slice(0, 4), [
    "# The engine a: unix:///a.sock (--host)",
    "# The engine b: tcp://box:2375 (--host)",
    "# The engine c: unix:///c.sock (--host)",
    "# The engine d: ssh://d (--host)",
  ]);
});

Deno.test("the folders that the operator names can be read", () => {
  const config = parseConfig(["--host=tcp://box:2375", "--folders=/srv/app,/srv/data/"], fakeEnv(), fakeSystem());
  assert.ok(permissionFlags(config).some((flag) => /^--allow-read=(.*,)?\/srv\/app,\/srv\/data(,|$)/.test(flag)));
});

Deno.test("the folder for what outlives the server can be read and written, and no other", () => {
  const config = parseConfig(["--host=tcp://box:2375", "--state=/var/lib/docker-mcp/"], fakeEnv(), fakeSystem());
  const disk = permissionFlags(config).filter((flag) => /^--allow-(read|write)/.test(flag));
  assert.deepEqual(disk, ["--allow-read=/var/lib/docker-mcp", "--allow-write=/var/lib/docker-mcp"]);
});

Deno.test("a path that Deno would take for two is refused", () => {
  assert.throws(() => permissionFlags(configOf("unix:///run/a,/etc")), {
    message: 'Cannot write --allow-net for "unix:/run/a,/etc": Deno splits it at the comma',
  });
});

Deno.test("the command lines can be pasted and carry the settings along", () => {
  const lines = permissionsText(configOf("unix:///run/my engine.sock"), ["--read-only"]).split("\n");
  const source = lines.find((line) => line.includes("main.ts serve")) ?? "";
  const bundle = lines.find((line) => line.includes("dist/docker-mcp.js serve")) ?? "";
  assert.match(
    source,
    /^deno run '--allow-net=unix:\/run\/my engine\.sock,192\.0\.2\.1:80' .* main\.ts serve --read-only$/,
  );
  assert.match(source, / --cached-only main\.ts/);
  assert.match(bundle, / --no-remote --no-npm dist\/docker-mcp\.js serve --read-only$/);
  assert.equal(lines[0], "# The engine: unix:///run/my engine.sock (--host)");
});
