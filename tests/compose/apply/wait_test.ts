import assert from "node:assert/strict";
import { waitFor } from "../../../src/compose/apply/wait.ts";
import type { ContainerState } from "../../../src/engine/containers.ts";
import { engine } from "../../../src/engine/engine.ts";
import { connect } from "../../../src/engine/transport.ts";
import type { WaitCondition } from "../../../src/compose/operation.ts";

const state = {
  Status: "running",
  Running: true,
  Paused: false,
  OOMKilled: false,
  Pid: 1,
  ExitCode: 0,
  Error: "",
  StartedAt: new Date().toISOString(),
  FinishedAt: "",
};
const health = (Status: string) => ({ Health: { Status, FailingStreak: 2 } });
const ended = { Status: "exited", Running: false, ExitCode: 3 };

/** What comes of a wait for a container that is in these states one after the other. */
async function waited(
  condition: WaitCondition,
  states: Partial<ContainerState>[],
  { timeout }: { timeout?: number } = {},
) {
  const left = [...states];
  const answer = () => {
    const now = left.length > 1 ? left.shift() : left[0];
    return Response.json({
      Id: "1",
      State: { ...state, ...now },
      Config: { Healthcheck: { Interval: 1e9, Timeout: 1e9 } },
    });
  };
  const fetch = (input: string | URL | Request) =>
    Promise.resolve(
      String(input instanceof Request ? input.url : input).endsWith("_ping")
        ? new Response("OK", { headers: { "api-version": "1.51" } })
        : answer(),
    );
  const docker = engine(connect({ host: "unix:///fake/docker.sock", timeout: 1000, apiVersion: "1.51", fetch }));
  const { signal } = new AbortController();
  return await waitFor(docker, { id: "1", name: "web" }, { condition, timeout, signal }).then(() => "met", String);
}

Deno.test("a wait for health ends well, or as soon as it cannot any more", async () => {
  assert.equal(await waited("service_healthy", [health("starting"), health("healthy")]), "met");
  assert.equal(
    await waited("service_healthy", [health("unhealthy")]),
    'WaitError: "web" is unhealthy after 2 failed probes',
  );
  assert.equal(await waited("service_healthy", [{}]), 'WaitError: "web" has no health check');
  assert.equal(await waited("service_healthy", [health("starting"), ended]), 'WaitError: "web" ended with exit code 3');
  assert.equal(await waited("service_healthy", [{ Status: "restarting" }, health("healthy")]), "met");
});

Deno.test("a health check that has told nothing for longer than it may is not waited for", async () => {
  const now = Date.now;
  let passed = 0;
  Date.now = () => now() + (passed += 10_000);
  try {
    const told = await waited("service_healthy", [health("starting")]);
    assert.equal(told, 'WaitError: "web" has a health check that does not tell anything');
  } finally {
    Date.now = now;
  }
});

Deno.test("a wait for a job is for its end, and for running is for health only where there is a check", async () => {
  assert.equal(await waited("service_completed_successfully", [{}, { ...ended, ExitCode: 0 }]), "met");
  assert.equal(await waited("service_completed_successfully", [ended]), 'WaitError: "web" ended with exit code 3');
  assert.equal(await waited("running_or_healthy", [{}]), "met");
  assert.equal(await waited("running_or_healthy", [health("starting"), health("healthy")]), "met");
  assert.equal(await waited("running_or_healthy", [ended]), 'WaitError: "web" ended with exit code 3');
});

Deno.test("a wait gives up after the time it was given", async () => {
  assert.equal(
    await waited("service_healthy", [health("starting")], { timeout: 0.1 }),
    'WaitError: "web" is starting after 0.1 seconds',
  );
});
