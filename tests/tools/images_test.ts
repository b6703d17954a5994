import assert from "node:assert/strict";
import { connect } from "../connect.ts";
import { golden } from "./golden.ts";

golden("docker_list_images");
golden("docker_pull_image", { args: { image: "redis:7" } });

Deno.test("docker_list_images sends its filters and pages to the end", async () => {
  await using connected = await connect();
  await connected.text("docker_list_images", { reference: "nginx", label: ["a", "b=c"], dangling: false });
  const { filters } = connected.daemon.seen.at(-1)?.query ?? {};
  assert.deepEqual(JSON.parse(filters ?? ""), { reference: ["nginx"], label: ["a", "b=c"], dangling: ["false"] });
  const first = await connected.text("docker_list_images", { limit: 1 });
  assert.match(first, /busybox:1\.37.*\n2 in all; the next page: offset 1$/);
  assert.match(await connected.text("docker_list_images", { limit: 1, offset: 1 }), /^TAGS .*\nnginx:1\.27 [^\n]*$/);
});

Deno.test("docker_pull_image says what the registry or the daemon refused", async () => {
  await using connected = await connect();
  assert.match(
    await connected.text("docker_pull_image", { image: "private/app" }),
    /^\[DKR-016\] .*pull access denied for private\/app/,
  );
  // The daemon answers 200 and reports the failure inside its stream.
  assert.match(
    await connected.text("docker_pull_image", { image: "broken/app:1" }),
    /^\[DKR-015\] .*no space left on device\nNext: Free space/,
  );
});

Deno.test("docker_pull_image tells how far it is", async () => {
  await using connected = await connect();
  const notes: unknown[] = [];
  await connected.client.callTool(
    { name: "docker_pull_image", arguments: { image: "redis:7" } },
    { onprogress: ({ message }) => notes.push(message) },
  );
  assert.deepEqual(notes, ["Pulling redis:7: Pulling from redis"]);
});
