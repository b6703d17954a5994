import assert from "node:assert/strict";
import { created, refused } from "./created.ts";

Deno.test("ports are published in every shape people write", async () => {
  const table: [unknown, Record<string, unknown>][] = [
    [{ "80": "8080" }, { "80/tcp": [{ HostPort: "8080" }] }],
    [{ "80/tcp": 8080 }, { "80/tcp": [{ HostPort: "8080" }] }],
    [{ "53/UDP": 53 }, { "53/udp": [{ HostPort: "53" }] }],
    [{ "80": ["8080", 8081] }, { "80/tcp": [{ HostPort: "8080" }, { HostPort: "8081" }] }],
    [{ "80": "127.0.0.1:8080" }, { "80/tcp": [{ HostPort: "8080", HostIp: "127.0.0.1" }] }],
    [{ "80": null }, { "80/tcp": [{ HostPort: "" }] }],
    [{ "80": "" }, { "80/tcp": [{ HostPort: "" }] }],
    [["80"], { "80/tcp": [{ HostPort: "" }] }],
    [[80], { "80/tcp": [{ HostPort: "" }] }],
    [["127.0.0.1:8080:80"], { "80/tcp": [{ HostPort: "8080", HostIp: "127.0.0.1" }] }],
    [["0:80"], { "80/tcp": [{ HostPort: "" }] }],
    [{ "80": 0 }, { "80/tcp": [{ HostPort: "" }] }],
    [["127.0.0.1::80"], { "80/tcp": [{ HostPort: "", HostIp: "127.0.0.1" }] }],
    [["[::1]:8080:80"], { "80/tcp": [{ HostPort: "8080", HostIp: "::1" }] }],
    [["8080:80/tcp", "8080:80/udp"], { "80/tcp": [{ HostPort: "8080" }], "80/udp": [{ HostPort: "8080" }] }],
    [["8000-8001:9000-9001/udp"], { "9000/udp": [{ HostPort: "8000" }], "9001/udp": [{ HostPort: "8001" }] }],
    // The engine picks one of the range.
    [["8000-8010:80"], { "80/tcp": [{ HostPort: "8000-8010" }] }],
  ];
  for (const [ports, bindings] of table) {
    const { HostConfig, ExposedPorts } = await created({ ports });
    assert.deepEqual(HostConfig?.PortBindings, bindings, JSON.stringify(ports));
    assert.deepEqual(Object.keys(ExposedPorts ?? {}), Object.keys(bindings), JSON.stringify(ports));
  }
});

Deno.test("ports that cannot be are refused with what was expected", async () => {
  const shape = "expected a port like 8080:80, 127.0.0.1:8080:80/udp or 8000-8010:8000-8010, got";
  const address = "expected an IP address in front of the host port, such as 127.0.0.1, got";
  const numbers = "expected ports from 1 to 65535, the lower one first, got";
  const table: [unknown, string][] = [
    [["eighty"], `"ports": ${shape} "eighty"`],
    [["8080:80/icmp"], `"ports": ${shape} "8080:80/icmp"`],
    [["1:2:3:4"], `"ports": ${shape} "1:2:3:4"`],
    [["localhost:8080:80"], `"ports": ${address} "localhost:8080:80"`],
    [["8080:80:90"], `"ports": ${address} "8080:80:90"`],
    [{ "80": "127.0.0.l:8080" }, `"ports": ${address} "127.0.0.l:8080:80"`],
    [[-1], `"ports": ${shape} "-1"`],
    [["70000:80"], `"ports": ${numbers} "70000:80"`],
    [["80:0"], `"ports": ${numbers} "80:0"`],
    [["80-70:90-80"], `"ports": ${numbers} "80-70:90-80"`],
    [["1-3:1-2"], '"ports": expected as many host ports as container ports, got "1-3:1-2"'],
    ["8080:80", '"ports": expected a list or an object'],
    [{ "80": {} }, '"ports": expected a string or a number or nothing at "80"'],
  ];
  for (const [ports, why] of table) assert.equal(await refused({ ports }), why);
});
