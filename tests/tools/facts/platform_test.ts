import assert from "node:assert/strict";
import { platformWarning } from "../../../src/tools/facts/platform.ts";

const engine = { Os: "linux", Arch: "amd64" };

function warningOf(platform: string, options: { wanted?: string; arch?: string; mediaType?: string } = {}) {
  const { wanted, arch: Arch = engine.Arch, mediaType } = options;
  const [Os = "", Architecture = "", Variant] = platform.split("/");
  const image = { Id: "sha256:1", Size: 1, Os, Architecture, ...(Variant ? { Variant } : {}) };
  return platformWarning({ ...image, ...(mediaType ? { Descriptor: { mediaType } } : {}) }, {
    wanted,
    engine: { ...engine, Arch },
  });
}

Deno.test("an image for what was asked, or for what the engine runs by itself, is worth no warning", () => {
  for (const wanted of ["linux/arm64", "linux/arm64/v8", "arm64", "linux", "linux/aarch64", "LINUX/ARM64"]) {
    assert.equal(warningOf("linux/arm64/v8", { wanted }), undefined, wanted);
  }
  assert.equal(warningOf("linux/386"), undefined);
  assert.equal(warningOf("linux/arm/v7", { arch: "aarch64" }), undefined);
});

Deno.test("an image for another platform is told, unless its name stands for several", () => {
  assert.match(warningOf("linux/amd64", { wanted: "linux/arm64" }) ?? "", /is for linux\/amd64, not for linux\/arm64/);
  assert.match(warningOf("windows/amd64") ?? "", /is for windows\/amd64, and the engine on linux\/amd64/);
  const mediaType = "application/vnd.oci.image.index.v1+json";
  assert.equal(warningOf("linux/amd64", { wanted: "linux/arm64", mediaType }), undefined);
});
