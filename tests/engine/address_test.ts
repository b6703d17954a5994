import assert from "node:assert/strict";
import { readAddress } from "../../src/engine/address.ts";

Deno.test("an address says where to dial, whether over TLS, and what stands in the URL", () => {
  const tcp = (hostname: string, port: number) => ({ transport: "tcp", hostname, port });
  const cases = [
    ["unix:///run/a b.sock", false, { transport: "unix", path: "/run/a b.sock" }, "http://192.0.2.1"],
    ["unix:///run/d.sock", true, { transport: "unix", path: "/run/d.sock" }, "http://192.0.2.1"],
    ["tcp://h:80", false, tcp("h", 80), "http://h:80"],
    ["tcp://h", false, tcp("h", 2375), "http://h:2375"],
    ["tcp://h/", true, tcp("h", 2376), "https://h:2376"],
    ["tcp://[::1]:2375", false, tcp("::1", 2375), "http://[::1]:2375"],
    ["http://h.example", false, tcp("h.example", 80), "http://h.example:80"],
    ["http://h:2375", true, tcp("h", 2375), "https://h:2375"],
    ["https://h:2376", false, tcp("h", 2376), "https://h:2376"],
    ["https://h", false, tcp("h", 443), "https://h:443"],
  ] as const;
  for (const [host, tls, dial, origin] of cases) {
    const address = readAddress(host, tls);
    assert.deepEqual(address.dial, dial, host);
    assert.equal(address.origin, origin, host);
    assert.equal(address.secure, origin.startsWith("https"), host);
    assert.equal(address.endpoint, host);
  }
});
