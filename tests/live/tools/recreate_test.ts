import assert from "node:assert/strict";
import { allowed, bare, image, lasting, record, recreate, staysTheSame } from "./recreated.ts";
import { type Args, at, keysOf, sceneTest } from "./scene.ts";

const everything = {
  args: [...allowed.args, "--allow-privileged", "--allow-devices", "--allow-unconfined", "--allow-host-namespaces"],
};

sceneTest("a container with every option is the same once it was recreated", async (s) => {
  const third = crypto.getRandomValues(new Uint8Array(1))[0];
  const front = await s.network("front", `10.214.${third}.0/24`);
  const back = await s.network("back");
  const volume = `${s.prefix}-data`;
  const rich: Args = {
    ...{ cpu: "0.5", memory: "64m", memory_reservation: "32MiB", memory_swap: 134217728, cpu_shares: 512 },
    ...{ pids_limit: 50, shm_size: "8m", ulimits: { nofile: "1024:2048", core: { soft: 0, hard: 1 } } },
    health_check: { cmd: "true", interval: "30s", timeout: "1m30s", retries: 4, start_period: 5 },
    ...{ restart: "on-failure:3", log_driver: "json-file", log_options: { "max-size": "1m", "max-file": 2 } },
    ...{ user: "0:0", workdir: "/www", hostname: "box", domainname: "example.org", init: true, tty: true },
    ...{ extra_hosts: { db: "10.0.0.5" }, dns: ["10.0.0.53"], dns_search: ["example.org"] },
    ...{ cap_add: ["NET_BIND_SERVICE"], cap_drop: ["ALL"], read_only: true },
    ...{ security_opt: ["no-new-privileges", "seccomp=unconfined"], devices: ["/dev/null:/dev/nothing:rw"] },
    ...{ stop_signal: "SIGUSR1", stop_timeout: 0, sysctls: { "net.ipv4.ip_unprivileged_port_start": 0 } },
    ...{ stdin_open: true, group_add: ["1234"], entrypoint: ["sleep"], command: ["600"] },
    ...{ environment: { TOKEN: "hunter2", EMPTY: "" }, ports: ["127.0.0.1::80", "53/udp"] },
    volumes: [`${volume}:/data:ro`, { type: "tmpfs", target: "/scratch", size: "4m" }],
    tmpfs: { "/run": "size=4m" },
    networks: {
      [front]: { ipv4_address: `10.214.${third}.77`, aliases: ["web"], mac_address: "02:42:0a:00:00:4d" },
      [back]: { aliases: ["hidden"] },
    },
  };
  const { ports, ...others } = rich;
  await staysTheSame(s, await s.run("rich", others));
  await staysTheSame(s, await s.create("made", { ...rich, networks: [back], ports }));
}, everything);

sceneTest("so are containers of every kind", async (s) => {
  const web = await s.run("web", { ports: ["127.0.0.1::80"], hostname: "box" });
  const kinds: Record<string, Args> = {
    plain: {},
    "no-network": { network: "none" },
    sharing: { network: `container:${web}` },
    host: { network: "host", pid: "host", ipc: "host", userns: "host" },
    "no-check": { health_check: { disable: true } },
    shell: { entrypoint: "sh -c", command: ["sleep 600"] },
    labelled: { labels: { a: "b=c" }, environment: ["A=x=y"] },
    always: { restart: "always" },
  };
  for (const [kind, args] of Object.entries(kinds)) {
    await staysTheSame(s, await s.run(kind, { stop_timeout: 0, ...args }));
  }
  await staysTheSame(s, await s.create("privileged", { privileged: true }));
}, everything);

sceneTest("who may make a container with all rights, or one in the host's namespaces, may recreate it", async (s) => {
  const kinds: Record<string, Args> = { all: { privileged: true }, pid: { pid: "host" }, ipc: { ipc: "host" } };
  for (const [kind, args] of Object.entries(kinds)) {
    const { changed } = await s.data("docker_recreate_container", { container: await s.create(kind, args) });
    assert.deepEqual(changed, []);
  }
}, { args: [...allowed.args, "--allow-privileged", "--allow-host-namespaces"] });

sceneTest("a container of a new image is what it would have been from the start", async (s) => {
  const old = await image(s, "old", [
    ...["ENV A=1", "ENV B=2", "LABEL kind=old", "LABEL shared=1", "EXPOSE 80", "EXPOSE 81", "USER 1000"],
    ...["WORKDIR /www", "VOLUME /cache", 'ENTRYPOINT ["sleep"]', 'CMD ["601"]'],
    "HEALTHCHECK --interval=7s --retries=2 CMD true",
  ]);
  const next = await image(s, "next", [
    ...["ENV A=10", "ENV D=4", "LABEL kind=new", "EXPOSE 90", "USER 2000", "WORKDIR /tmp"],
    ...['ENTRYPOINT ["sh", "-c"]', 'CMD ["sleep 602"]', "HEALTHCHECK --interval=9s CMD false"],
  ]);
  const shapes: Args[] = [
    {},
    { environment: { B: "own", C: "3" }, labels: { kind: "own", mine: "1" }, ports: ["127.0.0.1::80", "99"] },
    { command: ["sleep 603"] },
    { entrypoint: ["tail", "-f"], command: ["/dev/null"] },
    { entrypoint: ["sleep"] },
    { user: "3000", workdir: "/", stop_signal: "SIGTERM", health_check: { cmd: "exit 0", interval: "11s" } },
    { health_check: { disable: true }, environment: { A: "1 own" } },
  ];
  for (const [i, args] of shapes.entries()) {
    const container = await s.create(`shape-${i}`, { ...args, image: old });
    assert.deepEqual((await s.data(recreate, { container, image: next }))["changed"], ["image"]);
    const fresh = await s.create(`fresh-${i}`, { ...args, image: next });
    const [there, wanted] = [record(lasting(await s.inspect(container))), record(lasting(await s.inspect(fresh)))];
    // The volume of the old image is carried along, with its content.
    assert.match(String(there["Mounts"]), /"Destination":"\/cache"/);
    const unlike = { Name: "", Mounts: [] };
    assert.deepEqual({ ...there, ...unlike, HostConfig: { ...record(there["HostConfig"]), Mounts: undefined } }, {
      ...wanted,
      ...unlike,
      HostConfig: { ...record(wanted["HostConfig"]), Mounts: undefined },
    }, JSON.stringify(args));
  }
}, allowed);

