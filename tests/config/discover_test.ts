import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ConfigError, parseConfig } from "../../src/config/config.ts";
import { denoSystem } from "../../src/config/system.ts";
import { type Disk, fakeEnv, fakeSystem } from "./fake_system.ts";

function find(disk: Disk, variables: Record<string, string> = {}, args: string[] = []) {
  return parseConfig(args, fakeEnv(variables), fakeSystem(disk)).engine;
}

function faultOf(disk: Disk, variables: Record<string, string> = {}): string {
  try {
    find(disk, variables);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.message;
  }
  throw new Error("No fault was found");
}

function contextFiles(name: string, endpoint: Record<string, unknown>, folder = "/home/ada/.docker") {
  const id = createHash("sha256").update(name).digest("hex");
  const file = `${folder}/contexts/meta/${id}/meta.json`;
  const files = { [file]: JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }) };
  return { file, tls: `${folder}/contexts/tls/${id}/docker`, files };
}

function chosen(name: string): Record<string, string> {
  return { "/home/ada/.docker/config.json": JSON.stringify({ auths: {}, currentContext: name }) };
}

const sockets: { product: string; path: string; disk?: Disk; variables?: Record<string, string> }[] = [
  { product: "Docker Engine", path: "/var/run/docker.sock" },
  { product: "rootless Docker", path: "/run/user/7/docker.sock", disk: { runtimeDir: "/run/user/7" } },
  { product: "rootless Docker without XDG_RUNTIME_DIR", path: "/run/user/1000/docker.sock", disk: { uid: 1000 } },
  { product: "Docker Desktop on a Mac", path: "/home/ada/.docker/run/docker.sock" },
  { product: "Docker Desktop on Linux", path: "/home/ada/.docker/desktop/docker.sock" },
  { product: "Colima", path: "/home/ada/.colima/default/docker.sock" },
  { product: "Colima elsewhere", path: "/c/default/docker.sock", variables: { COLIMA_HOME: "/c" } },
  { product: "OrbStack", path: "/home/ada/.orbstack/run/docker.sock" },
  { product: "Rancher Desktop", path: "/home/ada/.rd/docker.sock" },
  { product: "rootless Podman", path: "/run/user/7/podman/podman.sock", disk: { runtimeDir: "/run/user/7" } },
  { product: "Podman", path: "/run/podman/podman.sock" },
  { product: "Podman machine", path: "/home/ada/.local/share/containers/podman/machine/podman.sock" },
];

for (const { product, path, disk, variables } of sockets) {
  Deno.test(`the socket of ${product} is found`, () => {
    const engine = find({ ...disk, sockets: [path] }, variables);
    assert.equal(engine.host, `unix://${path}`);
    assert.equal(engine.foundBy, "first socket that exists");
    assert.deepEqual(engine.tried.at(-1), { place: path, result: "taken" });
  });
}

Deno.test("of several sockets the first in the order of the products is taken", () => {
  const all = sockets.map((socket) => socket.path);
  const disk = { runtimeDir: "/run/user/7", uid: 1000 };
  const order = ["/var/run/docker.sock", "/run/user/7/docker.sock", "/run/user/1000/docker.sock", ...all.slice(3)]
    .filter((path) => !path.startsWith("/c/"));
  for (const [i, path] of order.entries()) {
    assert.equal(find({ ...disk, sockets: order.slice(i) }).host, `unix://${path}`);
  }
});

