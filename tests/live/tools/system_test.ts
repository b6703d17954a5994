import assert from "node:assert/strict";
import { at, keysOf, sceneTest } from "./scene.ts";

sceneTest("docker_version tells what the engine says of itself", async (s) => {
  const said = await s.ask({ path: "/version" });
  const { data, text } = await s.call("docker_version");
  assert.deepEqual([data.version, data.api_version, data.min_api_version, data.os, data.arch, data.kernel], [
    at(said, "Version"),
    at(said, "ApiVersion"),
    at(said, "MinAPIVersion"),
    at(said, "Os"),
    at(said, "Arch"),
    at(said, "KernelVersion"),
  ]);
  const components = at(said, "Components");
  assert.ok(Array.isArray(components) && components.length > 0);
  for (const component of components) {
    assert.equal(at(data.components, String(at(component, "Name"))), at(component, "Version"));
  }
  assert.ok(text.startsWith(`Docker ${at(said, "Version")}, API ${at(said, "ApiVersion")}, `), text);
});

sceneTest("docker_system_info tells the host, and counts the containers as they are", async (s) => {
  await s.run("up");
  const paused = await s.run("paused");
  await s.data("docker_pause_container", { container: paused });
  await s.create("made");
  // Podman counts only what has run among the stopped.
  await s.run("done", { command: ["true"], wait: "exit" });
  const said = await s.ask({ path: "/info" });
  const { data, text } = await s.call("docker_system_info");
  assert.deepEqual(
    [data.name, data.version, data.cpus, data.memory_bytes, data.storage_driver, data.root_dir, data.logging_driver],
    ["Name", "ServerVersion", "NCPU", "MemTotal", "Driver", "DockerRootDir", "LoggingDriver"].map((key) =>
      at(said, key)
    ),
  );
  const counts = Object.fromEntries(
    ["running", "paused", "stopped"].map((state) => [state, Number(at(data.containers, state))]),
  );
  assert.ok(Number(counts["running"]) >= 1 && Number(counts["paused"]) >= 1 && Number(counts["stopped"]) >= 1);
  assert.ok(Number(data.images) >= 1);
  assert.match(String(data.cgroup), /^v[12] \(\w+\)$/);
  assert.deepEqual(data.runtimes, keysOf(at(said, "Runtimes")));
  assert.match(text, /^.+: Docker .+\n\d+ CPUs, .+ memory\ncontainers: \d+ running, \d+ paused, \d+ stopped; images: /);
});

sceneTest("docker_healthcheck tells that the engine answers, and how quickly", async (s) => {
  const { healthy, milliseconds } = await s.data("docker_healthcheck");
  assert.equal(healthy, true);
  assert.ok(Number(milliseconds) >= 0);
  assert.match(await s.text("docker_healthcheck"), /^Docker answers \(\d+(\.\d)? ms\)\.$/);
});
