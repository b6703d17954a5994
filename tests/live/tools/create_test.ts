import assert from "node:assert/strict";
import { temporaryFolder } from "../../temporary.ts";
import { type Args, at, keysOf, sceneTest } from "./scene.ts";

const mib = 2 ** 20;

/** What stands in the engine's `PortBindings` for one port. */
function bound(HostPort: string, HostIp = ""): Args[] {
  return [{ HostIp, HostPort }];
}

sceneTest("docker_create_container publishes ports in every shape that people write", async (s) => {
  const shapes: [string, unknown, Args][] = [
    ["a", { "80": "8080" }, { "80/tcp": bound("8080") }],
    ["b", { "80/tcp": 8080, "53/udp": 5353 }, { "80/tcp": bound("8080"), "53/udp": bound("5353") }],
    ["c", { "80": null }, { "80/tcp": bound("") }],
    ["d", { "80": ["8080", "127.0.0.1:8081"] }, { "80/tcp": [...bound("8080"), ...bound("8081", "127.0.0.1")] }],
    ["e", ["127.0.0.1:8080:80"], { "80/tcp": bound("8080", "127.0.0.1") }],
    ["f", ["8080:80/udp", "443"], { "80/udp": bound("8080"), "443/tcp": bound("") }],
    ["g", ["8000-8002:7000-7002"], { "7000/tcp": bound("8000"), "7001/tcp": bound("8001"), "7002/tcp": bound("8002") }],
    ["h", ["9000-9005:80"], { "80/tcp": bound("9000-9005") }],
    ["i", ["[::1]:8080:80", 81], { "80/tcp": bound("8080", "::1"), "81/tcp": bound("") }],
  ];
  for (const [what, ports, expected] of shapes) {
    const said = await s.inspect(await s.create(what, { ports }));
    assert.deepEqual(at(said, "HostConfig", "PortBindings"), expected, JSON.stringify(ports));
    assert.deepEqual(keysOf(at(said, "Config", "ExposedPorts")).sort(), Object.keys(expected).sort());
  }
});

sceneTest("docker_create_container sets environment and labels from objects and from lists", async (s) => {
  const values = { A: "x y", EMPTY: "", N: 5, YES: true, EQ: "a=b" };
  const object = await s.create("object", { environment: values, labels: { tier: "front", replicas: 2 } });
  const said = await s.inspect(object);
  assert.deepEqual(at(said, "Config", "Env"), ["A=x y", "EMPTY=", "N=5", "YES=true", "EQ=a=b", "PATH=/bin"]);
  assert.deepEqual(at(said, "Config", "Labels"), {
    "docker-mcp.test": s.label.split("=")[1],
    tier: "front",
    replicas: "2",
  });
  const args = { image: s.image, name: `${s.prefix}-list`, labels: [s.label, "url=http://x/?a=b", "flag"] };
  await s.data("docker_create_container", { ...args, environment: ["A=x y", "EQ=a=b", "EMPTY="] });
  const listed = await s.inspect(args.name);
  assert.deepEqual(at(listed, "Config", "Env"), ["A=x y", "EQ=a=b", "EMPTY=", "PATH=/bin"]);
  assert.partialDeepStrictEqual(at(listed, "Config", "Labels"), { url: "http://x/?a=b", flag: "" });
}, { args: ["--no-labels"] });

sceneTest("docker_create_container mounts folders of the host, volumes and tmpfs in every shape", async (s) => {
  using host = temporaryFolder();
  const volume = `${s.prefix}-data`;
  const shapes: [string, Args, string[]][] = [
    ["a", { volumes: { [host.path]: "/in" } }, [`bind ${host.path} /in rw`]],
    ["b", { volumes: { [volume]: { bind: "/in", mode: "ro" } } }, [`volume ${volume} /in ro`]],
    ["c", { volumes: [`${volume}:/data:ro`, `${host.path}:/in`] }, [
      `bind ${host.path} /in rw`,
      `volume ${volume} /data ro`,
    ]],
    ["d", { volumes: [{ host_path: host.path, container_path: "/in", mode: "ro" }] }, [`bind ${host.path} /in ro`]],
    ["e", { volumes: [{ source: volume, target: "/in", read_only: true }] }, [`volume ${volume} /in ro`]],
    ["f", { volumes: [{ type: "tmpfs", target: "/t", size: "16m" }] }, ["tmpfs  /t rw"]],
  ];
  for (const [what, args, expected] of shapes) {
    const mounts = at(await s.inspect(await s.create(what, args)), "Mounts");
    assert.ok(Array.isArray(mounts));
    const told = mounts.map((mount: unknown) => {
      const source = at(mount, "Type") === "volume" ? at(mount, "Name") : at(mount, "Source");
      return `${at(mount, "Type")} ${source} ${at(mount, "Destination")} ${at(mount, "RW") ? "rw" : "ro"}`;
    });
    assert.deepEqual(told.sort(), expected, JSON.stringify(args));
  }
});

