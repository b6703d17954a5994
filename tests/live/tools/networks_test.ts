import assert from "node:assert/strict";
import { askEngine } from "../engine_api.ts";
import { liveEngine } from "../live.ts";
import { at, promptly, type Scene, sceneTest } from "./scene.ts";

const allowed = { args: ["--destructive", "allow"] };

/** `10.123.45`: the start of a /24 that hardly another test has. */
function rareNet(): string {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  return `10.${100 + a % 150}.${b}`;
}

function labelled(s: Scene): { "docker-mcp.test": string } {
  return { "docker-mcp.test": s.label.split("=")[1] ?? "" };
}

/** Names from a list, without the prefix of the scene. */
async function listed(s: Scene, args: Record<string, unknown>): Promise<string[]> {
  const { networks } = await s.data("docker_list_networks", { ...args, label: s.label });
  assert.ok(Array.isArray(networks));
  return networks.map((network) => String(at(network, "name")).replace(`${s.prefix}-`, ""));
}

async function networkExists(name: string): Promise<boolean> {
  return (await askEngine(liveEngine()?.host ?? "", { path: `/networks/${name}` })).status === 200;
}

sceneTest("docker_create_network makes the network that was asked for, as docker_inspect_network tells", async (s) => {
  const net = rareNet();
  const network = `${s.prefix}-front`;
  const pool = {
    subnet: `${net}.0/24`,
    gateway: `${net}.254`,
    ip_range: `${net}.128/26`,
    aux: { printer: `${net}.130` },
  };
  const made = await s.data("docker_create_network", {
    name: network,
    subnets: [pool],
    internal: true,
    options: { "com.docker.network.bridge.enable_icc": "true" },
    labels: labelled(s),
  });
  assert.deepEqual([made["network"], made["driver"], made["subnets"]], [network, "bridge", [`${net}.0/24`]]);
  const found = await s.data("docker_inspect_network", { network });
  const { created, id, ...told } = found;
  assert.match(String(created), /^20\d\d-/);
  assert.deepEqual(told, {
    name: network,
    driver: "bridge",
    scope: "local",
    subnets: [pool],
    internal: true,
    attachable: false,
    ipv6: false,
    options: { "com.docker.network.bridge.enable_icc": "true" },
    labels: labelled(s),
    containers: [],
  });
  const raw = await s.ask({ path: `/networks/${id}` });
  assert.deepEqual([at(raw, "Name"), at(raw, "Internal"), at(raw, "IPAM", "Config", 0, "Gateway")], [
    network,
    true,
    `${net}.254`,
  ]);
  // The range is where addresses come from, but for the one that is kept free.
  const container = await s.run("box", { network });
  assert.match(
    String(at(await s.inspect(container), "NetworkSettings", "Networks", network, "IPAddress")),
    new RegExp(
      `^${net.replaceAll(".", "\\.")}\\.1(2[89]|[3-8]\\d|9[01])$`,
    ),
  );
}, { args: ["--no-labels"] });

sceneTest("docker_create_network gives a network IPv6 with a subnet of it", async (s) => {
  const network = `${s.prefix}-six`;
  const prefix = `fd00:${s.prefix.slice(4, 8)}:${s.prefix.slice(8)}::`;
  await s.data("docker_create_network", { name: network, subnets: `${prefix}/64` });
  const container = await s.run("box", { network });
  const { ipv6, containers } = await s.data("docker_inspect_network", { network });
  assert.equal(ipv6, true);
  assert.match(String(at(containers, 0, "ipv6")), /^fd00:.*::\w+\/64$/);
  assert.match(await s.sh(container, "cat /proc/net/if_inet6"), new RegExp(`^fd00${s.prefix.slice(4, 8)}`, "m"));
});

