import assert from "node:assert/strict";
import { temporaryFolder } from "../../temporary.ts";
import { type Args, at, callOn, type Scene, sceneTest } from "./scene.ts";

interface Danger {
  what: string;
  args: Args;
  flag: string;
  /** The arguments of the server that allow it. */
  allow: string[];
  /** What the engine then says of the container. */
  holds: (said: unknown) => boolean;
}

const dangers: readonly Danger[] = [
  {
    what: "privileged containers",
    args: { privileged: true },
    flag: "--allow-privileged",
    allow: ["--allow-privileged"],
    holds: (said) => at(said, "HostConfig", "Privileged") === true,
  },
  {
    what: "the engine's socket",
    args: { volumes: ["/var/run/docker.sock:/var/run/docker.sock"] },
    flag: "--allow-docker-socket",
    allow: ["--allow-docker-socket"],
    holds: (said) => at(said, "HostConfig", "Binds", 0) === "/var/run/docker.sock:/var/run/docker.sock",
  },
  {
    what: "the root of the host",
    args: { volumes: { "/": "/host" } },
    flag: "--allow-mounts=/",
    allow: ["--allow-mounts=/"],
    holds: (said) => at(said, "HostConfig", "Binds", 0) === "/:/host",
  },
  {
    what: "the host's processes",
    args: { pid: "host" },
    flag: "--allow-host-namespaces",
    allow: ["--allow-host-namespaces"],
    holds: (said) => at(said, "HostConfig", "PidMode") === "host",
  },
  {
    what: "the host's network",
    args: { network: "host" },
    flag: "--allow-host-namespaces",
    allow: ["--allow-host-namespaces"],
    holds: (said) => at(said, "HostConfig", "NetworkMode") === "host",
  },
  {
    what: "the capability SYS_ADMIN",
    args: { cap_add: ["sys_admin"] },
    flag: "--allow-capabilities=SYS_ADMIN",
    allow: ["--allow-capabilities=SYS_ADMIN"],
    holds: (said) => /sys_admin/i.test(String(at(said, "HostConfig", "CapAdd"))),
  },
  {
    what: "containers without seccomp",
    args: { security_opt: ["seccomp=unconfined"] },
    flag: "--allow-unconfined",
    allow: ["--allow-unconfined"],
    holds: (said) => at(said, "HostConfig", "SecurityOpt", 0) === "seccomp=unconfined",
  },
  {
    what: "devices of the host",
    args: { devices: ["/dev/null:/dev/nothing:rw"] },
    flag: "--allow-devices",
    allow: ["--allow-devices"],
    holds: (said) => at(said, "HostConfig", "Devices", 0, "PathInContainer") === "/dev/nothing",
  },
];

function dangerous(s: Scene, { args }: Danger): Args & { name: string } {
  return { image: s.image, name: `${s.prefix}-box`, labels: [s.label], command: "sleep 600", ...args };
}

for (const danger of dangers) {
  sceneTest(`${danger.what}: refused with the flag that allows it, and nothing is made`, async (s) => {
    const args = dangerous(s, danger);
    for (const tool of ["docker_create_container", "docker_run_container"]) {
      const told = await s.fails("DKR-011", tool, args);
      assert.ok(told.endsWith(`the operator can allow it by starting this server with ${danger.flag}`), told);
      assert.equal(await s.exists(args.name), false);
    }
    const other = dangers.find(({ flag }) => flag !== danger.flag);
    const elsewhere = await s.also({ args: other?.allow ?? [] });
    assert.match((await callOn(elsewhere, "docker_create_container", args)).text, /^\[DKR-011\]/);
  });

  sceneTest(`${danger.what}: sent to the engine where the operator allows it`, async (s) => {
    const args = dangerous(s, danger);
    assert.equal((await s.call("docker_create_container", args)).failed, false);
    assert.ok(danger.holds(await s.inspect(args.name)));
    // The machine may not be able to run it; then it is the engine that says so.
    const { failed, text } = await s.call("docker_start_container", { container: args.name });
    if (failed) assert.doesNotMatch(text, /DKR-011/);
    else assert.equal(at(await s.inspect(args.name), "State", "Running"), true);
  }, { args: danger.allow });
}

/** A container that another program made, with what may not be had here; gives its name. */
async function foreign(s: Scene, what: string, HostConfig: Args): Promise<string> {
  const name = `${s.prefix}-${what}`;
  const body = { Image: s.image, Cmd: ["sleep", "600"], HostConfig };
  await s.ask({ method: "POST", path: `/containers/create?name=${name}`, body });
  await s.ask({ method: "POST", path: `/containers/${name}/start` });
  return name;
}

