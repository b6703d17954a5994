import assert from "node:assert/strict";
import { connect, type Connected, type ConnectOptions } from "../connect.ts";
import { running } from "../tools/golden.ts";
import { envelope, type Message, spawned } from "./spawned.ts";

/** Both ways in which a client can be asked: by a request of the server, and by an answer that wants input. */
const eras: readonly ConnectOptions[] = [
  {},
  { client: { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: "2026-07-28" } } } },
];

const removal = { container: "web", force: true };

function deletions({ daemon }: Connected): number {
  return daemon.seen.filter(({ method }) => method === "DELETE").length;
}

Deno.test("a call that loses data is done after a yes, in both generations of the protocol", async () => {
  for (const era of eras) {
    const asked: string[] = [];
    await using connected: Connected = await connect({
      ...era,
      elicit(message) {
        asked.push(message);
        assert.equal(deletions(connected), 0);
        return { action: "accept", content: { confirm: true } };
      },
    });
    await running(connected);
    assert.equal(await connected.text("docker_remove_container", removal), "Removed web.");
    assert.deepEqual(asked, [
      'Remove a container: Container "web" (busybox:1.37, running) and the files in it will be deleted.',
    ]);
    assert.equal(deletions(connected), 1);
    assert.deepEqual(connected.events.map(({ name, outcome }) => [name, outcome]).slice(1), [
      ["docker_remove_container", "question"],
      ["docker_remove_container", "answer"],
    ]);
  }
});

Deno.test("everything but a clear yes is a no, in both generations of the protocol", async () => {
  const answers = [
    { action: "accept", content: { confirm: false } },
    { action: "decline" },
    { action: "cancel" },
  ] as const;
  for (const era of eras) {
    for (const answer of answers) {
      await using connected = await connect({ ...era, elicit: () => answer });
      await running(connected);
      const text = await connected.text("docker_remove_container", removal);
      const why = answer.action === "cancel" ? "closed without an answer" : "said no";
      assert.match(
        text,
        new RegExp(`^\\[DKR-013\\] Not done: "Remove a container": .*${why}\nNext: Nothing was changed`),
      );
      assert.equal(deletions(connected), 0);
    }
  }
});

Deno.test("what cannot be done is told before anybody is asked", async () => {
  for (const era of eras) {
    await using connected = await connect({ ...era, elicit: () => assert.fail("asked") });
    assert.match(await connected.text("docker_remove_container", { container: "wbe" }), /^\[DKR-002\]/);
    assert.match(await connected.text("docker_remove_container", { containers: [] }), /^\[DKR-004\]/);
  }
});

async function tokenOf({ text }: Connected): Promise<string> {
  const question = await text("docker_remove_container", removal);
  const [, token = ""] = /make the same call again with "confirm": "([^"]+)"/.exec(question) ?? [];
  assert.match(
    question,
    /^Nothing was done yet: this needs a person's confirmation\. Remove a container: Container "web"/,
  );
  assert.notEqual(token, "", question);
  return token;
}

/** Clients that cannot show a question, of both generations. */
const mute: readonly ConnectOptions[] = [
  {},
  { client: { capabilities: { elicitation: { url: {} } } } },
  { client: { versionNegotiation: { mode: { pin: "2026-07-28" } } } },
];

