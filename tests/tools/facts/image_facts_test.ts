import assert from "node:assert/strict";
import { commandOf, summarizeImage } from "../../../src/tools/facts/image_facts.ts";

const row = (CreatedBy: string) => ({ Id: "<missing>", Created: 0, CreatedBy, Comment: "", Size: 0 });

Deno.test("commandOf() says a layer as its Dockerfile did", () => {
  const table: [string, string][] = [
    ['/bin/sh -c #(nop)  CMD ["nginx"]', 'CMD ["nginx"]'],
    ["/bin/sh -c apk add curl", "RUN apk add curl"],
    ["RUN /bin/sh -c apk add curl # buildkit", "RUN apk add curl"],
    ["|2 A=1 B=two words /bin/sh -c make", "RUN make"],
    ["RUN |1 A=1 /bin/sh -c make # buildkit", "RUN make"],
    ["COPY . /app # buildkit", "COPY . /app"],
    ["", ""],
    ["RUN /bin/sh -c a &&\n\t  b \u001b[31m# buildkit", "RUN a && b"],
    [`COPY ${"x".repeat(200)}`, `COPY ${"x".repeat(115)}...`],
  ];
  for (const [said, expected] of table) assert.equal(commandOf(row(said), false), expected, said);
  assert.equal(commandOf(row(`COPY ${"x".repeat(200)}`), true), `COPY ${"x".repeat(200)}`);
});

Deno.test("summarizeImage() leaves out what an image does not say", () => {
  const bare = { Id: `sha256:${"1".repeat(64)}`, Size: 0, Os: "linux", Architecture: "arm64", Variant: "v8" };
  assert.deepEqual(summarizeImage({ ...bare, Created: "0001-01-01T00:00:00Z", Config: null, RepoTags: null }, []), {
    id: "111111111111",
    bytes: 0,
    platform: "linux/arm64/v8",
  });
  const Config = { Healthcheck: { Test: ["NONE"] }, Cmd: null, Labels: null, Env: null };
  assert.deepEqual(summarizeImage({ ...bare, RepoTags: ["<none>:<none>"], Config }, ["web"]), {
    id: "111111111111",
    bytes: 0,
    platform: "linux/arm64/v8",
    used_by: ["web"],
  });
});
