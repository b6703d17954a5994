import assert from "node:assert/strict";
import { parseConfig } from "../src/config/config.ts";
import { offer } from "../src/offer.ts";

/** Why the tool is not offered to whom these flags are set. */
function why(tool: string, ...flags: string[]): string | undefined {
  const hosts = flags.some((flag) => flag.startsWith("--host")) ? [] : ["--host=unix:///nowhere.sock"];
  const unused = () => Promise.reject(new Error("nothing is called"));
  return offer(parseConfig(["serve", ...hosts, ...flags], () => undefined), { call: unused, watch: unused })
    .whyWithheld(tool);
}

Deno.test("a tool that is not offered is told why, with the flag; what is no tool is not", () => {
  const stop = "docker_stop_container";
  assert.equal(why(stop), undefined);
  assert.equal(why("docker_make_coffee", "--read-only"), undefined);
  assert.equal(why(stop, "--read-only"), "this server only reads (--read-only)");
  assert.equal(why(stop, "--deny-tools=docker_stop_*"), "the operator has switched it off (--deny-tools)");
  assert.match(why(stop, "--toolsets=images,networks") ?? "", /"containers".* images, networks alone \(--toolsets\)$/);
  assert.match(why("docker_remove_container", "--destructive=deny") ?? "", /loses data \(--destructive\)$/);
  const [prod, lab] = ["--host=prod(ro)=unix:///a.sock", "--host=lab(ro)=unix:///b.sock"];
  assert.equal(why(stop, prod, "--host=lab=unix:///b.sock"), undefined);
  assert.match(why(stop, prod, lab) ?? "", /^"prod" is only read \(--host prod=\.\.\.\); "lab" is only read/);
});