Deno.test("a client that cannot ask gets a token, which confirms exactly this call, once", async () => {
  for (const options of mute) {
    await using connected = await connect(options);
    const { text } = connected;
    await running(connected);
    await text("docker_run_container", { image: "busybox:1.37", name: "other" });
    const confirm = await tokenOf(connected);
    assert.equal(deletions(connected), 0);
    const refusals: [Record<string, unknown>, RegExp][] = [
      [{ ...removal, container: "other" }, /^\[DKR-012\] .*for another call or other arguments/],
      [{ ...removal, volumes: true }, /^\[DKR-012\] .*for another call or other arguments/],
      [{ ...removal, confirm: `${confirm}x` }, /^\[DKR-012\] .*not made by this server/],
      [
        { ...removal, confirm: confirm.replace(/\.\d+\./, ".9999999999999.") },
        /^\[DKR-012\] .*not made by this server/,
      ],
      [{ ...removal, confirm: "yes" }, /^\[DKR-012\] .*not made by this server/],
    ];
    for (const [args, why] of refusals) assert.match(await text("docker_remove_container", { confirm, ...args }), why);
    assert.match(await text("docker_prune_containers", { confirm }), /^\[DKR-012\]/);
    assert.equal(deletions(connected), 0);
    assert.equal(await text("docker_remove_container", { force: true, container: "web", confirm }), "Removed web.");
    await running(connected);
    assert.match(await text("docker_remove_container", { ...removal, confirm }), /^\[DKR-012\] .*used already/);
    assert.equal(deletions(connected), 1);
  }
});

Deno.test("a token of one server means nothing to another", async () => {
  await using first = await connect();
  await using second = await connect();
  await running(first);
  await running(second);
  const confirm = await tokenOf(first);
  assert.match(await second.text("docker_remove_container", { ...removal, confirm }), /^\[DKR-012\]/);
});

Deno.test("--destructive=allow asks nobody, --destructive=deny offers nothing that loses data", async () => {
  await using allowing = await connect({ args: ["--destructive=allow"] });
  await running(allowing);
  assert.equal(await allowing.text("docker_remove_container", removal), "Removed web.");
  await using denying = await connect({ args: ["--destructive=deny"], elicit: () => assert.fail("asked") });
  await running(denying);
  const { tools } = await denying.client.listTools();
  assert.deepEqual(tools.filter(({ name }) => /remove|prune/.test(name)), []);
});

Deno.test("on the wire of 2026-07-28 the question is an answer, and its state confirms one call only", async () => {
  await using server = spawned();
  const call = async (name: string, args: object, extra = {}): Promise<Message> => {
    const params = { name, arguments: args, ...envelope({ elicitation: {} }), ...extra };
    return (await server.ask("tools/call", params)).result;
  };
  await call("docker_run_container", { image: "busybox:1.37", name: "web" });
  const question = await call("docker_remove_container", removal);
  assert.equal(question.resultType, "input_required");
  assert.deepEqual(question.inputRequests.confirm.params.requestedSchema, {
    type: "object",
    properties: { confirm: { type: "boolean", title: "Yes, do it" } },
    required: ["confirm"],
  });
  const inputResponses = { confirm: { action: "accept", content: { confirm: true } } };
  const { requestState } = question;
  for (const [args, state] of [[removal, `${requestState}x`], [{ container: "web" }, requestState]] as const) {
    const refused = await call("docker_remove_container", args, { inputResponses, requestState: state });
    assert.match(refused.content[0].text, /^\[DKR-012\]/);
  }
  const bare = await call("docker_remove_container", removal, { inputResponses });
  assert.equal(bare.resultType, "input_required");
  const done = await call("docker_remove_container", removal, { inputResponses, requestState });
  assert.equal(done.content[0].text, "Removed web.");
  const again = await call("docker_remove_container", removal, { inputResponses, requestState });
  assert.match(again.content[0].text, /^\[DKR-012\] .*used already/);
});

Deno.test("a question that is answered with what is no answer fails in words, and nothing is done", async () => {
  const elicit = () => Object({ action: "maybe" });
  await using connected = await connect({ elicit });
  await connected.text("docker_create_volume", { name: "data" });
  const text = await connected.text("docker_remove_volume", { volume: "data" });
  assert.match(
    text,
    /Invalid elicitation result: "action": expected "accept" or .*\nNext: nothing was done; make the same/,
  );
  assert.ok(!connected.daemon.seen.some(({ method }) => method === "DELETE"));
});