sceneTest("docker_create_network refuses a name or a subnet that is taken, on every engine", async (s) => {
  const subnets = `${rareNet()}.0/24`;
  const name = `${s.prefix}-front`;
  await s.data("docker_create_network", { name, subnets });
  const taken = await s.fails("DKR-014", "docker_create_network", { name });
  assert.match(taken, /already exists\nNext: Choose another name/);
  const overlap = await s.fails("DKR-014", "docker_create_network", { name: `${s.prefix}-back`, subnets });
  assert.match(overlap, /(overlaps|already used).*\nNext: Choose another subnet/s);
});

sceneTest(
  "docker_connect_container makes a container reachable by its aliases, docker_disconnect_container ends it",
  async (s) => {
    const net = rareNet();
    const network = await s.network("front", `${net}.0/24`);
    const server = await s.run("server", { command: ["httpd", "-f", "-h", "/www"] });
    const client = await s.run("client", { network });
    const connected = await s.data("docker_connect_container", {
      network,
      container: server,
      aliases: ["api"],
      ipv4_address: `${net}.77`,
    });
    assert.deepEqual(connected, { container: server, network, ipv4: `${net}.77` });
    const page = await s.sh(client, "wget -qO- http://api/");
    assert.ok(page.length > 0);
    assert.equal(await s.sh(client, `wget -qO- http://${net}.77/`), page);
    assert.equal(await s.sh(client, `wget -qO- http://${server}/`), page);
    const again = await s.fails("DKR-014", "docker_connect_container", { network, container: server });
    assert.match(again, /Next: It is in this network already/);
    assert.equal(
      await s.text("docker_disconnect_container", { network, container: server }),
      `Disconnected ${server} from ${network}.`,
    );
    const gone = await promptly(
      20_000,
      s.data("docker_exec_command", { container: client, shell: "wget -T 2 -qO- http://api/" }),
    );
    assert.notEqual(gone["exit_code"], 0);
    const twice = await s.fails("DKR-014", "docker_disconnect_container", { network, container: server });
    assert.match(twice, /Next: docker_inspect_network shows/);
  },
);

sceneTest("docker_connect_container says why an address cannot be had, and takes the network by its id", async (s) => {
  const network = await s.network("front");
  const container = await s.run("box");
  const unset = await s.fails("DKR-004", "docker_connect_container", { network, container, ipv4_address: "10.1.2.3" });
  assert.match(unset, /user configured subnets|not in any subnet/);
  const { id } = await s.data("docker_inspect_network", { network });
  const joined = await s.data("docker_connect_container", { network: id, container });
  const raw = at(await s.inspect(container), "NetworkSettings", "Networks", network, "IPAddress");
  assert.deepEqual([joined["network"], joined["ipv4"]], [id, raw]);
  const missing = await s.fails("DKR-007", "docker_connect_container", { network: `${s.prefix}-frnt`, container });
  assert.match(missing, new RegExp(`Closest: "${network}"`));
  await s.fails("DKR-002", "docker_connect_container", { network, container: `${s.prefix}-none` });
  const host = await s.fails("DKR-014", "docker_connect_container", { network: "host", container });
  assert.match(host, /Next: The networks that the engine came with stay/);
});

sceneTest("docker_connect_container takes a stopped container, which has its address once it starts", async (s) => {
  const network = await s.network("front", `${rareNet()}.0/24`);
  const container = await s.create("box", { command: ["sleep", "600"] });
  assert.equal(
    await s.text("docker_connect_container", { network, container }),
    `Connected ${container} to ${network}; its address comes with its start.`,
  );
  const members = async () => (await s.data("docker_inspect_network", { network }))["containers"];
  assert.deepEqual(await members(), [{ name: container, state: "created" }]);
  await s.data("docker_start_container", { container });
  assert.match(String(at(await members(), 0, "ipv4")), /^10\..*\/24$/);
});

