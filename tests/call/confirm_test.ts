import assert from "node:assert/strict";
import type { Call, Confirmation, Subject } from "../../src/call/stage.ts";
import { policy } from "../../src/safety/policy.ts";
import { answered, asked, call, door, failed, subject } from "./fake_call.ts";

/** A removal that counts how often it ran. */
function removal(given: Partial<Subject> = {}) {
  const ran: unknown[] = [];
  const remove = subject({
    name: "docker_remove_container",
    title: "Remove a container",
    risk: "destroy",
    run: (call) => {
      ran.push(call.args);
      return Promise.resolve({ kind: "answer", data: { removed: true }, text: "removed" });
    },
    ...given,
  });
  return { ran, remove };
}

function accept(token: string): Confirmation {
  return { token, action: "accept" };
}

Deno.test("confirm() asks before anything is destroyed, and says what would be lost", async () => {
  const { ran, remove } = removal({ consequence: ({ args }) => Promise.resolve(`"${args["container"]}" is lost`) });
  const question = asked(await door().open(call({ subject: remove, args: { container: "web" } })));
  assert.equal(question.message, 'Remove a container: "web" is lost');
  assert.deepEqual(ran, []);
});

Deno.test("confirm() asks nobody about a call that would lose nothing", async () => {
  const { ran, remove } = removal({ consequence: () => Promise.resolve(undefined) });
  assert.equal((await door().open(call({ subject: remove }))).kind, "answer");
  assert.equal(ran.length, 1);
});

Deno.test("confirm() shows the arguments where the consequence is not known, with secrets hidden", async () => {
  const { remove } = removal();
  const question = asked(await door().open(call({ subject: remove, args: { container: "web", password: "hunter2" } })));
  assert.equal(question.message, 'Remove a container: {"container":"web","password":"[redacted]"}');
});

Deno.test("confirm() lets the very call pass once that was accepted", async () => {
  const { ran, remove } = removal();
  const { open } = door();
  const removing = call({ subject: remove, args: { container: "web", options: { force: true, volumes: false } } });
  const { token } = asked(await open(removing));
  const reordered = { options: { volumes: false, force: true }, container: "web" };
  answered(await open({ ...removing, args: reordered, confirmation: accept(token) }));
  assert.equal(ran.length, 1);
  const again = failed(await open({ ...removing, confirmation: accept(token) }));
  assert.equal(again.code, "DKR-012");
  assert.match(again.why, /used already/);
  assert.match(again.next, /without a confirmation/);
  assert.equal(ran.length, 1);
});

Deno.test("confirm() asks again where the answer was about something else than there is now", async () => {
  const lost = ["2 files", "3 files"];
  const { ran, remove } = removal({ consequence: () => Promise.resolve(`${lost.shift() ?? "3 files"} are lost`) });
  const { open } = door();
  const removing = call({ subject: remove, args: { container: "web" } });
  const { token } = asked(await open(removing));
  const again = asked(await open({ ...removing, confirmation: accept(token) }));
  assert.equal(again.message, "It is no longer as it was asked. Remove a container: 3 files are lost");
  assert.deepEqual(ran, []);
  answered(await open({ ...removing, confirmation: accept(again.token) }));
  assert.equal(ran.length, 1);
});

Deno.test("confirm() refuses a token that was made for other arguments, another tool or another caller", async () => {
  const { ran, remove } = removal();
  const { remove: prune } = removal({ name: "docker_prune_containers" });
  const { open } = door();
  const removing = call({ subject: remove, args: { container: "web" } });
  const others: Partial<Call>[] = [{ args: { container: "db" } }, { subject: prune }, { caller: { name: "eve" } }];
  for (const other of others) {
    const { token } = asked(await open(removing));
    const failure = failed(await open({ ...removing, ...other, confirmation: accept(token) }));
    assert.equal(failure.code, "DKR-012");
    assert.match(failure.why, /another call/);
  }
  assert.deepEqual(ran, []);
});

Deno.test("confirm() refuses forged tokens and those of another process", async () => {
  const { ran, remove } = removal();
  const { open } = door();
  const removing = call({ subject: remove });
  const { token } = asked(await open(removing));
  const { token: foreign } = asked(await door().open(removing));
  const [nonce, , bound, signature] = token.split(".");
  const prolonged = [nonce, Date.now() * 2, bound, signature].join(".");
  for (const forged of ["", "x", "a.b.c.d", `${token}x`, token.slice(0, -2), foreign, prolonged]) {
    const failure = failed(await open({ ...removing, confirmation: accept(forged) }));
    assert.match(failure.why, /not made by this server/, forged);
  }
  assert.deepEqual(ran, []);
  answered(await open({ ...removing, confirmation: accept(token) }));
});

Deno.test("confirm() lets a question expire after five minutes", async () => {
  let time = 1_000_000;
  const { ran, remove } = removal();
  const { open } = door({ now: () => time });
  const removing = call({ subject: remove });
  const { token: early } = asked(await open(removing));
  const { token: late } = asked(await open(removing));
  time += 5 * 60_000 - 1;
  answered(await open({ ...removing, confirmation: accept(early) }));
  time += 1;
  const failure = failed(await open({ ...removing, confirmation: accept(late) }));
  assert.match(failure.why, /expired/);
  const again = failed(await open({ ...removing, confirmation: accept(early) }));
  assert.match(again.why, /expired/);
  assert.equal(ran.length, 1);
});

Deno.test("confirm() does nothing when the person says no, and the same token cannot turn it into a yes", async () => {
  const { ran, remove } = removal();
  const { open } = door();
  const removing = call({ subject: remove });
  for (const action of ["decline", "cancel"] as const) {
    const { token } = asked(await open(removing));
    const failure = failed(await open({ ...removing, confirmation: { token, action } }));
    assert.equal(failure.code, "DKR-013");
    assert.match(failure.next, /Nothing was changed/);
    assert.match(failed(await open({ ...removing, confirmation: accept(token) })).why, /used already/);
  }
  assert.deepEqual(ran, []);
});

Deno.test("confirm() asks nobody about what the policy allows, or about arguments that cannot work", async () => {
  const judge = policy({ destructive: "allow", readOnly: false, allowTools: [], denyTools: [] });
  const { ran, remove } = removal();
  answered(await door({ decide: (_caller, judged) => judge(judged) }).open(call({ subject: remove })));
  answered(await door().open(call({ subject: subject({ risk: "execute" }) })));
  assert.equal(ran.length, 1);
  const { remove: picky } = removal({
    parse: () => {
      throw Object.assign(new Error("wrong"), { name: "InputError", field: "container" });
    },
  });
  assert.equal(failed(await door().open(call({ subject: picky }))).code, "DKR-004");
});
