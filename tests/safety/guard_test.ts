import assert from "node:assert/strict";
import { EngineError } from "../../src/engine/errors.ts";
import type { EngineRequest, Transport } from "../../src/engine/request.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { safety, type SafetyOptions } from "../../src/safety/safety.ts";
import { strict } from "./strict.ts";

/** What a guarded transport does with a request: `sent`, or the refusal. */
async function pass(request: EngineRequest, options: Partial<SafetyOptions> = {}): Promise<"sent" | Refusal> {
  const sent: EngineRequest[] = [];
  const inner: Transport = {
    send: (request) => {
      if (notThere.has(request.path)) return Promise.reject(missing(request));
      sent.push(request);
      return Promise.reject(new Error("reached the daemon"));
    },
    upgrade: () => Promise.reject(new Error("not asked for")),
  };
  try {
    await safety({ ...strict, ...options }).guard(inner).send(request);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) {
      assert.deepEqual(sent, [request]);
      return "sent";
    }
    assert.deepEqual(sent, [], "a refused request must not be sent");
    return thrown;
  }
  throw new Error("the inner transport always throws");
}

/** What a new container would take over; what is there is judged in taken_over_test.ts. */
const notThere = new Set(["/volumes/data", "/containers/web/json"]);

function missing({ path }: EngineRequest): EngineError {
  return new EngineError(`Not there: ${path}`, { fault: { kind: "status", status: 404 }, request: `GET ${path}` });
}

function post(path: string, value: unknown): EngineRequest {
  return { method: "POST", path, body: { kind: "json", value }, reply: "whole" };
}

function create(host: Record<string, unknown>): EngineRequest {
  return post("/containers/create", { Image: "bb", HostConfig: host });
}

async function assertRefused(request: EngineRequest, flag: string, options: Partial<SafetyOptions> = {}) {
  const outcome = await pass(request, options);
  assert.ok(outcome instanceof Refusal, `was sent: ${JSON.stringify(request.body ?? request.query)}`);
  assert.equal(outcome.flag, flag, JSON.stringify(request.body));
  return outcome;
}

async function assertSent(request: EngineRequest, options: Partial<SafetyOptions> = {}) {
  const outcome = await pass(request, options);
  if (outcome !== "sent") assert.fail(`refused: ${outcome.message}`);
}

Deno.test("guard() lets an ordinary container pass", async () => {
  await assertSent(create({
    Privileged: false,
    Binds: ["data:/data:ro", "/srv/app:/app", "/home/me/project:/src", "/mnt/disk/x:/x", "/etc"],
    Mounts: [{ Type: "volume", Source: "data", Target: "/etc" }, { Type: "tmpfs", Target: "/run" }],
    NetworkMode: "bridge",
    PidMode: "container:web",
    IpcMode: "private",
    CapAdd: ["NET_BIND_SERVICE", "CHOWN"],
    CapDrop: ["ALL"],
    SecurityOpt: [
      "no-new-privileges:true",
      "writable-cgroups=false",
      "seccomp=builtin",
      'seccomp={"defaultAction":"SCMP_ACT_ERRNO"}',
    ],
    DeviceRequests: [{ Count: -1, Capabilities: [["gpu"]] }],
    Devices: [],
    MaskedPaths: null,
  }));
  await assertSent({ method: "GET", path: "/containers/json", reply: "whole" });
  await assertSent(post("/containers/web/exec", { Cmd: ["id"], Privileged: false }));
});

Deno.test("guard() refuses privileged containers and privileged exec unless the operator allows them", async () => {
  const refusal = await assertRefused(create({ Privileged: true }), "--allow-privileged");
  assert.equal(refusal.field, "HostConfig.Privileged");
  assert.match(refusal.message, /^HostConfig\.Privileged is "true": /);
  const exec = post("/containers/web/exec", { Cmd: ["id"], Privileged: true });
  assert.equal((await assertRefused(exec, "--allow-privileged")).field, "Privileged");
  await assertSent(create({ Privileged: true }), { allowPrivileged: true });
  await assertSent(exec, { allowPrivileged: true });
});

