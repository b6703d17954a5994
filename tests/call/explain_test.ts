import assert from "node:assert/strict";
import { z } from "zod";
import { codes } from "../../src/call/codes.ts";
import { Refusal } from "../../src/safety/refusal.ts";
import { InputError } from "../../src/tools/input_error.ts";
import type { Fault } from "../../src/engine/errors.ts";
import { answeredWith, call, door, engineError, failed, subject, thrown } from "./fake_call.ts";

Deno.test("explain() names the port that is taken, in every wording of the daemon", async () => {
  const wordings = [
    "driver failed programming external connectivity on endpoint web (1a): Bind for 0.0.0.0:8080 failed: port is already allocated",
    "failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use",
    "failed to bind host port 127.0.0.1:8080/tcp: address already in use",
    "listen tcp4 0.0.0.0:8080: bind: address already in use",
  ];
  for (const wording of wordings) {
    const failure = await thrown(answeredWith(500, wording));
    assert.equal(failure.code, "DKR-006");
    assert.match(failure.next, /docker_list_containers .* port 8080:/, wording);
  }
});

Deno.test("explain() names at most three existing names that are close to the one not found", async () => {
  const known = ["web", "web-1", "web-2", "webapp", "my-web", "database", "redis"];
  const names = (kind: string) => Promise.resolve(kind === "container" ? known : []);
  const misspelt = await thrown(answeredWith(404, "No such container: wbe"), { names });
  assert.equal(misspelt.why, 'No container named "wbe"');
  assert.match(misspelt.next, /^Closest: "web". docker_list_containers/);
  const shortened = await thrown(answeredWith(404, "No such container: data"), { names });
  assert.match(shortened.next, /^Closest: "database". /);
  const many = await thrown(answeredWith(404, "No such container: we"), { names });
  assert.match(many.next, /^Closest: "web", "web-1", "web-2". docker_/);
  const none = await thrown(answeredWith(404, "No such container: zzzzzz"), { names });
  assert.match(none.next, /^docker_list_containers/);
});

Deno.test("explain() finds a close image without its tag", async () => {
  const names = () => Promise.resolve(["nginx:1.27", "redis:7"]);
  const failure = await thrown(answeredWith(404, "No such image: ngnix", "POST /containers/create"), { names });
  assert.match(failure.next, /^Closest: "nginx:1.27". /);
});

Deno.test("explain() takes the name from the path where the message lacks it, and does without names when asking fails", async () => {
  const names = () => Promise.reject(new Error("the daemon is gone"));
  const failure = await thrown(answeredWith(404, "no such container", "POST /containers/my%20web/stop"), { names });
  assert.equal(failure.why, 'No container named "my web"');
  assert.equal(failure.next, "docker_list_containers with all=true shows the names");
});

Deno.test("explain() tells how to reach a daemon that cannot be reached", async () => {
  const rows = [
    ["missing", "DKR-001", /Start Docker or set DOCKER_HOST; `doctor`/],
    ["refused", "DKR-001", /Start Docker/],
    ["busy", "DKR-001", /in a while/],
    ["tls", "DKR-001", /DOCKER_CERT_PATH/],
    ["unknown_host", "DKR-001", /DOCKER_HOST/],
    ["other", "DKR-001", /DOCKER_HOST/],
    ["denied", "DKR-005", /usermod -aG docker/],
    ["sandbox", "DKR-005", /`permissions`/],
  ] as const;
  for (const [why, code, next] of rows) {
    const failure = await thrown(engineError("Cannot reach it", { kind: "unreachable", why }));
    assert.equal(failure.code, code, why);
    assert.match(failure.next, next, why);
  }
});

Deno.test("explain() says that a change may have happened once one was sent, and never of a read", async () => {
  const late = (sent: boolean) => ({ kind: "timeout", ms: 60_000, sent }) as const;
  const rows: [Fault, string, string, boolean][] = [
    [late(true), "POST /containers/web/stop", "DKR-010", true],
    [late(false), "POST /containers/web/stop", "DKR-010", false],
    [{ kind: "interrupted" }, "DELETE /containers/web", "DKR-018", true],
    // The command was started before; this request only asks how it ended.
    [{ kind: "interrupted" }, "GET /exec/e1/json", "DKR-018", true],
    [{ kind: "malformed" }, "POST /containers/create", "DKR-015", true],
    [{ kind: "incompatible" }, "GET /_ping", "DKR-019", false],
  ];
  const maybe = /may have happened.*docker_inspect_container/;
  for (const [fault, request, code, changed] of rows) {
    const error = engineError("Cannot say", fault, request);
    const failure = await thrown(error);
    assert.equal(failure.code, code, `${fault.kind} ${request}`);
    assert.equal(maybe.test(failure.next), changed, `${fault.kind} ${request}`);
    const reading = subject({ risk: "read", run: () => Promise.reject(error) });
    const { next } = failed(await door().open(call({ subject: reading })));
    assert.doesNotMatch(next, maybe, `reading: ${fault.kind} ${request}`);
  }
});

Deno.test("explain() names the flag that would allow what a rule refused", async () => {
  const facts = { rule: "privileged", reason: "it gives every right", flag: "--allow-privileged" };
  const failure = await thrown(new Refusal({ ...facts, field: "HostConfig.Privileged", value: "true" }));
  assert.equal(failure.code, "DKR-011");
  assert.match(failure.why, /HostConfig.Privileged is "true": it gives every right/);
  assert.match(failure.next, /--allow-privileged/);
  const reading = await thrown(
    new Refusal({ rule: "read-only", reason: "this server only reads", flag: "--read-only" }),
  );
  assert.match(reading.next, /without --read-only/);
});