sceneTest("an entrypoint that was taken away does not come back", async (s) => {
  const old = await image(s, "entry", ['ENTRYPOINT ["sleep"]', 'CMD ["600"]']);
  const container = await bare(s, "bare", { Image: old, Entrypoint: [""], Cmd: ["sleep", "601"] });
  await staysTheSame(s, container);
  const { Config } = record(await s.inspect(container));
  assert.deepEqual([at(Config, "Entrypoint"), at(Config, "Cmd")], [null, ["sleep", "601"]]);
}, allowed);

sceneTest("volumes stay with their content, named or not, however they came about", async (s) => {
  const container = await bare(s, "box", {
    Image: await image(s, "volumes", ["VOLUME /of-image"]),
    Volumes: { "/declared/": {} },
    HostConfig: {
      Binds: ["/bound", `${s.prefix}-named:/named`],
      Mounts: [{ Type: "volume", Target: "/mounted" }, { Type: "tmpfs", Target: "/scratch" }],
    },
  });
  const paths = ["/of-image", "/declared", "/bound", "/mounted", "/named"];
  for (const path of paths) await s.sh(container, `echo in ${path} > ${path}/x`);
  const volumes = async () => {
    const mounts = at(await s.inspect(container), "Mounts");
    assert.ok(Array.isArray(mounts));
    return mounts.map((mount: unknown) => `${at(mount, "Destination")} ${at(mount, "Source")}`).sort();
  };
  const before = await volumes();
  for (const again of ["once", "twice"]) {
    await s.data(recreate, { container });
    for (const path of paths) assert.equal(await s.sh(container, `cat ${path}/x`), `in ${path}\n`, again);
    assert.deepEqual(await volumes(), before, again);
  }
  await staysTheSame(s, container);
}, allowed);

sceneTest("it is found in its networks under the same names and addresses", async (s) => {
  const third = crypto.getRandomValues(new Uint8Array(1))[0];
  const front = await s.network("front", `10.215.${third}.0/24`);
  const back = await s.network("back");
  const address = `10.215.${third}.9`;
  const container = await s.run("web", {
    networks: { [front]: { ipv4_address: address, aliases: ["www"] }, [back]: { aliases: ["hidden"] } },
    ...{ command: ["httpd", "-f", "-h", "/www"], stop_timeout: 0 },
  });
  const inFront = await s.run("client", { network: front });
  const behind = await s.run("behind", { network: back });
  const sharing = await s.run("sharing", { network: `container:${at(await s.inspect(container), "Id")}` });
  const { warnings } = await s.data(recreate, { container });
  assert.deepEqual(warnings, [`${sharing} shared its network: recreate it too`]);
  const hello = "hello from busybox\n";
  for (const name of [address, "www", container]) {
    assert.equal(await s.sh(inFront, `wget -qO- http://${name}/`), hello, name);
  }
  assert.equal(await s.sh(behind, "wget -qO- http://hidden/"), hello);
  assert.match(await s.sh(inFront, `nslookup ${address} 2>&1; true`), new RegExp(`${container}\\.${front}`));
}, allowed);

sceneTest("a MAC address that was asked for stays, and one that was not is free", async (s) => {
  const network = await s.network("front");
  const MacAddress = "02:42:0a:00:00:4d";
  const container = await bare(s, "box", { MacAddress, HostConfig: { NetworkMode: network } });
  await staysTheSame(s, container);
  assert.equal(at(await s.inspect(container), "NetworkSettings", "Networks", network, "MacAddress"), MacAddress);
  const free = await s.run("free", { network, stop_timeout: 0 });
  await staysTheSame(s, free);
  assert.equal(at(await s.inspect(free), "Config", "MacAddress"), undefined);
}, allowed);

sceneTest("legacy links lead to the same containers as before", async (s) => {
  const target = await s.run("target", { command: ["httpd", "-f", "-h", "/www"] });
  const container = await bare(s, "linking", { HostConfig: { Links: [`${target}:db`] } });
  await staysTheSame(s, container);
  assert.equal(await s.sh(container, "wget -qO- http://db/"), "hello from busybox\n");
}, allowed);

sceneTest("a network that was left is not joined again", async (s) => {
  const [front, back] = [await s.network("front"), await s.network("back")];
  const container = await s.run("box", { networks: [front, back], stop_timeout: 0 });
  await s.data("docker_disconnect_container", { network: front, container });
  await staysTheSame(s, container);
  assert.deepEqual(keysOf(at(await s.inspect(container), "NetworkSettings", "Networks")), [back]);
}, allowed);