Deno.test("guard() reads keys as the daemon does: in any case, and where one comes twice both count", async () => {
  await assertRefused(post("/containers/create", { hostconfig: { PRIVILEGED: true } }), "--allow-privileged");
  await assertRefused(post("/containers/create", { "Ho\u017FtConfig": { privileged: true } }), "--allow-privileged");
  await assertRefused(create({ Privileged: false, privileged: true }), "--allow-privileged");
  const twice = { HostConfig: { Privileged: false }, hostConfig: { Privileged: true } };
  await assertRefused(post("/containers/create", twice), "--allow-privileged");
  await assertRefused(create({ "binds": ["/etc:/x"] }), "--allow-mounts=/etc");
  await assertRefused(create({ CapAdd: "ALL" }), "--allow-capabilities=ALL");
});

Deno.test("guard() refuses the engine's socket and the folders that hold one, in each way to mount it", async () => {
  const sources = [
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/user/1000/docker.sock",
    "/home/me/.docker/run/docker.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    "/var/run",
    "/run/",
    "/var/../run",
    "//var//run/./docker.sock",
    "//./pipe/docker_engine",
  ];
  for (const source of sources) {
    await assertRefused(create({ Binds: [`${source}:/x`] }), "--allow-docker-socket", { allowMounts: ["/"] });
    await assertRefused(create({ Mounts: [{ Type: "bind", Source: source, Target: "/x" }] }), "--allow-docker-socket");
  }
  const bind = create({ Binds: ["/var/run/docker.sock:/var/run/docker.sock:ro"] });
  assert.equal((await assertRefused(bind, "--allow-docker-socket")).rule, "docker-socket");
  await assertSent(bind, { allowDockerSocket: true });
});

Deno.test("guard() refuses folders that run or guard the host, and names the flag that allows each", async () => {
  const rows = [
    ["/", "/"],
    ["/../..", "/"],
    ["/etc", "/etc"],
    ["/etc/", "/etc"],
    ["/srv/../etc/passwd", "/etc/passwd"],
    ["//etc//./shadow", "/etc/shadow"],
    ["/root/x", "/root/x"],
    ["/proc", "/proc"],
    ["/sys/fs/cgroup", "/sys/fs/cgroup"],
    ["/dev/sda", "/dev/sda"],
    ["/lib64", "/lib64"],
    ["/usr/bin", "/usr/bin"],
    ["/run/systemd", "/run/systemd"],
    ["/var/lib/docker/volumes", "/var/lib/docker/volumes"],
    ["/var/lib", "/var/lib"],
    ["/var", "/var"],
    ["/home", "/home"],
    ["/Users", "/Users"],
    ["/home/me/.ssh", "/home/me/.ssh"],
    ["/home/me/.aws/credentials", "/home/me/.aws/credentials"],
    ["/home/me/.config/gcloud", "/home/me/.config/gcloud"],
    ["/private/etc", "/private/etc"],
    ["C:\\", "/C:"],
    ["c:/Users", "/c:/Users"],
    ["C:\\Windows\\System32", "/C:/Windows/System32"],
  ] as const;
  for (const [source, path] of rows) {
    await assertRefused(create({ Binds: [`${source}:/x:ro`] }), `--allow-mounts=${path}`);
    await assertRefused(create({ Mounts: [{ Type: "bind", Source: source, Target: "/x" }] }), `--allow-mounts=${path}`);
  }
  for (const source of ["/var/log", "/etcetera", "/opt/app", "/home/me/.config/app", "/srv/devices", "C:\\work"]) {
    await assertSent(create({ Binds: [`${source}:/x`] }));
  }
});

