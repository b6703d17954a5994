import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { golden, running } from "../golden.ts";

golden("docker_list_images");
golden("docker_inspect_image", { args: { image: "busybox:1.37" }, before: running });
golden("docker_image_history", { args: { image: "nginx:1.27" } });

Deno.test("docker_list_images sends its filters and pages to the end", async () => {
  await using connected = await connect();
  await connected.text("docker_list_images", { reference: "nginx", label: ["a", "b=c"], dangling: false });
  const { filters } = connected.daemon.seen.at(-1)?.query ?? {};
  assert.deepEqual(JSON.parse(filters ?? ""), { reference: ["nginx"], label: ["a", "b=c"], dangling: ["false"] });
  const first = await connected.text("docker_list_images", { limit: 1 });
  assert.match(first, /busybox:1\.37.*\n2 in all; the next page: offset 1$/);
  assert.match(await connected.text("docker_list_images", { limit: 1, offset: 1 }), /^TAGS .*\nnginx:1\.27 [^\n]*$/);
});

Deno.test("docker_inspect_image gives Docker's whole answer when told, its secrets hidden all the same", async () => {
  await using connected = await connect();
  const text = await connected.text("docker_inspect_image", { image: "nginx", raw: true });
  assert.match(text, /^\[DKR-003\] .*No image named "nginx"\nNext: Closest: "nginx:1\.27"/);
  const raw = await connected.text("docker_inspect_image", { image: "nginx:1.27", raw: true });
  assert.match(raw, /"RootFS":\{"Type":"layers"/);
  assert.match(raw, /"DB_PASSWORD=\[redacted\]"/);
});

Deno.test("docker_image_history shows whole commands when told", async () => {
  await using connected = await connect();
  const args = { image: "nginx:1.27" };
  assert.match(await connected.text("docker_image_history", args), /RUN (very )+v?\S*\.\.\.\n/);
  assert.match(await connected.text("docker_image_history", { ...args, full: true }), /RUN (very ){40}long\n/);
});
