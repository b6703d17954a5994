// The least that a server on the SDK can do: it answers each call at once, and asks no engine.
import { serveOnStdio } from "../../src/server/stdio.ts";

const outputSchema = { type: "object", properties: { ok: { type: "boolean" } } };

serveOnStdio({
  name: "floor",
  title: "Floor",
  version: "1",
  instructions: "",
  definitions: [{
    name: "floor",
    toolset: "floor",
    risk: "read",
    title: "Floor",
    description: "Answers at once",
    inputSchema: { type: "object" },
    outputSchema,
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  }],
  resources: [],
  prompts: [],
  whyWithheld: () => undefined,
  hosts: [],
  watch: () => Promise.resolve(() => {}),
  call: () => Promise.resolve({ kind: "answer", data: { ok: true }, text: "ok" }),
});
