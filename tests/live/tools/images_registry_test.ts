import assert from "node:assert/strict";
import { mustAskEngine } from "../engine_api.ts";
import { loadLayeredImage } from "../layered_image.ts";
import { credentials, registryTest } from "./registry_scene.ts";
import { at, callOn, dataOn, failsOn } from "./scene.ts";

registryTest(
  "an image is pushed, removed, and pulled by its tag and by its digest",
  {},
  async (place) => {
    const { engine, name, open } = place;
    await loadLayeredImage(engine.host, { tag: "mcp/layers:1", seed: name, sizes: [5000, 300_000] });
    await using connected = await open();
    const image = `${name}:1.0`;
    await dataOn(connected, "docker_tag_image", { image: "mcp/layers:1", tag: image });
    const { id } = Object(at(await dataOn(connected, "docker_inspect_image", { image }), "image"));
    const pushed = await dataOn(connected, "docker_push_image", { image });
    assert.match(String(pushed.digest), /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual([pushed.image, pushed.layers_pushed, pushed.layers_there], [image, 2, 0]);
    const again = await dataOn(connected, "docker_push_image", { image });
    assert.deepEqual([again.digest, again.layers_pushed, again.layers_there], [pushed.digest, 0, 2]);
    const remove = async (image: string) => await dataOn(connected, "docker_remove_image", { image, force: true });
    await remove(String(id));
    const pulled = await dataOn(connected, "docker_pull_image", { image });
    assert.deepEqual([pulled.id, pulled.digest, pulled.platform], [id, pushed.digest, "linux/amd64"]);
    assert.equal(pulled.status, `Downloaded newer image for ${image}`);
    const upToDate = await dataOn(connected, "docker_pull_image", { image });
    assert.equal(upToDate.status, `Image is up to date for ${image}`);
    await remove(String(id));
    const byDigest = await dataOn(connected, "docker_pull_image", { image: `${image}@${pushed.digest}` });
    assert.deepEqual([byDigest.id, byDigest.digest], [id, pushed.digest]);
    const told = Object(
      at(await dataOn(connected, "docker_inspect_image", { image: `${name}@${pushed.digest}` }), "image"),
    );
    assert.deepEqual([told.digests, told.tags], [[`${name}@${pushed.digest}`], undefined]);
    await remove(String(id));
  },
);

registryTest("push and pull tell how many bytes of all layers have gone", {}, async (place) => {
  const { engine, name, open } = place;
  const sizes = [20_000_000, 10_000_000];
  await loadLayeredImage(engine.host, { tag: `${name}:1`, seed: name, sizes });
  await using connected = await open();
  for (const tool of ["docker_push_image", "docker_pull_image"]) {
    if (tool === "docker_pull_image") await dataOn(connected, "docker_remove_image", { image: `${name}:1` });
    const notes: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const started = Date.now();
    await connected.client.callTool({ name: tool, arguments: { image: `${name}:1` } }, {
      onprogress: (note) => notes.push(note),
    });
    assert.ok(notes.length >= 1 && notes.length <= 1 + (Date.now() - started) / 300, `${notes.length} notes`);
    const totals = notes.map(({ total = 0 }) => total);
    assert.ok(totals.every((total) => total < 31_000_000), String(totals));
    assert.match(notes.at(-1)?.message ?? "", tool === "docker_push_image" ? /^Pushing 127/ : /^Pulling 127/);
  }
});

registryTest(
  "a registry with a password lets in who knows it, and says to others what to set",
  { asks: "password" },
  async (place) => {
    const { engine, registry, name, open } = place;
    const image = `${name}:1`;
    await loadLayeredImage(engine.host, { tag: image, seed: name, sizes: [1000] });
    const tries: [Record<string, string>, RegExp][] = [
      [
        {},
        new RegExp(
          `\\nNext: .*No credentials for ${registry.address} are set; .*REGISTRY_SERVER=${registry.address}, REG`,
        ),
      ],
      [
        credentials(registry, "wrong"),
        /\nNext: .*from REGISTRY_USERNAME were refused, or do not reach this repository/,
      ],
      [{ DOCKER_AUTH_CONFIG: '{"credsStore": "pass"}' }, /\nNext: .*kept by the program "docker-credential-pass"/],
      [{ ...credentials(registry), REGISTRY_SERVER: "ghcr.io" }, /\nNext: .*No credentials for 127/],
    ];
    const fail = async (tool: string) => {
      for (const [env, says] of tries) {
        await using connected = await open(env);
        const text = await failsOn(connected, "DKR-016", { tool, args: { image } });
        assert.match(text, says, tool);
        assert.doesNotMatch(text, /wrong|s3cret/);
      }
    };
    await fail("docker_push_image");
    const auths = { [`https://${registry.address}/v2/`]: { auth: btoa("alice:s3cret") } };
    for (const env of [credentials(registry), { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) }]) {
      await using connected = await open(env);
      await dataOn(connected, "docker_push_image", { image });
      await dataOn(connected, "docker_remove_image", { image });
      await dataOn(connected, "docker_pull_image", { image });
      assert.doesNotMatch(JSON.stringify(connected.events), /s3cret/);
    }
    await using connected = await open(credentials(registry));
    await dataOn(connected, "docker_remove_image", { image });
    await fail("docker_pull_image");
    const container = `mcp-${name.split("/").at(-1)}`;
    // What is missing is pulled for a new container, with the same rights.
    await dataOn(connected, "docker_create_container", { image, name: container });
    await dataOn(connected, "docker_remove_container", { container });
    await dataOn(connected, "docker_remove_image", { image });
  },
);

