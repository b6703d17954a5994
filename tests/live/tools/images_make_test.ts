import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { at, keysOf, type Scene, sceneTest } from "./scene.ts";

const idOf = async (s: Scene, image: string) => String(at(await s.ask({ path: `/images/${image}/json` }), "Id"));

sceneTest("docker_tag_image gives an image a second name, and takes a name from another image", async (s) => {
  const [tag, other] = [`${s.prefix}-a:1`, `${s.prefix}-b:2`];
  const id = await idOf(s, s.image);
  assert.deepEqual(await s.data("docker_tag_image", { image: s.image, tag }), { image: s.image, tag });
  assert.equal(await idOf(s, tag), id);
  const box = await s.create("box");
  await s.data("docker_commit_container", { container: box, image: other });
  const moved = await s.data("docker_tag_image", { image: other, tag });
  assert.deepEqual(moved, { image: other, tag, taken_from: id.slice(7, 19) });
  assert.equal(await idOf(s, tag), await idOf(s, other));
  await s.data("docker_tag_image", { image: id.slice(7, 19), tag: `${s.prefix}-c` });
  assert.equal(await idOf(s, `${s.prefix}-c:latest`), id);
  await s.fails("DKR-003", "docker_tag_image", { image: `${tag}0`, tag });
  await s.fails("DKR-004", "docker_tag_image", { image: tag, tag: "UPPER" });
});

sceneTest("docker_commit_container keeps files and settings, with changes, and the container runs on", async (s) => {
  const box = await s.run("box", { environment: { KEPT: "yes" } });
  await s.sh(box, "echo kept > /note");
  const image = `${s.prefix}-kept:1`;
  const changes = ['CMD ["cat", "/note"]', "LABEL made=here", "ENV ADDED=1"];
  const made = await s.data("docker_commit_container", {
    container: box,
    image,
    changes,
    author: "ada",
    message: "why",
  });
  assert.deepEqual(made.tags, [image]);
  const told = at(await s.data("docker_inspect_image", { image }), "image");
  const facts = ["id", "command", "author", "comment"].map((key) => at(told, key));
  assert.deepEqual(facts, [made.id, ["cat", "/note"], "ada", "why"]);
  assert.equal(at(told, "labels", "made"), "here");
  const environment = at(told, "environment");
  assert.ok(Array.isArray(environment) && environment.includes("KEPT=yes") && environment.includes("ADDED=1"));
  const ran = await s.data("docker_run_container", {
    image,
    name: `${s.prefix}-again`,
    labels: [s.label],
    wait: "exit",
  });
  assert.deepEqual([ran.exit_code, ran.stdout], [0, "kept\n"]);
  assert.equal(at(await s.inspect(box), "State", "Status"), "running");
  await s.fails("DKR-002", "docker_commit_container", { container: `${s.prefix}-none` });
  await s.fails("DKR-004", "docker_commit_container", { container: box, changes: ["RUN true"] });
});

sceneTest("docker_import_image makes an image out of an archive that the engine downloads", async (s) => {
  const body = new TextEncoder().encode("hello\n");
  const header = { name: "greeting", type: "file" as const, size: body.length };
  const archive = await packTar([{ header, body }]);
  const server = await s.run("web", { command: ["httpd", "-f", "-h", "/www"] });
  const content = { content: archive.toBase64(), encoding: "base64" };
  await s.data("docker_copy_to_container", { container: server, path: "/www/root.tar", ...content });
  const networks = at(await s.inspect(server), "NetworkSettings", "Networks");
  // "bridge", and on Podman "podman".
  const address = at(networks, keysOf(networks)[0] ?? "", "IPAddress");
  const image = `${s.prefix}-root:1`;
  const url = `http://${address}/root.tar`;
  const made = await s.data("docker_import_image", {
    url,
    image,
    changes: ['CMD ["/greeting"]', "USER 7"],
    message: "m",
  });
  assert.deepEqual(made.tags, [image]);
  const told = at(await s.data("docker_inspect_image", { image }), "image");
  const facts = ["command", "user", "layers", "comment"].map((key) => at(told, key));
  assert.deepEqual(facts, [["/greeting"], "7", 1, "m"]);
  const missing = await s.call("docker_import_image", { url: `http://${address}/none.tar`, image });
  assert.equal(missing.failed, true);
  assert.match(missing.text, /404/);
});