sceneTest(
  "docker_run_container gives volumes that keep, read-only ones that refuse, and tmpfs of the size asked for",
  async (s) => {
    const volume = `${s.prefix}-data`;
    const writer = await s.run("writer", { volumes: [`${volume}:/data`, "/anon"] });
    await s.sh(writer, "echo kept > /data/x && touch /anon/x");
    const tmpfs = { "/run": "size=4m,mode=1770", "/scratch": "" };
    const reader = await s.run("reader", { volumes: { [volume]: "/data:ro" }, tmpfs, read_only: true });
    assert.equal(await s.sh(reader, "cat /data/x"), "kept\n");
    assert.match(await s.sh(reader, "(echo no > /data/x) 2>&1 || echo refused"), /read-only file system\nrefused\n$/i);
    assert.match(await s.sh(reader, "touch /x 2>&1 || echo refused"), /read-only file system\nrefused\n$/i);
    assert.equal(
      await s.sh(reader, "touch /run/x /scratch/x && stat -c %a /run && df -k /run | tail -1 | awk '{print $2}'"),
      "1770\n4096\n",
    );
  },
);

sceneTest("docker_create_container joins networks, with aliases and with an address of its own", async (s) => {
  const third = crypto.getRandomValues(new Uint8Array(1))[0];
  const front = await s.network("front", `10.213.${third}.0/24`);
  const back = await s.network("back");
  const ipv4_address = `10.213.${third}.77`;
  const server = await s.run("server", {
    networks: { [front]: { ipv4_address, aliases: ["web", "www"] }, [back]: { aliases: ["hidden"] } },
    command: ["httpd", "-f", "-h", "/www"],
    hostname: "box.example",
  });
  const networks = at(await s.inspect(server), "NetworkSettings", "Networks");
  assert.deepEqual(keysOf(networks).sort(), [back, front].sort());
  assert.equal(at(networks, front, "IPAddress"), ipv4_address);
  assert.equal(at(networks, front, "IPAMConfig", "IPv4Address"), ipv4_address);
  const client = await s.run("client", { networks: [front] });
  assert.equal(await s.sh(client, "wget -qO- http://www/"), "hello from busybox\n");
  assert.equal(await s.sh(client, `wget -qO- http://${ipv4_address}/`), "hello from busybox\n");
  const aliases = at(networks, front, "Aliases");
  assert.ok(Array.isArray(aliases) && aliases.includes("www") && !aliases.includes("hidden"), String(aliases));
  const behind = await s.run("behind", { network: back });
  assert.equal(await s.sh(behind, "wget -qO- http://hidden/"), "hello from busybox\n");
  const alone = await s.run("alone", { network: "none" });
  assert.equal(await s.sh(alone, "ls /sys/class/net"), "lo\n");
});

sceneTest("a network that is not there is told, and what docker_run_container made is gone", async (s) => {
  const front = await s.network("front");
  const missing = `${s.prefix}-frnot`;
  const args = { image: s.image, name: `${s.prefix}-box`, labels: [s.label] };
  for (const networks of [[front, missing], [missing]]) {
    const told = await s.fails("DKR-007", "docker_run_container", { ...args, networks, command: "sleep 600" });
    assert.match(told, new RegExp(`No network named "${missing}"\\nNext: Closest: "${front}"`));
    assert.equal(await s.exists(args.name), false, String(networks));
  }
  // An engine looks for the networks only when it starts the container.
  const made = await s.create("made", { network: missing });
  await s.fails("DKR-007", "docker_start_container", { container: made });
  assert.equal(await s.exists(made), true);
});