sceneTest("docker_list_networks tells which networks are in use and which are not", async (s) => {
  for (const what of ["used", "idle", "waiting"]) {
    await s.data("docker_create_network", { name: `${s.prefix}-${what}`, labels: labelled(s) });
  }
  await s.run("box", { network: `${s.prefix}-used` });
  await s.create("later", { network: `${s.prefix}-waiting` });
  assert.deepEqual(await listed(s, {}), ["idle", "used", "waiting"]);
  assert.deepEqual(await listed(s, { dangling: true }), ["idle"]);
  assert.deepEqual(await listed(s, { dangling: false }), ["used", "waiting"]);
  assert.deepEqual(await listed(s, { name: "idle", driver: "bridge", scope: "local" }), ["idle"]);
  assert.deepEqual(await listed(s, { driver: "macvlan" }), []);
  assert.deepEqual(await listed(s, { limit: 1, offset: 1 }), ["used"]);
  const own = await s.text("docker_list_networks", { driver: ["bridge", "host", "null"], limit: 1000 });
  for (const name of ["bridge", "host", "none"]) assert.match(own, new RegExp(`^${name} `, "m"));
});

sceneTest(
  "docker_remove_network refuses while a container runs in it, and takes it from under a stopped one",
  async (s) => {
    const network = await s.network("front");
    const container = await s.run("box", { network, stop_signal: "SIGKILL" });
    const used = await s.fails("DKR-014", "docker_remove_network", { network });
    assert.match(used, /(has active endpoints|being used).*\nNext: .*docker_disconnect_container$/s);
    await s.data("docker_stop_container", { container });
    assert.equal(await s.text("docker_remove_network", { network }), `Removed network ${network}.`);
    assert.equal(await networkExists(network), false);
    await s.fails("DKR-007", "docker_start_container", { container });
    await s.fails("DKR-007", "docker_remove_network", { network });
    await s.fails("DKR-014", "docker_remove_network", { network: "bridge" });
  },
  allowed,
);

sceneTest("a person is told what is in a network before it goes", async (s) => {
  const net = rareNet();
  const network = await s.network("front", `${net}.0/24`);
  const up = await s.run("up", { network });
  const made = await s.create("made", { network });
  const asked: string[] = [];
  const person = await s.also({ elicit: (message) => (asked.push(message), { action: "decline" }) });
  await person.text("docker_remove_network", { network });
  assert.deepEqual(asked, [
    `Remove a network: Network "${network}" (bridge, ${net}.0/24) will be deleted. In it: ${made} (created), ` +
    `${up} (running). The engine refuses while one that runs is in it; the others do not start without it.`,
  ]);
  assert.equal(await networkExists(network), true);
});

sceneTest("docker_prune_networks takes exactly the networks that the question named", async (s) => {
  for (const what of ["used", "idle", "waiting"]) {
    await s.data("docker_create_network", { name: `${s.prefix}-${what}`, labels: labelled(s) });
  }
  // Without the label it is none of this test's business.
  await s.data("docker_create_network", { name: `${s.prefix}-other` });
  await s.run("box", { network: `${s.prefix}-used` });
  const later = await s.create("later", { network: `${s.prefix}-waiting`, command: ["sleep", "600"] });
  const asked: string[] = [];
  const person = await s.also({
    elicit: (message) => (asked.push(message), { action: "accept", content: { confirm: true } }),
  });
  const prune = (until: string) => person.text("docker_prune_networks", { label: s.label, until });
  assert.equal(await prune("1h"), "Removed 0 networks.");
  assert.equal(await prune("0s"), `Removed 1 network. ${s.prefix}-idle`);
  assert.match(asked[0] ?? "", /No network is unused and matches now/);
  assert.match(
    asked[1] ?? "",
    new RegExp(`: 1 unused network will be deleted: "${s.prefix}-idle" \\(bridge, [\\d./]+\\)\\.$`),
  );
  for (const what of ["used", "waiting", "other"]) assert.equal(await networkExists(`${s.prefix}-${what}`), true, what);
  assert.equal(await networkExists(`${s.prefix}-idle`), false);
  await s.data("docker_start_container", { container: later });
});
