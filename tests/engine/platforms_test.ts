import assert from "node:assert/strict";
import { isFor } from "../../src/engine/platforms.ts";

Deno.test("platforms are compared as containerd does", () => {
  const fitting: [platform: string, os: string, architecture: string, variant?: string][] = [
    ["linux/amd64", "linux", "amd64"],
    ["Linux/x86_64", "linux", "amd64", "v1"],
    ["linux", "linux", "arm64", "v8"],
    ["aarch64", "linux", "arm64"],
    ["linux/arm64", "linux", "arm64", "v8"],
    ["linux/arm64/v8", "linux", "arm64"],
    ["linux/arm64/8", "linux", "arm64", "v8"],
    ["linux/arm", "linux", "arm", "v7"],
    ["linux/armhf", "linux", "arm", "v7"],
    ["linux/armel", "linux", "arm", "v6"],
    ["linux/i386", "linux", "386"],
  ];
  for (const [platform, os, architecture, variant] of fitting) {
    assert.ok(isFor(platform, { os, architecture, ...(variant ? { variant } : {}) }), platform);
  }
  const others: [platform: string, os: string, architecture: string, variant?: string][] = [
    ["linux/amd64", "linux", "arm64"],
    ["windows/amd64", "linux", "amd64"],
    ["windows", "linux", "amd64"],
    ["linux/arm/v6", "linux", "arm", "v7"],
    ["linux/arm/v7", "linux", "arm", "v6"],
    ["linux/amd64/v3", "linux", "amd64"],
    ["arm64", "linux", "amd64"],
  ];
  for (const [platform, os, architecture, variant] of others) {
    assert.ok(!isFor(platform, { os, architecture, ...(variant ? { variant } : {}) }), platform);
  }
});