sceneTest(
  "docker_create_container sets limits, restart, health, logs and identity as the engine takes them",
  async (s) => {
    const name = await s.create("all", {
      ...{ cpu: "0.5", memory: "64m", memory_reservation: "32MiB", memory_swap: 134217728, cpu_shares: 512 },
      ...{ pids_limit: 50, shm_size: "8m", ulimits: { nofile: "1024:2048", nproc: 64, core: { soft: 0, hard: 1 } } },
      health_check: { cmd: "test -f /ok", interval: "30s", timeout: "1m30s", retries: 4, start_period: 5 },
      ...{ restart: "on-failure:3", log_driver: "json-file", log_options: { "max-size": "1m", "max-file": 2 } },
      ...{ user: "nobody", workdir: "/www", hostname: "box", domainname: "example.org", init: true, tty: true },
      ...{ extra_hosts: { db: "10.0.0.5" }, dns: ["10.0.0.53"], dns_search: ["example.org"] },
      ...{ cap_add: ["NET_BIND_SERVICE"], cap_drop: ["ALL"], read_only: true, security_opt: ["no-new-privileges"] },
      ...{ stop_signal: "SIGUSR1", stop_timeout: 3, sysctls: { "net.ipv4.ip_unprivileged_port_start": 0 } },
      ...{ stdin_open: true, group_add: ["1234"], entrypoint: "sh -c", command: ["echo hi"] },
    });
    assert.partialDeepStrictEqual(await s.inspect(name), {
      Config: {
        ...{
          User: "nobody",
          WorkingDir: "/www",
          Hostname: "box",
          Domainname: "example.org",
          Tty: true,
          OpenStdin: true,
        },
        ...{ StopSignal: "SIGUSR1", StopTimeout: 3, Entrypoint: ["sh", "-c"], Cmd: ["echo hi"] },
        Healthcheck: {
          Test: ["CMD-SHELL", "test -f /ok"],
          Interval: 30e9,
          Timeout: 90e9,
          Retries: 4,
          StartPeriod: 5e9,
        },
      },
      HostConfig: {
        ...{ NanoCpus: 5e8, Memory: 64 * mib, MemoryReservation: 32 * mib, MemorySwap: 128 * mib, CpuShares: 512 },
        ...{ PidsLimit: 50, ShmSize: 8 * mib, Init: true, ReadonlyRootfs: true },
        RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
        LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "2" } },
        ...{ ExtraHosts: ["db:10.0.0.5"], Dns: ["10.0.0.53"], DnsSearch: ["example.org"] },
        ...{ CapAdd: ["NET_BIND_SERVICE"], CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"], GroupAdd: ["1234"] },
        Sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
        Ulimits: [
          { Name: "nofile", Soft: 1024, Hard: 2048 },
          { Name: "nproc", Soft: 64, Hard: 64 },
          { Name: "core", Soft: 0, Hard: 1 },
        ],
      },
    });
  },
);

sceneTest("the settings of a container hold inside of it", async (s) => {
  const name = await s.run("box", {
    ...{ user: "1234:5678", workdir: "/www", hostname: "box", init: true, shm_size: "8m" },
    ...{ extra_hosts: ["db:10.0.0.5"], dns: ["10.0.0.53"], cap_drop: ["ALL"], ulimits: { core: "512:1024" } },
    ...{ environment: { A: "x" }, stop_signal: "SIGKILL" },
  });
  assert.equal(await s.sh(name, "id -u; id -g; pwd; hostname; echo $A"), "1234\n5678\n/www\nbox\nx\n");
  assert.match(await s.sh(name, "cat /etc/hosts"), /^10\.0\.0\.5\tdb$/m);
  assert.match(await s.sh(name, "cat /etc/resolv.conf"), /^nameserver 10\.0\.0\.53$/m);
  assert.match(await s.sh(name, "cat /proc/1/status"), /^CapBnd:\t0+$/m);
  assert.match(await s.sh(name, "cat /proc/1/comm"), /^(docker-init|tini|catatonit|podman-init)$/m);
  // Of nofile an exec may show what the Go runtime of runc raised its own to.
  assert.equal(await s.sh(name, "ulimit -Sc; ulimit -Hc"), "1\n2\n");
  assert.match(await s.sh(name, "df -k /dev/shm"), /\b8192\b/);
});

sceneTest("a command is split into words as a shell does, and nothing in it is expanded", async (s) => {
  const commands: [unknown, string[]][] = [
    ["sleep 600", ["sleep", "600"]],
    [`sh -c "echo 'a b' && sleep 1"`, ["sh", "-c", "echo 'a b' && sleep 1"]],
    [`echo a\\ b '' "$HOME" *.txt #x`, ["echo", "a b", "", "$HOME", "*.txt", "#x"]],
    [["echo", "a  b", "$HOME"], ["echo", "a  b", "$HOME"]],
  ];
  for (const [index, [command, words]] of commands.entries()) {
    assert.deepEqual(at(await s.inspect(await s.create(`c${index}`, { command })), "Config", "Cmd"), words);
  }
  const told = await s.fails("DKR-004", "docker_create_container", { image: s.image, command: "echo a | cat" });
  assert.match(
    told,
    /"command": expected words without shell operators, got "\|"; a shell runs them: \["sh", ?"-c", ?"echo a \| cat"\]/,
  );
});

