import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { golden, running } from "../golden.ts";

golden("docker_tag_image", { args: { image: "nginx:1.27", tag: "busybox:1.37" } });
golden("docker_import_image", { args: { url: "https://example.org/root.tar", image: "team/root:1" } });
golden("docker_commit_container", { args: { container: "web", image: "team/web:2" }, before: running });

Deno.test("docker_tag_image takes a registry, defaults to latest, and refuses a digest", async () => {
  await using connected = await connect();
  const args = { image: "nginx:1.27", tag: "r.example:5000/team/app" };
  assert.equal(await connected.text("docker_tag_image", args), "nginx:1.27 is r.example:5000/team/app:latest now.");
  const { query } = connected.daemon.seen.findLast(({ method }) => method === "POST") ?? {};
  assert.deepEqual(query, { repo: "r.example:5000/team/app", tag: "latest" });
  const digest = await connected.text("docker_tag_image", { ...args, tag: `a@sha256:${"a".repeat(64)}` });
  assert.match(digest, /^\[DKR-004\] .*"tag": a digest cannot be given, only a name and a tag/);
  assert.match(await connected.text("docker_tag_image", { ...args, image: "nginy:1.27" }), /^\[DKR-003\] /);
});

Deno.test("docker_import_image takes changes one by one, and only http addresses", async () => {
  await using connected = await connect();
  const changes = ['CMD ["sh"]', "ENV A=1"];
  const text = await connected.text("docker_import_image", { url: "http://x/a.tar", changes, message: "m" });
  assert.equal(text, "Made an image without a name (eeeeeeeeeeee, 4.3 MB).");
  const asked = connected.daemon.seen.find(({ path }) => path === "/images/create");
  // The fake sees the last of the values that bear one name.
  assert.deepEqual(asked?.query, { fromSrc: "http://x/a.tar", message: "m", changes: "ENV A=1" });
  for (const url of ["file:///etc/shadow", "x", "-"]) {
    assert.match(await connected.text("docker_import_image", { url }), /"url": expected an http or https address/);
  }
});

Deno.test("docker_commit_container hands on author, message and changes, and pauses unless told", async () => {
  await using connected = await connect();
  await running(connected);
  const asked = async (args: Record<string, unknown>) => {
    await connected.text("docker_commit_container", { container: "web", ...args });
    return connected.daemon.seen.findLast(({ path }) => path === "/commit")?.query;
  };
  assert.deepEqual(await asked({}), { container: "web", pause: "true" });
  assert.deepEqual(await asked({ image: "a/b", author: "ada", message: "m", changes: ["USER 1"], pause: false }), {
    container: "web",
    repo: "a/b",
    tag: "latest",
    author: "ada",
    comment: "m",
    pause: "false",
    changes: "USER 1",
  });
});
