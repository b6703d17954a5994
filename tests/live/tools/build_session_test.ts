import assert from "node:assert/strict";
import { temporaryFolder } from "../../temporary.ts";
import { credentials, registryTest } from "./registry_scene.ts";
import { dataOn, failsOn, sceneTest } from "./scene.ts";

const build = "docker_build_image";

sceneTest("docker_build_image gives a step its secrets, and keeps them out of what it tells and makes", async (s) => {
  using folder = temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/word`, "xyzzy-1789\nplugh-0042\n");
  await Deno.writeFile(`${folder.path}/blob`, new Uint8Array(300 * 1024).fill(255));
  const connected = await s.also({ args: ["--folders", folder.path] });
  const secrets = { word: `${folder.path}/word`, blob: `${folder.path}/blob` };
  const mounts = "--mount=type=secret,id=word --mount=type=secret,id=blob";
  const seen = "test $(head -n1 /run/secrets/word) = xyzzy-1789 && test $(wc -c < /run/secrets/blob) = 307200";
  const tags = `${s.prefix}:secrets`;
  await dataOn(connected, build, {
    ...{ dockerfile: `FROM ${s.image}\nRUN ${mounts} ${seen}\nRUN test ! -s /run/secrets/word\n`, secrets, tags },
  });
  const dockerfile = `FROM ${s.image}\nRUN ${mounts} cat /run/secrets/word; exit 3\n`;
  const told = await failsOn(connected, "DKR-022", { tool: build, args: { dockerfile, secrets } });
  assert.match(told, /exit code 3[^]*\|\[redacted\]\n\|\[redacted\]\n/);
  const other = `FROM ${s.image}\nRUN --mount=type=secret,id=other,required=true cat /run/secrets/other\n`;
  const missing = await failsOn(connected, "DKR-022", { tool: build, args: { dockerfile: other, secrets } });
  assert.match(missing, /secret other(?: not found)?: not found\nNext: Give the secret: secrets \{"id": "\/path"\}/);
  const outside = { dockerfile, secrets: { word: "/etc/hostname" } };
  await failsOn(connected, "DKR-011", { tool: build, args: outside });
  await Deno.writeFile(`${folder.path}/huge`, new Uint8Array(512_001));
  const huge = { dockerfile, secrets: { word: `${folder.path}/huge` } };
  assert.match(await failsOn(connected, "DKR-004", { tool: build, args: huge }), /512001 bytes, and at most 512000/);
});

sceneTest(
  "docker_build_image leaves out a secret that nobody gave, where the Dockerfile can do without it",
  async (s) => {
    const dockerfile = `FROM ${s.image}\nRUN --mount=type=secret,id=word test ! -e /run/secrets/word\n`;
    await s.data(build, { dockerfile, tags: `${s.prefix}:without`, no_cache: true });
    const required = dockerfile.replace("id=word", "id=word,required=true");
    assert.match(await s.fails("DKR-022", build, { dockerfile: required }), /secret .*\bword\b/);
  },
);

registryTest("docker_build_image fetches a base image that only the operator's account may have", {
  asks: "password",
}, async ({ engine, image: base, registry, name, open }) => {
  await using owner = await open(credentials(registry));
  const image = `${name}:base`;
  await dataOn(owner, "docker_tag_image", { image: base, tag: image });
  await dataOn(owner, "docker_push_image", { image });
  const dockerfile = `FROM ${image}\nRUN true\n`;
  const args = { dockerfile, pull: true, tags: `mcp-private-${engine.pid()}:1`, no_cache: true };
  await dataOn(owner, build, args);
  await using stranger = await open();
  const told = await failsOn(stranger, "DKR-022", { tool: build, args });
  assert.match(
    told,
    /(authorization failed|no basic auth credentials|unauthorized|authentication required)[^]*\nNext: /i,
  );
  await using wrong = await open(credentials(registry, "not it"));
  for (const text of [told, await failsOn(wrong, "DKR-022", { tool: build, args })]) {
    assert.match(text, /\nNext: .*REGISTRY_SERVER, REGISTRY_USERNAME/);
  }
});
