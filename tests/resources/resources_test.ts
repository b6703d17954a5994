import assert from "node:assert/strict";
import { resources } from "../../src/resources/resources.ts";
import { connect, type Connected } from "../connect.ts";
import { up } from "../tools/compose/stack.ts";
import { ended, running } from "../tools/golden.ts";

/** What stands at `uri`, as a client reads it. */
async function read({ client }: Connected, uri: string) {
  const { contents: [content] } = await client.readResource({ uri });
  assert.ok(content && "text" in content);
  return content;
}

Deno.test("every address answers what its tool does, redacted by the same door", async (t) => {
  await using connected = await connect();
  await running(connected);
  await connected.text("docker_create_volume", { name: "data" });
  await up(connected);
  const names = { container: "web", image: "busybox:1.37", network: "bridge", volume: "data", project: "shop" };
  for (const { uri, names: kind, mimeType, tool } of resources) {
    const address = uri.replace(/\{\w+\}/, kind ? encodeURIComponent(names[kind]) : "");
    const content = await read(connected, address);
    assert.deepEqual([content.uri, content.mimeType], [address, mimeType]);
    assert.equal(connected.events.at(-1)?.name, tool);
    assert.doesNotMatch(content.text, /hunter2/);
    if (mimeType === "application/json") assert.equal(typeof JSON.parse(content.text), "object");
  }
  const details = await read(connected, "docker://containers/web/inspect");
  await t.assertSnapshot(JSON.parse(details.text));
});

Deno.test("a log is text, as printed", async () => {
  await using connected = await connect();
  await ended(connected);
  const { text } = await read(connected, "docker://containers/job/logs");
  assert.match(text, /it failed/);
});

Deno.test("an address takes an encoded name, and an image's name with bare slashes", async () => {
  await using connected = await connect();
  await running(connected);
  for (const uri of ["docker://images/busybox%3A1.37", "docker://images/busybox:1.37"]) {
    assert.match((await read(connected, uri)).text, /busybox:1\.37/);
  }
  await assert.rejects(read(connected, "docker://images/team/app:1"), /No image named "team\/app:1"/);
});
