import assert from "node:assert/strict";
import { parseReference } from "../../../src/tools/facts/pull.ts";

Deno.test("parseReference() tells a tag from a port and from a digest", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const table: [string, string, string][] = [
    ["nginx", "nginx", "latest"],
    ["nginx:1.27", "nginx", "1.27"],
    ["ghcr.io/team/app", "ghcr.io/team/app", "latest"],
    ["registry:5000/team/app", "registry:5000/team/app", "latest"],
    ["registry:5000/team/app:1.2", "registry:5000/team/app", "1.2"],
    [`nginx@${digest}`, "nginx", digest],
    [`registry:5000/nginx:1.27@${digest}`, "registry:5000/nginx", digest],
  ];
  for (const [image, name, tag] of table) assert.deepEqual(parseReference(image), { name, tag }, image);
});