Deno.test("guard() knows the sockets of its own engines, and the folders that hold them, wherever they are", async () => {
  const sockets = ["/home/me/.colima/default/docker.sock", "/srv/engine.socket"];
  for (const path of [...sockets, "/home/me/.colima", "/home/me", "/srv"]) {
    await assertRefused(create({ Binds: [`${path}:/x`] }), "--allow-docker-socket", { sockets });
    await assertSent(create({ Binds: [`${path}:/x`] }), { sockets, allowDockerSocket: true });
  }
  await assertSent(create({ Binds: ["/srv/app:/x", "/home/me/app:/y"] }), { sockets });
  await assertSent(create({ Binds: ["/:/x"] }), { sockets, allowMounts: ["/"] });
});

Deno.test("guard() refuses volumes whose driver options mount a folder of the host", async () => {
  const rows: [Record<string, string>, string][] = [
    [{ type: "none", o: "bind", device: "/etc" }, "/etc"],
    [{ type: "none", o: "rbind,ro", Device: "/srv/../root" }, "/root"],
    [{ type: "overlay", device: "overlay", o: "lowerdir=/etc:/srv,upperdir=/tmp/u,workdir=/tmp/w" }, "/etc"],
    [{ type: "ext4", device: "/dev/sda1" }, "/dev/sda1"],
    [{ type: "proc", device: "proc" }, "/proc"],
    [{ mountpoint: "/boot" }, "/boot"],
    [{ type: "none", o: "bind", device: "." }, "/"],
    [{ type: "none", o: "bind", device: "srv/../../etc" }, "/etc"],
    [{ type: "overlay", device: "overlay", o: "lowerdir=srv:root,upperdir=/tmp/u,workdir=/tmp/w" }, "/root"],
  ];
  for (const [options, path] of rows) {
    const volume = post("/volumes/create", { Name: "v", Driver: "local", DriverOpts: options });
    await assertRefused(volume, `--allow-mounts=${path}`);
    await assertSent(volume, { allowMounts: ["/"] });
    const driver = { VolumeOptions: { DriverConfig: { Name: "local", Options: options } } };
    await assertRefused(create({ Mounts: [{ Type: "volume", Target: "/x", ...driver }] }), `--allow-mounts=${path}`);
  }
  const socket = { type: "none", o: "bind", device: "/var/run/docker.sock" };
  await assertRefused(post("/volumes/create", { DriverOpts: socket }), "--allow-docker-socket");
  for (
    const options of [{ type: "tmpfs", device: "tmpfs", o: "size=10m" }, {
      type: "nfs",
      o: "addr=10.0.0.1",
      device: ":/export",
    }]
  ) {
    await assertSent(post("/volumes/create", { Name: "v", DriverOpts: options }));
  }
});

Deno.test("guard() allows a folder and what is below it, and nothing that only looks alike", async () => {
  const options = { allowMounts: ["/etc/nginx/", "/home/me/.ssh"] };
  await assertSent(
    create({ Binds: ["/etc/nginx:/x", "/etc/nginx/conf.d:/y:ro", "/home/me/.ssh/known_hosts:/z"] }),
    options,
  );
  await assertRefused(create({ Binds: ["/etc/nginx-secret:/x"] }), "--allow-mounts=/etc/nginx-secret", options);
  await assertRefused(create({ Binds: ["/etc/nginx/../passwd:/x"] }), "--allow-mounts=/etc/passwd", options);
  await assertRefused(create({ Binds: ["/etc/nginx:/x", "/etc:/y"] }), "--allow-mounts=/etc", options);
});

Deno.test("guard() refuses the host's namespaces", async () => {
  const fields = ["PidMode", "IpcMode", "NetworkMode", "UTSMode", "UsernsMode", "CgroupnsMode"];
  for (const field of fields) {
    const refusal = await assertRefused(create({ [field]: "host" }), "--allow-host-namespaces");
    assert.equal(refusal.field, `HostConfig.${field}`);
    await assertSent(create({ [field]: "host" }), { allowHostNamespaces: true });
  }
  const endpoints = { NetworkingConfig: { EndpointsConfig: { host: {} } } };
  await assertRefused(post("/containers/create", endpoints), "--allow-host-namespaces");
  const build: EngineRequest = { method: "POST", path: "/build", query: { networkmode: "host" }, reply: "stream" };
  await assertRefused(build, "--allow-host-namespaces");
  await assertSent({ ...build, query: { networkmode: "none" } });
});

