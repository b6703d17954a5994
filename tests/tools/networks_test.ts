import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";
import { golden, running } from "./golden.ts";

/** A network `front` with `web` running in it and `job`, which has ended, and an empty one `back`. */
async function networks(connected: Connected): Promise<void> {
  await running(connected);
  const { text } = connected;
  await text("docker_run_container", { image: "busybox:1.37", name: "job", command: ["fail", "3"] });
  await text("docker_create_network", { name: "front", subnets: "10.1.0.0/16", labels: { team: "blue" } });
  await text("docker_create_network", { name: "back", internal: true, options: { mtu: "1400" } });
  await text("docker_connect_container", { network: "front", container: "web", ipv4_address: "10.1.0.7" });
  await text("docker_connect_container", { network: "front", container: "job" });
}

golden("docker_list_networks", { before: networks });
golden("docker_inspect_network", { args: { network: "front" }, before: networks });
golden("docker_create_network", { args: { name: "db", subnets: ["10.2.0.0/24", "fd00:2::/64"] } });
golden("docker_connect_container", {
  args: { network: "back", container: "web", ipv4_address: "172.21.0.9", ipv6_address: "fd00::9" },
  before: networks,
});
golden("docker_disconnect_container", { args: { network: "front", container: "web" }, before: networks });
golden("docker_remove_network", { args: { network: "back" }, before: networks });
golden("docker_prune_networks", { before: networks });

/** The names that a list shows. */
async function listed({ text }: Connected, args: Record<string, unknown> = {}): Promise<(string | undefined)[]> {
  return (await text("docker_list_networks", args)).split("\n").slice(1).map((line) => line.split(" ")[0]);
}

Deno.test("docker_list_networks pages in the order of the names, and finds by any of several values and all labels", async () => {
  await using connected = await connect();
  await networks(connected);
  assert.deepEqual(await listed(connected), ["back", "bridge", "front", "host", "none"]);
  assert.match(await connected.text("docker_list_networks", { limit: 2 }), /\n5 in all; the next page: offset 2$/);
  assert.deepEqual(await listed(connected, { limit: 2, offset: 4 }), ["none"]);
  assert.deepEqual(await listed(connected, { name: ["ack", "ron"] }), ["back", "front"]);
  assert.deepEqual(await listed(connected, { driver: ["host", "null"] }), ["host", "none"]);
  assert.deepEqual(await listed(connected, { label: "team" }), ["front"]);
  assert.deepEqual(await listed(connected, { label: { team: "blue" }, name: "front", scope: "local" }), ["front"]);
  const none = [{ label: ["team", "tier"] }, { label: "team=blu" }, { label: "team", name: "back" }, {
    scope: "swarm",
  }];
  for (const args of none) assert.equal(await connected.text("docker_list_networks", args), "No networks match.");
});

Deno.test("docker_list_networks knows itself which networks are in use, since the engine's list does not", async () => {
  await using connected = await connect();
  await networks(connected);
  assert.deepEqual(await listed(connected, { dangling: true }), ["back"]);
  assert.deepEqual(await listed(connected, { dangling: false }), ["bridge", "front", "host", "none"]);
  await connected.text("docker_disconnect_container", { network: "front", container: "web" });
  // The stopped one is still in it.
  assert.deepEqual(await listed(connected, { dangling: true }), ["back"]);
  await connected.text("docker_disconnect_container", { network: "front", container: "job" });
  assert.deepEqual(await listed(connected, { dangling: true }), ["back", "front"]);
});

Deno.test("a network that only the engine's own endpoints are in is in use", async () => {
  await using connected = await connect();
  await connected.text("docker_create_network", { name: "mesh", driver: "overlay" });
  assert.deepEqual(await listed(connected, { dangling: true }), []);
  const { containers } = JSON.parse(await connected.text("docker_inspect_network", { network: "mesh" }));
  assert.deepEqual(containers, [{ name: "balancer", ipv4: "10.0.1.4/24" }]);
});

