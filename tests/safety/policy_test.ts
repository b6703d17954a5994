import assert from "node:assert/strict";
import { policy, type PolicyOptions } from "../../src/safety/policy.ts";
import { type Risk, risks } from "../../src/safety/risk.ts";
import { safety } from "../../src/safety/safety.ts";
import { strict } from "./strict.ts";

function kinds(options: Partial<PolicyOptions>): string[] {
  return risks.map((risk) => policy({ ...strict, ...options })({ name: "docker_x", risk }).kind);
}

function verdict(options: Partial<PolicyOptions>, name: string, risk: Risk = "read"): string {
  const judged = policy({ ...strict, ...options })({ name, risk });
  return judged.kind === "deny" ? judged.flag : judged.kind;
}

Deno.test("policy() judges by risk: what loses data is confirmed, allowed or denied", () => {
  assert.deepEqual(kinds({}), ["allow", "allow", "allow", "confirm"]);
  assert.deepEqual(kinds({ destructive: "allow" }), ["allow", "allow", "allow", "allow"]);
  assert.deepEqual(kinds({ destructive: "deny" }), ["allow", "allow", "allow", "deny"]);
  assert.deepEqual(kinds({ destructive: "allow", readOnly: true }), ["allow", "deny", "deny", "deny"]);
});

Deno.test("policy() takes lists of tools with wildcards, and a denied one stays denied", () => {
  const lists = { allowTools: ["docker_list_*", "docker_exec_command"], denyTools: ["*_images"] };
  assert.equal(verdict(lists, "docker_list_containers"), "allow");
  assert.equal(verdict(lists, "docker_exec_command", "execute"), "allow");
  assert.equal(verdict(lists, "docker_list_images"), "--deny-tools");
  assert.equal(verdict(lists, "docker_inspect_container"), "--allow-tools");
  assert.equal(verdict(lists, "docker_exec_commands"), "--allow-tools");
  assert.equal(verdict(lists, "classic_docker_list_containers"), "--allow-tools");
  assert.equal(verdict({ allowTools: ["docker.list"] }, "docker_list"), "--allow-tools");
  assert.equal(verdict({ ...lists, readOnly: true }, "docker_exec_command", "execute"), "--read-only");
  assert.equal(verdict({ allowTools: ["docker_remove_container"] }, "docker_remove_container", "destroy"), "confirm");
});

Deno.test("safety() decides the same for every caller", () => {
  const { decide } = safety({ ...strict, denyTools: ["docker_kill_*"] });
  for (const name of ["local", "somebody"]) {
    assert.equal(decide({ name }, { name: "docker_kill_container", risk: "change" }).kind, "deny");
    assert.equal(decide({ name }, { name: "docker_list_containers", risk: "read" }).kind, "allow");
  }
});
