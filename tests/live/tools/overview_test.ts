import assert from "node:assert/strict";
import { at, sceneTest, until } from "./scene.ts";

sceneTest("docker_overview tells what runs, what is in trouble and what is unused, in one small answer", async (s) => {
  const check = { interval: "200ms", timeout: "5s", retries: 1 };
  const up = await s.run("up", { ports: ["127.0.0.1::80"] });
  const ill = await s.run("ill", { health_check: { cmd: "false", ...check }, wait: "healthy" });
  const failed = await s.run("failed", { command: ["sh", "-c", "exit 3"], wait: "exit" });
  const fine = await s.run("fine", { command: ["true"], wait: "exit" });
  const loop = await s.run("loop", { command: ["sh", "-c", "exit 4"], restart: "always" });
  await until("it waits", async () => Number(at(await s.inspect(loop), "RestartCount")) > 3);
  const network = await s.network("unused");
  await until("all is told", async () => {
    const { data, text } = await s.call("docker_overview");
    assert.ok(text.length < 3000, text);
    const { troubles, running, unused } = data;
    assert.ok(Array.isArray(troubles) && Array.isArray(running) && Array.isArray(unused));
    const problem = (name: string) =>
      String(at(troubles.find((one: unknown) => at(one, "container") === name), "problem"));
    assert.match(problem(ill), /\(unhealthy\)$/);
    assert.match(problem(failed), /^Exited \(3\) /);
    assert.equal(problem(fine), "undefined");
    assert.equal(problem(up), "undefined");
    assert.ok(running.some((line: unknown) => String(line).startsWith(`${up} 127.0.0.1:`)), text);
    const networks = unused.find((one: unknown) => at(one, "kind") === "networks");
    assert.ok(Number(at(networks, "count")) >= 1, `${network} is unused`);
    assert.ok(Number(at(data.containers, "running")) >= 2);
    assert.match(text, /^Docker \S+ on [\s\S]*\nNext: docker_diagnose_container tells why$/);
    // Between two restarts it runs for a moment.
    return /^Restarting \(4\) /.test(problem(loop));
  });
});