Deno.test("docker_create_network sends the network as the Engine wants it", async () => {
  await using connected = await connect();
  const bodyOf = async (args: Record<string, unknown>) => {
    await connected.text("docker_create_network", args);
    return connected.daemon.seen.findLast(({ path }) => path === "/networks/create")?.body;
  };
  assert.deepEqual(await bodyOf({ name: "a" }), { Name: "a", CheckDuplicate: true });
  assert.deepEqual(
    await bodyOf({
      name: "b",
      driver: "macvlan",
      subnets: [{ subnet: "10.0.0.0/16", gateway: "10.0.0.1", ip_range: "10.0.4.0/24", aux: { host: "10.0.0.9" } }],
      internal: true,
      attachable: true,
      ipv6: true,
      options: ["parent=eth0"],
      labels: { tier: 1 },
    }),
    {
      Name: "b",
      Driver: "macvlan",
      Internal: true,
      Attachable: true,
      EnableIPv6: true,
      IPAM: {
        Config: [{
          Subnet: "10.0.0.0/16",
          Gateway: "10.0.0.1",
          IPRange: "10.0.4.0/24",
          AuxiliaryAddresses: { host: "10.0.0.9" },
        }],
      },
      Options: { parent: "eth0" },
      Labels: { tier: "1" },
      CheckDuplicate: true,
    },
  );
  // Without it the engine takes the subnet and gives no address of it.
  assert.equal((await bodyOf({ name: "c", subnets: "fd00::/64" })).EnableIPv6, true);
});

Deno.test("docker_create_network refuses what cannot be before anything is sent", async () => {
  await using connected = await connect();
  const rows: [Record<string, unknown>, RegExp][] = [
    [{ name: "a", subnets: "10.0.0.5/24" }, /"subnets": expected the first address of the subnet, 10\.0\.0\.0\/24/],
    [{ name: "a", subnets: [{ gateway: "10.0.0.1" }] }, /"subnets"/],
    [{ name: "a", subnets: "fd00::/64", ipv6: false }, /"ipv6": expected true, or nothing, with a subnet of IPv6/],
    [{ name: "" }, /"name"/],
    [{ name: "a/../b" }, /"name": expected a name that is no path/],
  ];
  for (const [args, why] of rows) {
    const text = await connected.text("docker_create_network", args);
    assert.match(text, /^\[DKR-004\] /);
    assert.match(text, why);
  }
  assert.deepEqual(connected.daemon.seen, []);
});

Deno.test("docker_create_network says that the name is taken", async () => {
  await using connected = await connect();
  await networks(connected);
  const text = await connected.text("docker_create_network", { name: "front" });
  assert.match(text, /^\[DKR-014\] .*front already exists\nNext: Choose another name; docker_inspect_network/);
});

Deno.test("docker_connect_container hands on aliases and addresses, and says that a stopped one has none yet", async () => {
  await using connected = await connect();
  await networks(connected);
  const args = { network: "back", aliases: ["api"], ipv4_address: "172.21.0.9" };
  assert.equal(
    await connected.text("docker_connect_container", { ...args, container: "job" }),
    "Connected job to back; its address comes with its start.",
  );
  assert.deepEqual(connected.daemon.seen.findLast(({ path }) => path.endsWith("/connect"))?.body, {
    Container: "job",
    EndpointConfig: { Aliases: ["api"], IPAMConfig: { IPv4Address: "172.21.0.9" } },
  });
  const { id } = JSON.parse(await connected.text("docker_inspect_network", { network: "back" }));
  assert.equal(
    await connected.text("docker_connect_container", { ...args, network: id, container: "web" }),
    `Connected web to ${id} as 172.21.0.9.`,
  );
  for (const [field, wrong] of [["ipv4_address", "10.1"], ["ipv4_address", "fd00::1"], ["ipv6_address", "10.0.0.1"]]) {
    const text = await connected.text("docker_connect_container", {
      network: "back",
      container: "web",
      [`${field}`]: wrong,
    });
    assert.match(text, new RegExp(`"${field}": expected an IPv. address like .*, got "${wrong}"`));
  }
});

Deno.test("what cannot be connected, disconnected or removed is a conflict with a next step", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await networks(connected);
  const web = { network: "front", container: "web" };
  const rows: [string, Record<string, unknown>, RegExp][] = [
    ["docker_connect_container", web, /^\[DKR-014\] .*\nNext: It is in this network already/],
    ["docker_disconnect_container", { ...web, network: "back" }, /^\[DKR-014\] .*\nNext: docker_inspect_network shows/],
    ["docker_remove_network", { network: "front" }, /^\[DKR-014\] .*name:"web".*\nNext: .*docker_disconnect_container/],
    ["docker_remove_network", { network: "bridge" }, /^\[DKR-014\] .*\nNext: The networks that the engine came with/],
    ["docker_remove_network", { network: "fornt" }, /^\[DKR-007\] .*\nNext: Closest: "front"\. docker_list_networks/],
    ["docker_disconnect_container", { ...web, container: "wbe" }, /^\[DKR-002\] .*\nNext: Closest: "web"/],
  ];
  for (const [tool, args, told] of rows) assert.match(await connected.text(tool, args), told, tool);
  await connected.text("docker_disconnect_container", { ...web, force: true });
  assert.deepEqual(connected.daemon.seen.at(-1)?.body, { Container: "web", Force: true });
});