sceneTest("what another container may is not taken over from it, also through a third", async (s) => {
  const args = { image: s.image, name: `${s.prefix}-new`, labels: [s.label], command: "sleep 600" };
  const refused = async (flag: string, more: Args) => {
    assert.match(await s.fails("DKR-011", "docker_run_container", { ...args, ...more }), new RegExp(`${flag}$`));
    assert.equal(await s.exists(args.name), false);
  };
  const processes = await foreign(s, "processes", { PidMode: "host" });
  const network = await foreign(s, "network", { NetworkMode: "host" });
  const second = await foreign(s, "second", { PidMode: `container:${processes}` });
  const files = await foreign(s, "files", { Binds: ["/etc:/host:ro"] });
  for (const name of [processes, second]) await refused("--allow-host-namespaces", { pid: `container:${name}` });
  await refused("--allow-host-namespaces", { network: `container:${network}` });
  await refused("--allow-mounts=/etc", { pid: `container:${files}` });
  const volume = `${s.prefix}-root`;
  const options = { type: "none", o: "bind", device: "/" };
  await s.ask({ method: "POST", path: "/volumes/create", body: { Name: volume, DriverOpts: options } });
  await refused("--allow-mounts=/", { volumes: [`${volume}:/x`] });
  const plain = await s.run("plain");
  assert.equal((await s.call("docker_run_container", { ...args, pid: `container:${plain}` })).failed, false);
});

sceneTest("a command with every right is refused in a container that has not", async (s) => {
  const container = await s.run("box");
  const args = { container, command: ["true"], privileged: true };
  assert.match(await s.fails("DKR-011", "docker_exec_command", args), /--allow-privileged$/);
});

sceneTest("the folders that are allowed may be mounted, and no others", async (s) => {
  using folder = temporaryFolder();
  const name = await s.create("box", { volumes: [`${folder.path}:/data`] });
  assert.equal(at(await s.inspect(name), "HostConfig", "Binds", 0), `${folder.path}:/data`);
  const args = { image: s.image, labels: [s.label] };
  for (const source of ["/etc", "/proc/1/root", "/root/.ssh", `${folder.path}${"/..".repeat(9)}/etc`]) {
    await s.fails("DKR-011", "docker_create_container", { ...args, volumes: [`${source}:/x`] });
  }
});

sceneTest("--read-only reads everything and changes nothing", async (s) => {
  const writer = await s.also({});
  const name = `${s.prefix}-box`;
  const args = { image: s.image, name, labels: [s.label], command: ["sh", "-c", "echo hello; exec sleep 600"] };
  assert.equal((await callOn(writer, "docker_run_container", args)).failed, false);
  const reads: [string, Args][] = [
    ["docker_list_containers", {}],
    ["docker_inspect_container", { container: name }],
    ["docker_container_logs", { container: name }],
    ["docker_container_stats", { containers: [name] }],
    ["docker_container_top", { container: name }],
    ["docker_container_diff", { container: name }],
    ["docker_wait_container", { container: name, timeout: "300ms" }],
    ["docker_copy_from_container", { container: name, path: "/etc/passwd" }],
    ["docker_list_images", {}],
    ["docker_version", {}],
    ["docker_system_info", {}],
    ["docker_healthcheck", {}],
  ];
  for (const [tool, args] of reads) await s.data(tool, args);
  const { tools } = await s.client.listTools();
  assert.deepEqual(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true), []);
  const before = await s.inspect(name);
  for (const [tool, change] of Object.entries(changes(name, args))) {
    await assert.rejects(s.call(tool, change), new RegExp(`"${tool}": this server only reads \\(--read-only\\);`));
  }
  assert.deepEqual(at(await s.inspect(name), "State"), at(before, "State"));
  assert.equal(await s.exists(`${name}-2`), false);
}, { args: ["--read-only", "--destructive", "allow"] });

/** Calls that would do something. */
function changes(container: string, create: Args): Record<string, Args> {
  return {
    docker_start_container: { container },
    docker_stop_container: { container },
    docker_restart_container: { container },
    docker_kill_container: { container },
    docker_pause_container: { container },
    docker_unpause_container: { container },
    docker_remove_container: { container, force: true },
    docker_create_container: { ...create, name: `${create["name"]}-2` },
    docker_run_container: { ...create, name: `${create["name"]}-2` },
    docker_rename_container: { container, new_name: `${container}-2` },
    docker_update_container: { container, cpu: 0.5 },
    docker_exec_command: { container, command: ["true"] },
    docker_copy_to_container: { container, path: "/tmp/x", content: "x" },
    docker_prune_containers: { label: "docker-mcp.test=none" },
    docker_pull_image: { image: "127.0.0.1:1/none" },
  };
}
