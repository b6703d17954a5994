import assert from "node:assert/strict";
import { connect } from "../../connect.ts";
import { temporaryFolder } from "../../temporary.ts";
import { golden } from "../golden.ts";

golden("docker_pull_image", { args: { image: "redis:7" } });
golden("docker_push_image", {
  args: { image: "r.example/app" },
  before: ({ text }) => text("docker_tag_image", { image: "nginx:1.27", tag: "r.example/app" }),
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
  assert.match(
    await connected.text("docker_pull_image", { image: "https://x/y" }),
    /^\[DKR-004\] .*Cannot read the image name "https:\/\/x\/y": it is written without https:\/\//,
  );
});

Deno.test("docker_pull_image warns of an image for another platform, in the engine's words where it has some", async () => {
  await using connected = await connect();
  const warnings = async (args: Record<string, unknown>) => {
    const text = await connected.text("docker_pull_image", args);
    return text.split("\n").slice(1);
  };
  assert.deepEqual(await warnings({ image: "redis:7" }), []);
  assert.deepEqual(await warnings({ image: "redis:8", platform: "linux/arm64" }), []);
  assert.deepEqual(await warnings({ image: "arm/app", platform: "linux/amd64" }), [
    "image was found but does not match the specified platform: linux/amd64",
  ]);
  assert.deepEqual(await warnings({ image: "arm/app" }), [
    "This image is for linux/arm64, and the engine on linux/amd64 runs it only with an emulator: name a platform, or " +
    "another image",
  ]);
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

Deno.test("docker_pull_image asks for a digest, a platform, and nobody's rights where none are known", async () => {
  await using connected = await connect();
  const digest = `sha256:${"e".repeat(64)}`;
  await connected.text("docker_pull_image", { image: `docker.io/library/redis:7@${digest}`, platform: "linux/arm64" });
  const pull = connected.daemon.seen.find(({ path }) => path === "/images/create");
  assert.deepEqual(pull?.query, { fromImage: "redis", tag: digest, platform: "linux/arm64" });
  assert.equal(pull?.headers.has("x-registry-auth"), false);
});

const hub = { REGISTRY_USERNAME: "ada", REGISTRY_PASSWORD: "lovelace" };

Deno.test("pull, push and run use the operator's credentials, and never tell them", async () => {
  await using connected = await connect({ env: hub });
  const texts = [
    await connected.text("docker_pull_image", { image: "private/app" }),
    await connected.text("docker_push_image", { image: "private/app" }),
    await connected.text("docker_run_container", { image: "private/other", command: ["echo", "hi"] }),
  ];
  assert.match(texts[0] ?? "", /^Downloaded newer image for private\/app:latest/);
  assert.match(texts[1] ?? "", /^Pushed private\/app:latest \(sha256:c{64}\): 1 new layer, 1 there already$/);
  assert.match(texts[2] ?? "", /is exited|is running/);
  assert.doesNotMatch(JSON.stringify([texts, connected.events]), /lovelace|eyJ1c2Vy/);
  // Ada's account is at Docker Hub; other registries do not learn of it.
  await connected.text("docker_pull_image", { image: "r.example/app" });
  const other = connected.daemon.seen.findLast(({ path }) => path === "/images/create");
  assert.deepEqual([other?.query["fromImage"], other?.headers.has("x-registry-auth")], ["r.example/app", false]);
});

Deno.test("a refused push or pull says whose rights did not do, and what to set", async () => {
  const nextOf = async (env: Record<string, string>, tool = "docker_pull_image") => {
    await using connected = await connect({ env });
    if (tool === "docker_push_image") {
      await connected.text("docker_tag_image", { image: "nginx:1.27", tag: "private/app" });
    }
    const text = await connected.text(tool, { image: "private/app" });
    assert.match(text, /^\[DKR-016\] Cannot do ".*": pull access denied for private\/app/);
    assert.doesNotMatch(text, /wrong/);
    return text.split("\nNext: ")[1];
  };
  assert.equal(
    await nextOf({}),
    "Check the name of the image. No credentials for docker.io are set; if it wants some, the operator sets " +
      "REGISTRY_USERNAME and REGISTRY_PASSWORD, or DOCKER_AUTH_CONFIG, and restarts this server",
  );
  assert.equal(await nextOf({}, "docker_push_image"), await nextOf({}));
  assert.equal(
    await nextOf({ ...hub, REGISTRY_PASSWORD: "wrong" }),
    "Check the name of the image. The credentials for docker.io from REGISTRY_USERNAME were refused, or do not " +
      "reach this repository: the operator mends them and restarts this server",
  );
  assert.equal(
    await nextOf({ DOCKER_AUTH_CONFIG: '{"credsStore": "desktop"}' }),
    "Check the name of the image. The credentials for docker.io are kept by the program " +
      '"docker-credential-desktop", as DOCKER_AUTH_CONFIG says, which this server does not run: the operator sets REGISTRY_USERNAME and ' +
      "REGISTRY_PASSWORD, or DOCKER_AUTH_CONFIG, and restarts this server",
  );
});

Deno.test("an example of the file of docker login reaches a client as it was written", async () => {
  using folder = temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/config.json`, "{");
  await using connected = await connect({ env: { DOCKER_CONFIG: folder.path } });
  const told = await connected.text("docker_pull_image", { image: "private/app" });
  assert.match(told, /not read: ".*config\.json": expected JSON like \{"auths": /);
  assert.doesNotMatch(told, /\[redacted\]/);
});

Deno.test("docker_push_image says in words that it comes from nobody", async () => {
  await using connected = await connect();
  await connected.text("docker_push_image", { image: "nginx:1.27" });
  const push = connected.daemon.seen.findLast(({ path }) => path === "/images/nginx/push");
  assert.deepEqual([push?.query, push?.headers.get("x-registry-auth")], [{ tag: "1.27" }, "e30="]);
});

Deno.test("docker_push_image sends the platform to engines that read it, and refuses what it cannot push", async () => {
  await using connected = await connect();
  await connected.text("docker_push_image", { image: "nginx:1.27", platform: "linux/arm64/v8" });
  const push = connected.daemon.seen.findLast(({ path }) => path === "/images/nginx/push");
  assert.deepEqual(JSON.parse(push?.query["platform"] ?? ""), { os: "linux", architecture: "arm64", variant: "v8" });
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ image: "nginx:1.27", platform: "arm64" }, /"platform": expected a platform like linux\/arm64, got "arm64"/],
    [{ image: `nginx@sha256:${"c".repeat(64)}` }, /"image": a push names a tag/],
  ];
  for (const [args, says] of wrong) assert.match(await connected.text("docker_push_image", args), says);
});
