import assert from "node:assert/strict";
import { prompts } from "../../src/prompts/prompts.ts";
import { connect } from "../connect.ts";
import { running } from "../tools/golden.ts";
import { eras, listener } from "./listener.ts";

Deno.test("prompts are listed with their arguments, in both generations of the protocol", async (t) => {
  for (const era of eras) {
    await using connected = await connect();
    await using one = await listener(connected.app, era);
    const { prompts } = await one.client.listPrompts();
    await t.assertSnapshot(prompts);
    assert.deepEqual(connected.daemon.seen, []);
  }
});

Deno.test("a prompt is offered where all its tools are", async () => {
  const offered = async (...args: string[]) => {
    await using connected = await connect({ args });
    return (await connected.client.listPrompts()).prompts.map(({ name }) => name);
  };
  assert.deepEqual(await offered("--read-only"), prompts.map(({ name }) => name));
  assert.deepEqual(await offered("--deny-tools=docker_container_logs"), [
    "optimize_container",
    "generate_compose",
    "compose_review",
  ]);
  assert.deepEqual(await offered("--toolsets=containers"), ["troubleshoot_container"]);
  await using connected = await connect({ args: ["--toolsets=system"] });
  const message = /^No prompt named "generate_compose"/;
  await assert.rejects(connected.client.getPrompt({ name: "generate_compose" }), { code: -32602, message });
});

Deno.test("what is wrong with a prompt's arguments is told with what it takes", async () => {
  await using connected = await connect();
  const get = (name: string, args?: Record<string, string>) =>
    connected.client.getPrompt({ name, ...(args ? { arguments: args } : {}) });
  await assert.rejects(get("make_coffee"), {
    code: -32602,
    message:
      /^No prompt named "make_coffee": known are troubleshoot_container, optimize_container, generate_compose, compose_review$/,
  });
  for (const args of [undefined, {}, { container: " " }]) {
    await assert.rejects(get("troubleshoot_container", args), {
      code: -32602,
      message: 'Cannot make the prompt "troubleshoot_container" without "container": it takes container (Name or id)',
    });
  }
  await assert.rejects(get("troubleshoot_container", { container: "web", depth: "all" }), {
    message: /^Cannot use "depth" in the prompt "troubleshoot_container": it takes container/,
  });
  assert.deepEqual(connected.daemon.seen, []);
});

Deno.test("both generations get the text of a prompt", async () => {
  for (const era of eras) {
    await using connected = await connect();
    await running(connected);
    await using one = await listener(connected.app, era);
    const { messages } = await one.client.getPrompt({
      name: "troubleshoot_container",
      arguments: { container: "web" },
    });
    const [{ role, content } = assert.fail("no message")] = messages;
    assert.equal(role, "user");
    assert.match(content.type === "text" ? content.text : "", /^Tell what is wrong with the container "web"/);
  }
});