registryTest(
  "what a registry does not have, and a registry that is gone, are told apart",
  {},
  async (place) => {
    const { engine, registry, name, open } = place;
    await loadLayeredImage(engine.host, { tag: `${name}:1`, seed: name, sizes: [1000] });
    await using connected = await open();
    const fails = (tool: string, image: string) => failsOn(connected, "DKR-016", { tool, args: { image } });
    assert.match(await fails("docker_pull_image", `${name}:1`), /Next: Check the name and the tag/);
    await dataOn(connected, "docker_push_image", { image: `${name}:1` });
    assert.match(await fails("docker_pull_image", `${name}:2`), /Next: Check the name and the tag/);
    const nothing = `${name}@sha256:${"0".repeat(64)}`;
    assert.match(await fails("docker_pull_image", nothing), /Next: Check the name and the tag/);
    assert.match(
      await failsOn(connected, "DKR-003", { tool: "docker_push_image", args: { image: `${name}:none` } }),
      /docker_list_images shows/,
    );
    await registry.stop();
    for (const tool of ["docker_pull_image", "docker_push_image"]) {
      assert.match(await fails(tool, `${name}:1`), /Next: The daemon cannot reach the registry/);
    }
    await mustAskEngine(engine.host, { method: "DELETE", path: `/images/${encodeURIComponent(`${name}:1`)}` });
  },
);

registryTest(
  "a registry that asks for tokens takes a password and the token of an earlier login",
  { asks: "token" },
  async (place) => {
    const { engine, registry, name, open } = place;
    const closed = `${name}:1`;
    const free = `${registry.address}/public/${name.split("/").at(-1)}:1`;
    const config = (entry: Record<string, string>) => ({
      DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.address]: entry } }),
    });
    const known = [credentials(registry), config({ identitytoken: "alice-again" })];
    for (const env of known) {
      for (const image of [closed, free]) {
        await loadLayeredImage(engine.host, { tag: image, seed: name, sizes: [1000] });
        await using connected = await open(env);
        await dataOn(connected, "docker_push_image", { image });
        await dataOn(connected, "docker_remove_image", { image });
        await dataOn(connected, "docker_pull_image", { image });
        await dataOn(connected, "docker_remove_image", { image });
      }
    }
    await using nobody = await open();
    await dataOn(nobody, "docker_pull_image", { image: free });
    // Who pushes what is there already may need no rights for it.
    await loadLayeredImage(engine.host, { tag: free, seed: `${name} another`, sizes: [1000] });
    for (const [tool, image] of [["docker_push_image", free], ["docker_pull_image", closed]] as const) {
      const text = await failsOn(nobody, "DKR-016", { tool, args: { image } });
      assert.match(text, /\nNext: .*No credentials for 127/);
    }
    await dataOn(nobody, "docker_remove_image", { image: free });
    for (const env of [credentials(registry, "wrong"), config({ identitytoken: "stale" })]) {
      await using connected = await open(env);
      const text = await failsOn(connected, "DKR-016", { tool: "docker_pull_image", args: { image: closed } });
      assert.match(text, /\nNext: .*were refused, or do not reach this repository/);
    }
  },
);

registryTest("docker_pull_image warns of an image that is for another platform than was meant", {}, async (place) => {
  const { engine, name, open } = place;
  const image = `${name}:1`;
  await loadLayeredImage(engine.host, { tag: image, seed: name, sizes: [1000], architecture: "arm64" });
  await using connected = await open();
  await dataOn(connected, "docker_push_image", { image });
  const warnings = async (platform?: string) => {
    const pulled = await dataOn(connected, "docker_pull_image", { image, ...(platform ? { platform } : {}) });
    assert.equal(pulled.platform, "linux/arm64");
    return String(pulled.warnings);
  };
  assert.equal(await warnings("linux/arm64"), "undefined");
  for (const platform of [undefined, "linux/amd64"]) {
    assert.match(await warnings(platform), platform ? /linux\/amd64/ : /linux\/arm64.* the engine on linux\/amd64/);
  }
  await dataOn(connected, "docker_remove_image", { image });
});

registryTest(
  "a container of another platform has its image pulled, though one of this platform is here",
  {},
  async (place) => {
    const { engine, name, open } = place;
    const [image, container] = [`${name}:1`, `mcp-${name.split("/").at(-1)}`];
    const load = (architecture: string) =>
      loadLayeredImage(engine.host, { tag: image, seed: `${name}${architecture}`, sizes: [1000], architecture });
    await using connected = await open();
    await load("arm64");
    await dataOn(connected, "docker_push_image", { image });
    await dataOn(connected, "docker_remove_image", { image });
    await load("amd64");
    const args = { image, name: container, platform: "linux/arm64" };
    const never = await failsOn(connected, "DKR-003", {
      tool: "docker_create_container",
      args: { ...args, pull: "never" },
    });
    assert.match(never, /\nNext: .*docker_pull_image/);
    const platform = async () =>
      String(at(await dataOn(connected, "docker_inspect_image", { image }), "image", "platform"));
    await dataOn(connected, "docker_create_container", args);
    assert.match(await platform(), /^linux\/arm64/);
    await dataOn(connected, "docker_remove_container", { container });
    const other = { ...args, platform: "linux/riscv64" };
    const { text } = await callOn(connected, "docker_create_container", other);
    assert.match(text, /^\[DKR-004\] .*"platform": the registry gives|^\[DKR-016\] .*\nNext: .*platform/);
    await load("amd64");
    assert.equal(await platform(), "linux/amd64");
    const compose_yaml = `services: {web: {image: "${image}", platform: linux/arm64, scale: 0}}`;
    await dataOn(connected, "docker_compose_up", { compose_yaml, project_name: container });
    assert.match(await platform(), /^linux\/arm64/);
    await dataOn(connected, "docker_compose_down", { project_name: container });
  },
);
