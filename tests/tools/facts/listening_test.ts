import assert from "node:assert/strict";
import { listening } from "../../../src/tools/facts/listening.ts";

const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const table = head +
  "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1\n" +
  "   1: 0100007F:2328 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12346 1\n" +
  "   2: 020011AC:0050 010011AC:C000 01 00000000:00000000 00:00000000 00000000     0        0 12347 1\n" + head +
  "   0: 00000000000000000000000001000000:2329 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000\n" +
  "   1: 0000000000000000FFFF00000100007F:232A 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000\n" +
  "   2: 00000000000000000000000000000000:2328 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000\n";

Deno.test("a port is listened on, on the loopback address alone or not, and a connection is no listener", () => {
  const expected = [[8080, "everywhere"], [9000, "everywhere"], [9001, "loopback"], [9002, "loopback"]] as const;
  for (const [port, found] of expected) assert.equal(listening(table, port), found, String(port));
  assert.equal(listening(table, 80), "nothing");
  assert.equal(listening(table.split("\n").slice(0, 4).join("\n"), 9000), "loopback");
  assert.equal(listening("", 80), "nothing");
});
