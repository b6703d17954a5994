import assert from "node:assert/strict";
import { diagnose } from "../../../../src/tools/facts/diagnosis/diagnose.ts";
import { evidence } from "./evidence.ts";

const code = (ExitCode: number) => ({ state: { ExitCode } });
const die = (exit: number) => `5 die exitCode=${exit}`;

Deno.test("an exit code means what the engine's events say about it", () => {
  const limit = { Memory: 64 * 2 ** 20 };
  const table: [Parameters<typeof evidence>[0], string, RegExp][] = [
    [{ state: { ExitCode: 137, OOMKilled: true }, host: limit }, "failing", /^Out of memory: .* limit of 64 MiB/],
    [{ state: { ExitCode: 137, OOMKilled: true } }, "failing", /^Out of memory: the host had no memory left/],
    // Some engines note the event and not the flag.
    [{ ...code(137), events: ["4 oom", die(137)], host: limit }, "failing", /^Out of memory/],
    [{ ...code(137), events: [die(137)], host: limit }, "failing", /not by way of Docker: most likely out of memory/],
    [{ ...code(137), events: [die(137)] }, "failing", /not by way of Docker: most likely the host's out-of-memory/],
    [{ ...code(137) }, "failing", /^Killed with SIGKILL.* Docker has forgotten whether it was asked to/],
    [{ ...code(137), events: ["4 kill signal=9", die(137)] }, "ended", /^Killed on request: .* SIGKILL$/],
    [
      { ...code(137), events: ["4 kill signal=15", "5 kill signal=9", "5 stop", die(137)] },
      "ended",
      /^Stopped on request; it did not heed/,
    ],
    // A request of an earlier run does not count.
    [
      { ...code(137), events: ["-9 kill signal=9", "-9 die exitCode=137", die(137)] },
      "failing",
      /not by way of Docker/,
    ],
    [
      { ...code(143), events: ["4 kill signal=15", "5 stop", die(143)] },
      "ended",
      /^Stopped on request; it ended with code 143$/,
    ],
    [{ ...code(143) }, "ended", /^Ended by SIGTERM \(exit code 143\), most likely a stop on request$/],
    [{ ...code(0), events: ["4 kill signal=3", die(0)] }, "ended", /^Killed on request: .* SIGQUIT$/],
    [{ ...code(0) }, "ended", /^It ended without an error, or was stopped on request$/],
    [{ ...code(0), events: [die(0)] }, "ended", /^It ended without an error, by itself/],
    [{ ...code(139), events: [die(139)] }, "failing", /^Segmentation fault/],
    [{ ...code(132), events: [die(132)] }, "failing", /^SIGILL: .* another platform/],
    [{ ...code(159), events: [die(159)] }, "failing", /^Ended by signal 31 \(exit code 159\)$/],
    [{ ...code(255), events: [die(255)] }, "failing", /^The program failed with exit code 255$/],
    [{ ...code(1), log: "up\nbye" }, "failing", /^The program failed with exit code 1; it printed last: "bye"$/],
  ];
  for (const [told, verdict, cause] of table) {
    const found = diagnose(evidence(told));
    assert.match(found.cause, cause, JSON.stringify(told));
    assert.equal(found.verdict, verdict, JSON.stringify(told));
  }
});

Deno.test("a start that failed is explained by what the engine noted", () => {
  const table: [string, RegExp][] = [
    ["network 5f2 not found", /Its network "5f2" does not exist/],
    ['exec: "/app": exec format error: unknown', /built for another platform/],
    [
      'exec: "/app/run": stat /app/run: no such file or directory: unknown',
      /Command not found: the image holds no "\/app\/run"/,
    ],
    [
      "crun: the path `/app/run` exists but it is not executable: Operation not permitted: OCI permission denied",
      /^It cannot start\. Not executable: "\/app\/run" is in the image but may not be run$/,
    ],
    [
      'invalid mount config for type "bind": bind source path does not exist: /srv/x',
      /"\/srv\/x" to mount does not exist/,
    ],
    ["write /var/lib: no space left on device", /disk is full/],
    ["something nobody has seen", /^It cannot start: "something nobody has seen"$/],
    ["listen tcp4 0.0.0.0:8080: bind: address already in use", /Port 8080 of the host is taken: no running container/],
  ];
  for (const [Error, cause] of table) {
    const told = diagnose(evidence({ state: { Status: "created", ExitCode: 128, Error } }));
    assert.match(told.cause, cause);
    assert.match(told.state, /^created 11m ago, start failed with code 128$/);
  }
});

Deno.test("facts are told where they stand out", () => {
  const sample = {
    read: "2026-01-01T10:09:59Z",
    cpu_stats: { cpu_usage: { total_usage: 1 }, throttling_data: { periods: 100, throttled_periods: 40 } },
    memory_stats: { usage: 60 * 2 ** 20, limit: 100 * 2 ** 20 },
    pids_stats: { current: 95 },
  };
  const networks = evidence({}).networks;
  const told = diagnose(evidence({
    state: { Status: "running", Running: true, Pid: 7 },
    host: { PidsLimit: 100, RestartPolicy: { Name: "always" } },
    rest: { sample, image: undefined, networks, log: undefined },
  }));
  assert.match(told.cause, /near its limit of processes: 95 of 100/);
  assert.deepEqual(told.facts, [
    "image app:1, a name that no image bears any more",
    "0 restarts, policy always",
    "memory 60 MiB of 100 MiB (60%)",
    "CPU limit reached in 40 of 100 periods",
    "its log cannot be read (driver unknown)",
  ]);
  const moved = { ...sample, Id: "sha256:2", Size: 1, Os: "linux", Architecture: "amd64" };
  assert.deepEqual(diagnose(evidence({ rest: { image: moved } })).facts, [
    "image app:1; the name stands for another image now",
  ]);
});

Deno.test("events are few, and those of health stay", () => {
  const events = [
    "0 start",
    "1 health_status:unhealthy",
    "2 kill signal=15",
    "3 stop",
    "3 die exitCode=0",
    "4 start",
    "5 die exitCode=1",
  ];
  assert.deepEqual(diagnose(evidence({ events })).events, [
    "10:01:00 health_status:unhealthy",
    "10:02:00 kill signal 15",
    "10:03:00 stop",
    "10:03:00 die exit 0",
    "10:04:00 start",
    "10:05:00 die exit 1",
  ]);
});

Deno.test("a diagnosis stays small, whatever there is to tell", () => {
  const long = "x".repeat(5000);
  const log = Array.from({ length: 300 }, (_, i) => `fatal ${String.fromCharCode(97 + i % 26)} ${long}`).join("\n");
  const probe = { Start: "", End: "", ExitCode: 1, Output: long };
  const Health = { Status: "unhealthy", FailingStreak: 9, Log: [probe, { ...probe, ExitCode: 2 }] };
  const events = Array.from({ length: 50 }, (_, i) => `${i} die exitCode=${i}`);
  const networks = [{ Id: "n", Name: "other" }].map((network) => ({
    ...{ ...network, Created: "", Driver: "", Scope: "" },
    ...{ Internal: false, Attachable: false, Ingress: false, EnableIPv6: false },
  }));
  const told = { log, events, restarts: 9, rest: { networks, image: undefined } };
  for (const state of [{ Running: true, Status: "running", Health }, { ExitCode: 1, Health }, { Error: long }]) {
    const size = JSON.stringify(diagnose(evidence({ ...told, state }))).length;
    assert.ok(size < 1800, `${size} characters`);
  }
});
