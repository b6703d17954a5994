import assert from "node:assert/strict";
import { assertRefused, assertSent, create, post } from "./guarded.ts";

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
