import assert from "node:assert/strict";
import type { EngineRequest, Transport } from "../../src/engine/request.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { safety } from "../../src/safety/safety.ts";
import { assertRefused, assertSent, create, post } from "./guarded.ts";
import { strict } from "./strict.ts";

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