Deno.test("the question names the network, what is in it, and what a prune would take", async () => {
  const asked: string[] = [];
  const elicit = (message: string) => {
    asked.push(message);
    return { action: "decline" as const };
  };
  await using connected = await connect({ elicit });
  await networks(connected);
  await connected.text("docker_remove_network", { network: "front" });
  await connected.text("docker_remove_network", { network: "back" });
  await connected.text("docker_prune_networks", { label: "team=red" });
  await connected.text("docker_prune_networks", {});
  for (const container of ["web", "job"]) {
    await connected.text("docker_disconnect_container", { network: "front", container });
  }
  await connected.text("docker_prune_networks", {});
  await connected.text("docker_prune_networks", { until: "2026-01-05T00:00:00Z" });
  assert.deepEqual(asked, [
    'Remove a network: Network "front" (bridge, 10.1.0.0/16) will be deleted. In it: job (exited), web (running). ' +
    "The engine refuses while one that runs is in it; the others do not start without it.",
    'Remove a network: Network "back" (bridge, 172.21.0.0/16) will be deleted. No container is in it.',
    "Remove unused networks: No network is unused and matches now; those that do by then will be deleted.",
    'Remove unused networks: 1 unused network will be deleted: "back" (bridge, 172.21.0.0/16).',
    'Remove unused networks: 2 unused networks will be deleted: "back" (bridge, 172.21.0.0/16), ' +
    '"front" (bridge, 10.1.0.0/16).',
    'Remove unused networks: 1 unused network will be deleted: "front" (bridge, 10.1.0.0/16).',
  ]);
  assert.ok(!connected.daemon.seen.some(({ method, path }) => method === "DELETE" || path.endsWith("/prune")));
});

Deno.test("docker_prune_networks removes what it names one by one, by label and age, and tells what stayed", async () => {
  await using connected = await connect({ args: ["--destructive=allow"] });
  await networks(connected);
  const prune = (args = {}) => connected.text("docker_prune_networks", args);
  assert.equal(await prune({ label: "team=blue" }), "Removed 0 networks.");
  assert.equal(await prune({ until: "2026-01-05T00:00:00Z" }), "Removed 0 networks.");
  assert.match(await prune({ until: "soon" }), /^\[DKR-004\] .*"until": expected a time/);
  connected.daemon.failNext({ method: "DELETE", path: /^\/networks\// }, 403, "network back has active endpoints");
  assert.equal(await prune(), "Removed 0 networks.\nKept back: network back has active endpoints");
  connected.daemon.failNext({ method: "DELETE", path: /^\/networks\// }, 500, "a fault");
  assert.equal(await prune(), "Removed 0 networks.\nKept back: a fault");
  assert.equal(await prune({ until: "2026-02-01T00:00:00Z" }), "Removed 1 network. back");
});

Deno.test("a network that goes while it is looked at is not told of", async () => {
  await using connected = await connect();
  await networks(connected);
  connected.daemon.failNext({ method: "GET", path: /^\/networks\/eee/ }, 404, "network gone not found");
  assert.equal(await connected.text("docker_list_networks", { dangling: true, name: "back" }), "No networks match.");
  connected.daemon.failNext({ method: "GET", path: /^\/networks\/eee/ }, 500, "a fault");
  assert.match(await connected.text("docker_list_networks", { dangling: true, name: "back" }), /^\[DKR-015\] /);
});

Deno.test("names, labels and options of a network are told as plain text, and secrets among them hidden", async () => {
  await using connected = await connect();
  // Older engines make one of any name; this server does not.
  const body = {
    Name: "red\x1b[31m",
    Labels: { note: "a\x1b]0;x\x07b", api_token: "hunter2" },
    Options: { o: "x\x00y" },
  };
  assert.match(
    await connected.text("docker_create_network", { name: body.Name }),
    /"name": expected a name that is no path and has no control/,
  );
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  const { Id } = await (await connected.daemon.fetch("http://docker/networks/create", init)).json();
  const text = await connected.text("docker_inspect_network", { network: Id });
  const { name, labels, options } = JSON.parse(text);
  assert.deepEqual([name, labels, options], ["red", { note: "ab", api_token: "[redacted]" }, { o: "xy" }]);
});
