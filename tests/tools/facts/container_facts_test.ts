import assert from "node:assert/strict";
import { portsOf } from "../../../src/tools/facts/container_facts.ts";

Deno.test("portsOf() tells a port once for both families, in the order of the numbers", () => {
  const port = (IP: string, PublicPort: number, PrivatePort: number, Type = "tcp") => ({
    IP,
    PublicPort,
    PrivatePort,
    Type,
  });
  assert.equal(
    portsOf([
      port("::", 10443, 443),
      port("0.0.0.0", 10443, 443),
      port("0.0.0.0", 8080, 80),
      port("127.0.0.1", 53, 53, "udp"),
      { PrivatePort: 9000, Type: "tcp" },
    ]),
    "127.0.0.1:53->53/udp, 8080->80, 9000, 10443->443",
  );
  assert.equal(portsOf([]), "");
});