Deno.test("guard() refuses capabilities that lead out of the container, in every spelling, one by one allowed", async () => {
  for (const name of ["ALL", "all", "SYS_ADMIN", "CAP_SYS_ADMIN", "cap_sys_ptrace", "NET_ADMIN", "BPF", "SYS_MODULE"]) {
    const plain = name.toUpperCase().replace("CAP_", "");
    await assertRefused(create({ CapAdd: ["CHOWN", name] }), `--allow-capabilities=${plain}`);
  }
  const allowCapabilities = ["cap_net_admin"];
  await assertSent(create({ CapAdd: ["NET_ADMIN"] }), { allowCapabilities });
  await assertRefused(create({ CapAdd: ["NET_ADMIN", "BPF"] }), "--allow-capabilities=BPF", { allowCapabilities });
  await assertRefused(create({ CapAdd: ["ALL"] }), "--allow-capabilities=ALL", { allowCapabilities });
  await assertSent(create({ CapAdd: ["SYS_ADMIN"] }), { allowCapabilities: ["ALL"] });
});

Deno.test("guard() refuses devices of the host, at creation and at update", async () => {
  const requests = [
    create({ Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" }] }),
    create({ DeviceCgroupRules: ["c 1:3 rwm"] }),
    post("/containers/web/update", { Devices: [{ PathOnHost: "/dev/sda" }] }),
    post("/containers/web/update", { DeviceCgroupRules: ["a *:* rwm"] }),
  ];
  for (const request of requests) {
    await assertRefused(request, "--allow-devices");
    await assertSent(request, { allowDevices: true });
  }
});

Deno.test("guard() refuses options that switch confinement off", async () => {
  const options = [
    "seccomp=unconfined",
    "seccomp:unconfined",
    "apparmor=unconfined",
    "label=disable",
    "label:disable",
    "label=type:spc_t",
    "label=type:unconfined_t",
    "systempaths=unconfined",
    "writable-cgroups",
    "writable-cgroups=true",
    "no-new-privileges:false",
    "no-new-privileges=0",
    'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}',
  ];
  for (const option of options) {
    await assertRefused(create({ SecurityOpt: ["no-new-privileges:true", option] }), "--allow-unconfined");
  }
  await assertSent(create({ SecurityOpt: options }), { allowUnconfined: true });
  await assertRefused(create({ MaskedPaths: [] }), "--allow-unconfined");
  await assertRefused(create({ ReadonlyPaths: [] }), "--allow-unconfined");
  const build = {
    method: "POST",
    path: "/build",
    query: { securityopt: ["seccomp=unconfined"] },
    reply: "stream",
  } as const;
  await assertRefused(build, "--allow-unconfined");
});

Deno.test("guard() lets only GET and HEAD pass when reading only, whatever else is allowed", async () => {
  const options = { readOnly: true, allowPrivileged: true, destructive: "allow" } as const;
  for (const method of ["GET", "HEAD"] as const) await assertSent({ method, path: "/x", reply: "whole" }, options);
  for (const method of ["POST", "PUT", "DELETE"] as const) {
    const refusal = await assertRefused(
      { method, path: "/containers/web/start", reply: "whole" },
      "--read-only",
      options,
    );
    assert.equal(refusal.rule, "read-only");
  }
});

Deno.test("guard() judges an upgraded connection as any other request", async () => {
  const upgraded: EngineRequest[] = [];
  const inner: Transport = {
    send: () => Promise.reject(new Error("not asked for")),
    upgrade: (request) => {
      upgraded.push(request);
      return Promise.reject(new Error("reached the daemon"));
    },
  };
  const start = post("/exec/1/start", { Detach: false });
  const reading = safety({ ...strict, readOnly: true }).guard(inner);
  await assert.rejects(reading.upgrade(start), Refusal);
  assert.deepEqual(upgraded, []);
  await assert.rejects(safety(strict).guard(inner).upgrade(start), /reached the daemon/);
  assert.deepEqual(upgraded, [start]);
});