Deno.test("explain() tells an internal error's id to the caller, and its text to the record alone", async () => {
  const { open, events } = door();
  const broken = subject({ run: () => Promise.reject(new TypeError("undefined is no function, password=hunter2")) });
  const failure = failed(await open(call({ id: "c77", subject: broken })));
  assert.deepEqual(Object.keys(failure).sort(), ["code", "kind", "next", "what", "why"]);
  assert.equal(failure.code, "DKR-021");
  assert.match(failure.why, /c77/);
  assert.doesNotMatch(JSON.stringify(failure), /no function/);
  assert.match(events[0]?.error ?? "", /TypeError: undefined is no function, password=\[redacted\]\n +at /);
});

Deno.test("explain() turns even a thrown text and a synchronous throw into internal errors", async () => {
  assert.equal((await thrown("just text")).code, "DKR-021");
  const { open } = door();
  const broken = subject({
    run: () => {
      throw new Error("at once");
    },
  });
  assert.equal(failed(await open(call({ subject: broken }))).code, "DKR-021");
});

Deno.test("explain() knows a call that the caller gave up, whatever the reason", async () => {
  const controller = new AbortController();
  const hanging = subject({ run: () => new Promise(() => {}) });
  const outcome = door().open(call({ subject: hanging, signal: controller.signal }));
  controller.abort("client went away");
  const failure = failed(await outcome);
  assert.equal(failure.code, "DKR-020");
  assert.match(failure.next, /may have happened/);
});

Deno.test("explain() knows an aborted request and a time-out of the platform by their names", async () => {
  assert.equal((await thrown(new DOMException("The signal has been aborted", "AbortError"))).code, "DKR-020");
  assert.equal((await thrown(AbortSignal.abort().reason)).code, "DKR-020");
  assert.equal((await thrown(new DOMException("The operation timed out", "TimeoutError"))).code, "DKR-010");
});

Deno.test("explain() names the field that a tool refused", async () => {
  const failure = await thrown(new InputError("ports.80", 'Cannot read "x": expected a port'));
  assert.equal(failure.code, "DKR-004");
  assert.equal(failure.why, '"ports.80": Cannot read "x": expected a port');
});

Deno.test("explain() names every field that does not fit and what was expected", async () => {
  const schema = z.strictObject({
    container: z.string(),
    timeout: z.number().min(0).max(600).optional(),
    signal: z.enum(["TERM", "KILL"]).optional(),
    ports: z.union([z.array(z.string()), z.record(z.string(), z.number())]).optional(),
    mounts: z.array(z.strictObject({ target: z.string() })).optional(),
  });
  const rows: [unknown, string][] = [
    [{}, '"container" is required (a string)'],
    [
      { contaner: "web" },
      '"container" is required (a string); "contaner" is not known here; did you mean "container"?',
    ],
    [{ container: 5 }, '"container": expected a string, got a number'],
    [{ container: "web", timeout: -1 }, '"timeout": expected at least 0'],
    [{ container: "web", timeout: 601 }, '"timeout": expected at most 600'],
    [{ container: "web", signal: "HUP" }, '"signal": expected "TERM" or "KILL"'],
    [{ container: "web", ports: "80" }, '"ports": expected a list or an object'],
    [{ container: "web", ports: { 80: "x" } }, '"ports": expected a number at "80", got a string'],
    [{ container: "web", mounts: [{}] }, '"mounts[0].target" is required (a string)'],
    [{ container: "web", zzz: 1 }, '"zzz" is not known here'],
    [{ container: "web", timout: 1 }, '"timout" is not known here; did you mean "timeout"?'],
    [{ container: "web", contaner: "db" }, '"contaner" is not known here'],
    [{ container: "web", timeout: 1, mounts: [{ target: "/a", timout: 1 }] }, '"mounts[0].timout" is not known here'],
    ["web", "the arguments: expected an object, got a string"],
  ];
  for (const [args, why] of rows) {
    const strict = subject({
      inputs: Object.keys(schema.shape),
      parse: () => schema.parse(args),
      run: () => Promise.reject(new Error("must not run")),
    });
    const given = z.record(z.string(), z.unknown()).safeParse(args).data ?? {};
    const failure = failed(await door().open(call({ subject: strict, args: given })));
    assert.equal(failure.code, "DKR-004");
    assert.equal(failure.why, why);
  }
});

Deno.test("explain() cuts what a failure quotes, and a failure that is long itself, and says how much", async () => {
  const short = "x".repeat(300);
  const { why, next } = await thrown(new InputError("path", `got "${"y".repeat(9000)}" or "${short}"`));
  assert.equal(why, `"path": got "${"y".repeat(300)} [8700 characters cut]" or "${short}"`);
  assert.match(next, /^Mend the arguments/);
  const long = await thrown(new InputError("ports", "x".repeat(100_000)));
  assert.match(long.why, /^"ports": x+ \[900\d\d characters cut\]$/);
});

Deno.test("codes are unique, in order and each says what it means", () => {
  const all = Object.values(codes);
  assert.deepEqual(all.map(({ code }) => code), all.map((_, i) => `DKR-${String(i + 1).padStart(3, "0")}`));
  for (const { meaning } of all) assert.match(meaning, /^[A-Z].{10,}[^.]$/);
});