Deno.test("with nothing found it is the usual socket, and every place looked at is told", () => {
  const engine = find({ files: { "/var/run/docker.sock": "a plain file" }, forbidden: ["/run/podman"] });
  assert.equal(engine.host, "unix:///var/run/docker.sock");
  assert.equal(engine.foundBy, "nothing found; default");
  assert.deepEqual(engine.tried, [
    { place: "--host or DOCKER_HOST", result: "not set" },
    { place: "DOCKER_CONTEXT", result: "not set" },
    { place: "/home/ada/.docker/config.json", result: "not there" },
    { place: "/var/run/docker.sock", result: "not a socket" },
    { place: "/home/ada/.docker/run/docker.sock", result: "not there" },
    { place: "/home/ada/.docker/desktop/docker.sock", result: "not there" },
    { place: "/home/ada/.colima/default/docker.sock", result: "not there" },
    { place: "/home/ada/.orbstack/run/docker.sock", result: "not there" },
    { place: "/home/ada/.rd/docker.sock", result: "not there" },
    { place: "/run/podman/podman.sock", result: "not looked at: Deno has no permission" },
    { place: "/home/ada/.local/share/containers/podman/machine/podman.sock", result: "not there" },
  ]);
});

Deno.test("DOCKER_HOST wins over contexts and sockets, and --host over DOCKER_HOST", () => {
  const disk = { sockets: ["/var/run/docker.sock"], files: chosen("colima") };
  const variables = { DOCKER_HOST: "unix:///run/a.sock", DOCKER_CONTEXT: "colima" };
  const byVariable = find(disk, variables);
  assert.equal(byVariable.host, "unix:///run/a.sock");
  assert.equal(byVariable.foundBy, "DOCKER_HOST");
  assert.deepEqual(byVariable.tried, [{ place: "DOCKER_HOST", result: "says unix:///run/a.sock" }]);
  const byFlag = find(disk, variables, ["--host", "unix:///run/b.sock"]);
  assert.equal(byFlag.host, "unix:///run/b.sock");
  assert.equal(byFlag.foundBy, "--host");
});

Deno.test("the current context of the Docker CLI is followed", () => {
  const colima = contextFiles("colima", { Host: "unix:///home/ada/.colima/default/docker.sock", SkipTLSVerify: false });
  const engine = find({ files: { ...chosen("colima"), ...colima.files }, sockets: ["/var/run/docker.sock"] });
  assert.equal(engine.host, "unix:///home/ada/.colima/default/docker.sock");
  assert.equal(engine.foundBy, 'context "colima" in /home/ada/.docker/config.json');
  assert.deepEqual(engine.files, ["/home/ada/.docker/config.json", colima.file]);
  assert.equal(engine.tls, undefined);
});

Deno.test("DOCKER_CONTEXT wins over the current context, in the folder that DOCKER_CONFIG names", () => {
  const work = contextFiles("work", { Host: "tcp://work:2375" }, "/cfg");
  const files = { "/cfg/config.json": JSON.stringify({ currentContext: "other" }), ...work.files };
  const engine = find({ files }, { DOCKER_CONTEXT: "work", DOCKER_CONFIG: "/cfg" });
  assert.equal(engine.host, "tcp://work:2375");
  assert.equal(engine.foundBy, 'context "work" named by DOCKER_CONTEXT');
  assert.deepEqual(engine.files, [work.file]);
});

Deno.test("the default context means the sockets", () => {
  const disk = { files: chosen("default"), sockets: ["/var/run/docker.sock"] };
  assert.equal(find(disk).foundBy, "first socket that exists");
  assert.equal(
    find({ ...disk, files: chosen("gone") }, { DOCKER_CONTEXT: "default" }).foundBy,
    "first socket that exists",
  );
});

Deno.test("a context that does not exist is a fault that names those that do", () => {
  const files = {
    ...contextFiles("colima", { Host: "unix:///c" }).files,
    ...contextFiles("box", { Host: "tcp://b:2" }).files,
  };
  const there = 'there is no such context; there are "default", "box", "colima"';
  assert.equal(
    faultOf({ files: { ...files, ...chosen("colma") } }),
    `Cannot use the context "colma" in /home/ada/.docker/config.json: ${there}`,
  );
  assert.equal(
    faultOf({ files }, { DOCKER_CONTEXT: "x" }),
    `Cannot use the context "x" named by DOCKER_CONTEXT: ${there}`,
  );
  assert.match(faultOf({}, { DOCKER_CONTEXT: "x" }), /there is no such context; there are "default"$/);
});