sceneTest("restart policies, platforms and names are as docker run takes them", async (s) => {
  const policies = ["no", "always", "unless-stopped", "on-failure"];
  for (const restart of policies) {
    const said = await s.inspect(await s.create(restart, { restart }));
    assert.deepEqual(at(said, "HostConfig", "RestartPolicy"), { Name: restart, MaximumRetryCount: 0 });
  }
  const version = await s.ask({ path: "/version" });
  const named = await s.create("platform", {
    platform: `${at(version, "Os")}/${at(version, "Arch")}`,
    auto_remove: true,
  });
  assert.equal(at(await s.inspect(named), "HostConfig", "AutoRemove"), true);
  const { data, text } = await s.call("docker_create_container", { image: s.image, labels: [s.label] });
  const said = await s.inspect(String(data.name));
  assert.deepEqual([String(at(said, "Id")).slice(0, 12), at(said, "Name")], [data.id, `/${data.name}`]);
  assert.match(text, new RegExp(`^Created ${data.name} \\(${data.id}\\)\\. docker_start_container starts it\\.`));
  const again = { image: s.image, name: data.name, labels: [s.label] };
  assert.match(
    await s.fails("DKR-014", "docker_create_container", again),
    /is already in use[\s\S]*Choose another name/,
  );
});

sceneTest("a wrong value is refused before anything is made, and the field is named", async (s) => {
  const wrong: [Args, RegExp][] = [
    [{ ports: { "80": "99999" } }, /"ports": expected ports from 1 to 65535/],
    [{ ports: ["80:80:80:80"] }, /"ports": expected a port like 8080:80/],
    [{ ports: ["8000-8002:80-81"] }, /"ports": expected as many host ports as container ports/],
    [{ environment: ["NOVALUE"] }, /"environment": expected KEY=value, got something else at entry 1; the server/],
    [{ volumes: ["relative/path:/data"] }, /"volumes": expected an absolute host path or a volume name/],
    [
      { volumes: { data: "not/absolute" } },
      /"volumes": expected an absolute path in the container, got "not\/absolute"/,
    ],
    [{ memory: "lots" }, /"memory": expected bytes like 512m/],
    [{ cpu: 0 }, /"cpu": expected a number of CPUs like 0\.5 or 2, got "0"/],
    [{ restart: "sometimes" }, /"restart": expected no, always, unless-stopped, on-failure or on-failure:3/],
    [{ health_check: { interval: "30s" } }, /"health_check": expected "cmd"/],
    [{ health_check: { cmd: "true", interval: "soon" } }, /"health_check.*": expected .*duration like 30s/],
    [{ networks: { net: { ipv4_address: "10.0.0" } } }, /"networks[^:]*: expected a valid ipv4/],
    [{ network: "bridge", networks: ["bridge"] }, /"networks": expected either "network" or "networks", not both/],
    [{ ulimits: { nofile: "many" } }, /"ulimits": expected a limit like 1024 or 1024:2048 for "nofile", got "many"/],
    [{ devices: ["snd"] }, /"devices": expected a device like \/dev\/snd/],
    [{ gpus: "some" }, /"gpus": expected "all" or a number of GPUs, got "some"/],
    [{ extra_hosts: ["db"] }, /"extra_hosts": expected name:address, got "db"/],
    [{ enviroment: {} }, /"enviroment" is not known here/],
    [{ tty: "yes" }, /"tty": expected a boolean, got a string/],
  ];
  const name = `${s.prefix}-wrong`;
  for (const [args, says] of wrong) {
    for (const tool of ["docker_create_container", "docker_run_container"]) {
      assert.match(await s.fails("DKR-004", tool, { image: s.image, name, labels: [s.label], ...args }), says);
    }
  }
  assert.match(await s.fails("DKR-004", "docker_run_container", { name }), /"image" is required/);
  assert.match(
    await s.fails("DKR-004", "docker_run_container", { image: s.image, name: "a b" }),
    /"name": expected letters/,
  );
  const left = await s.data("docker_list_containers", { all: true, name: s.prefix });
  assert.equal(left.total, 0);
});
