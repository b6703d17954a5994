import assert from "node:assert/strict";
import { subnets } from "../../../src/tools/spec/subnets.ts";

Deno.test("subnets are read in the shapes people write", () => {
  const plain = [{ Subnet: "10.0.0.0/24" }];
  assert.deepEqual(subnets.parse("10.0.0.0/24"), plain);
  assert.deepEqual(subnets.parse(["10.0.0.0/24"]), plain);
  assert.deepEqual(subnets.parse([{ subnet: "10.0.0.0/24" }]), plain);
  const whole = { subnet: "10.0.0.0/16", gateway: "10.0.0.1", ip_range: "10.0.4.0/24", aux: { printer: "10.0.0.9" } };
  assert.deepEqual(subnets.parse([whole, "fd00:1::/64"]), [
    {
      Subnet: "10.0.0.0/16",
      Gateway: "10.0.0.1",
      IPRange: "10.0.4.0/24",
      AuxiliaryAddresses: { printer: "10.0.0.9" },
    },
    { Subnet: "fd00:1::/64" },
  ]);
  assert.deepEqual(subnets.parse([{ subnet: "10.0.0.0/24", ip_range: "10.0.0.0/24" }]).length, 1);
});

Deno.test("a subnet that cannot be meant is refused, with what was expected", () => {
  const like = "expected a subnet like 10.0.0.0/24 or fd00::/64";
  const rows: [unknown, string][] = [
    ["10.0.0.0", `${like}, got "10.0.0.0"`],
    ["10.0.0.0/33", `${like}, got "10.0.0.0/33"`],
    ["10.0.0/24", `${like}, got "10.0.0/24"`],
    ["10.0.0.256/24", `${like}, got "10.0.0.256/24"`],
    ["010.0.0.0/24", `${like}, got "010.0.0.0/24"`],
    ["10.0.0.0/24/24", `${like}, got "10.0.0.0/24/24"`],
    ["10.0.0.0/", `${like}, got "10.0.0.0/"`],
    ["fd00::/129", `${like}, got "fd00::/129"`],
    ["front", `${like}, got "front"`],
    ["10.0.0.5/24", 'expected the first address of the subnet, 10.0.0.0/24, got "10.0.0.5/24"'],
    ["fd00::5/64", 'expected the first address of the subnet, fd00::/64, got "fd00::5/64"'],
    [[{ subnet: "10.0.0.0/24", gateway: "10.0.1.1" }], 'expected an address in 10.0.0.0/24, got "10.0.1.1"'],
    [[{ subnet: "10.0.0.0/24", gateway: "fd00::1" }], 'expected an address in 10.0.0.0/24, got "fd00::1"'],
    [[{ subnet: "10.0.0.0/24", gateway: "first" }], 'expected an address in 10.0.0.0/24, got "first"'],
    [[{ subnet: "10.0.0.0/24", aux: { a: "10.9.0.1" } }], 'expected an address in 10.0.0.0/24, got "10.9.0.1"'],
    [[{ subnet: "10.0.0.0/24", ip_range: "10.0.1.0/25" }], 'expected an address in 10.0.0.0/24, got "10.0.1.0"'],
    [[{ subnet: "10.0.0.0/24", ip_range: "10.0.0.0/16" }], 'expected an address in 10.0.0.0/24, got "10.0.0.0/16"'],
  ];
  for (const [given, message] of rows) {
    assert.equal(subnets.safeParse(given).error?.issues[0]?.message, message, JSON.stringify(given));
  }
});