Deno.test("a context that may not be read is a fault, not another engine", () => {
  const { file, files } = contextFiles("colima", { Host: "unix:///c" });
  const disk = { files: { ...files, ...chosen("colima") }, sockets: ["/var/run/docker.sock"], forbidden: [file] };
  const fault = faultOf(disk);
  assert.match(fault, /^Cannot use the context "colima" in .*not looked at: Deno has no permission$/);
  assert(fault.includes(file), fault);
});

Deno.test("a context without a Docker engine or in another form is a fault", () => {
  const { file, files } = contextFiles("kube", {});
  assert.match(faultOf({ files: { ...files, ...chosen("kube") } }), /Invalid input.*Endpoints\.docker\.Host/);
  const empty = { [file]: JSON.stringify({ Name: "kube", Endpoints: {} }), ...chosen("kube") };
  assert.equal(
    faultOf({ files: empty }),
    `Cannot use the context "kube" in /home/ada/.docker/config.json: "${file}" names no Docker engine`,
  );
});

Deno.test("a broken or forbidden config.json is recorded and passed over", () => {
  const file = "/home/ada/.docker/config.json";
  const broken = find({ files: { [file]: "{" }, sockets: ["/var/run/docker.sock"] });
  assert.equal(broken.host, "unix:///var/run/docker.sock");
  assert.match(broken.tried.find((step) => step.place === file)?.result ?? "", /^cannot be read: .*JSON/);
  const forbidden = find({ files: chosen("colima"), forbidden: [file], sockets: ["/var/run/docker.sock"] });
  assert.equal(forbidden.tried.find((step) => step.place === file)?.result, "not looked at: Deno has no permission");
});

Deno.test("the certificates of a context are found", () => {
  const box = contextFiles("box", { Host: "tcp://box:2376", SkipTLSVerify: true });
  const pems = { [`${box.tls}/ca.pem`]: "A", [`${box.tls}/cert.pem`]: "B", [`${box.tls}/key.pem`]: "C" };
  const engine = find({ files: { ...chosen("box"), ...box.files, ...pems } });
  assert.equal(engine.host, "tcp://box:2376");
  assert.deepEqual(engine.tls, { ca: `${box.tls}/ca.pem`, cert: `${box.tls}/cert.pem`, key: `${box.tls}/key.pem` });
  assert.match(engine.tried.at(-1)?.result ?? "", /asks to skip the check of the certificate/);
});

Deno.test("TLS comes from --tls-verify, --cert-path or https", () => {
  const pems = (folder: string) => ({
    [`${folder}/ca.pem`]: "A",
    [`${folder}/cert.pem`]: "B",
    [`${folder}/key.pem`]: "C",
  });
  const at = (folder: string) => ({ ca: `${folder}/ca.pem`, cert: `${folder}/cert.pem`, key: `${folder}/key.pem` });
  const files = { ...pems("/certs"), ...pems("/home/ada/.docker") };
  const table: [Record<string, string>, string, unknown][] = [
    [{ DOCKER_HOST: "tcp://box" }, "tcp://box:2375", undefined],
    [{ DOCKER_HOST: "tcp://box:80" }, "tcp://box:80", undefined],
    [{ DOCKER_HOST: "http://box" }, "tcp://box:80", undefined],
    [{ DOCKER_HOST: "tcp://[::1]:5" }, "tcp://[::1]:5", undefined],
    [{ DOCKER_HOST: "https://box" }, "tcp://box:443", {}],
    [{ DOCKER_HOST: "tcp://box", DOCKER_TLS_VERIFY: "1" }, "tcp://box:2376", at("/home/ada/.docker")],
    [{ DOCKER_HOST: "tcp://box", DOCKER_CERT_PATH: "/certs" }, "tcp://box:2376", at("/certs")],
    [{ DOCKER_HOST: "tcp://box", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" }, "tcp://box:2376", at("/certs")],
    [{ DOCKER_HOST: "tcp://box", DOCKER_TLS_VERIFY: "1", DOCKER_CONFIG: "/none" }, "tcp://box:2376", {}],
    [{ DOCKER_HOST: "unix:///s", DOCKER_TLS_VERIFY: "1" }, "unix:///s", undefined],
  ];
  for (const [variables, host, tls] of table) {
    const engine = find({ files }, variables);
    assert.equal(engine.host, host);
    assert.deepEqual(engine.tls, tls);
  }
});

Deno.test("a certificate without its key is a fault", () => {
  const variables = { DOCKER_HOST: "tcp://box", DOCKER_CERT_PATH: "/certs" };
  assert.equal(
    faultOf({ files: { "/certs/cert.pem": "B" } }, variables),
    'Cannot use the certificates in "/certs": cert.pem and key.pem go together',
  );
});

Deno.test("an address that cannot be used says what to do instead", () => {
  const forms = "it must be unix:///path, tcp://host:port, https://host:port or ssh://user@host";
  const table: [string, string][] = [
    ["box:2375", forms],
    ["unix://relative", forms],
    ["tcp://", forms],
    ["tcp://a b", forms],
    ["tcp://box:2375/v1", "nothing may stand beside the host and the port"],
    ["tcp://me@box", "nothing may stand beside the host and the port"],
    ["ssh://me:password@box", "it must be ssh://user@host:port/path, without a password"],
    [
      "npipe:////./pipe/docker_engine",
      'Deno cannot open named pipes. Turn on "Expose daemon on tcp://localhost:2375" in Docker Desktop and set ' +
      "DOCKER_HOST=tcp://localhost:2375",
    ],
  ];
  for (const [host, why] of table) {
    assert.equal(
      faultOf({}, { DOCKER_HOST: host }),
      `Cannot use "${host.replace(":password", ":[redacted]")}" from DOCKER_HOST: ${why}`,
    );
  }
});

Deno.test("on Windows without a host the fault says how to open a port", () => {
  assert.match(
    faultOf({ os: "windows" }),
    /^Cannot find a Docker engine: Deno cannot open named pipes\..*tcp:\/\/localhost:2375$/,
  );
});

Deno.test("a certificate folder with nothing in it is a fault", () => {
  assert.equal(
    faultOf({}, { DOCKER_HOST: "tcp://box", DOCKER_CERT_PATH: "/none" }),
    'Cannot use the certificates in "/none": none of ca.pem, cert.pem and key.pem is there',
  );
});

Deno.test("the real disk is read as the made-up one", async () => {
  const folder = await Deno.makeTempDir();
  const listener = Deno.listen({ transport: "unix", path: `${folder}/docker.sock` });
  try {
    const { files } = contextFiles("here", { Host: `unix://${folder}/docker.sock` }, folder);
    for (const [path, text] of Object.entries({ ...files, [`${folder}/config.json`]: '{"currentContext":"here"}' })) {
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    const engine = parseConfig([], fakeEnv({ DOCKER_CONFIG: folder })).engine;
    assert.equal(engine.host, `unix://${folder}/docker.sock`);
    assert.throws(() => parseConfig([], fakeEnv({ DOCKER_CONFIG: folder, DOCKER_CONTEXT: "x" })), /"default", "here"$/);
    const system = denoSystem(fakeEnv({ HOME: folder, XDG_RUNTIME_DIR: "/run/x" }));
    assert.deepEqual([system.home, system.runtimeDir, system.os], [folder, "/run/x", Deno.build.os]);
    assert.equal(system.isSocket(`${folder}/docker.sock`), true);
    assert.equal(system.isSocket(`${folder}/config.json`), false);
    assert.throws(() => system.isSocket(`${folder}/none`), Deno.errors.NotFound);
  } finally {
    listener.close();
    await Deno.remove(folder, { recursive: true });
  }
});
