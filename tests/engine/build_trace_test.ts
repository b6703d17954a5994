import assert from "node:assert/strict";
import { decodeTrace } from "../../src/engine/build_trace.ts";
import { traceOf } from "../fake_builds.ts";

// What Docker 28.5 sent for `RUN echo out; exit 7` on a base image that was there.
const recorded = {
  cached:
    "CpMBCkdzaGEyNTY6ZGQ4NWFlYzE5OWUwMjZiZTk1MTg1MDVkODkzNGQ1ZDg4NGMwOTY4ZDg5NTI4YWE1OGFiYTI1YTY1NzBkY2MyNxosWzEvMl0gRlJPTSBkb2NrZXIuaW8vZG9ja2VyLW1jcC9idXN5Ym94OnRlc3QqDAjXioXYBhCaioz8ATIMCNeKhdgGEN7ekvwBCpUBCkdzaGEyNTY6ZGQ4NWFlYzE5OWUwMjZiZTk1MTg1MDVkODkzNGQ1ZDg4NGMwOTY4ZDg5NTI4YWE1OGFiYTI1YTY1NzBkY2MyNxosWzEvMl0gRlJPTSBkb2NrZXIuaW8vZG9ja2VyLW1jcC9idXN5Ym94OnRlc3QgASoMCNeKhdgGEMesm/wBMgwI14qF2AYQyJmd/AE=",
  log:
    "Gl8KR3NoYTI1NjphNTI4MGY2OTI0M2IyMDljNzVlNmU4NTYzYmQwMjQ2ZjJiMzdlZDU4YzNlYWM0NmZiNWZhYmYzZjA1ZjhmMGU2EgwI14qF2AYQyoLl7QIYASIEb3V0Cg==",
  failed:
    "Cp0CCkdzaGEyNTY6YTUyODBmNjkyNDNiMjA5Yzc1ZTZlODU2M2JkMDI0NmYyYjM3ZWQ1OGMzZWFjNDZmYjVmYWJmM2YwNWY4ZjBlNhJHc2hhMjU2OmRkODVhZWMxOTllMDI2YmU5NTE4NTA1ZDg5MzRkNWQ4ODRjMDk2OGQ4OTUyOGFhNThhYmEyNWE2NTcwZGNjMjcaGlsyLzJdIFJVTiBlY2hvIG91dDsgZXhpdCA3KgwI14qF2AYQs/73/AEyDAjXioXYBhCoy5r+AjpRcHJvY2VzcyAiL2Jpbi9zaCAtYyBlY2hvIG91dDsgZXhpdCA3IiBkaWQgbm90IGNvbXBsZXRlIHN1Y2Nlc3NmdWxseTogZXhpdCBjb2RlOiA3",
};
const failing = "sha256:a5280f69243b209c75e6e8563bd0246f2b37ed58c3eac46fb5fabf3f05f8f0e6";

Deno.test("decodeTrace() reads steps as BuildKit sends them", () => {
  const { vertexes } = decodeTrace(recorded.cached);
  assert.deepEqual(vertexes.map(({ name, cached, error }) => ({ name, cached, error })), [
    { name: "[1/2] FROM docker.io/docker-mcp/busybox:test", cached: false, error: "" },
    { name: "[1/2] FROM docker.io/docker-mcp/busybox:test", cached: true, error: "" },
  ]);
  const [failed] = decodeTrace(recorded.failed).vertexes;
  assert.deepEqual(failed, {
    digest: failing,
    name: "[2/2] RUN echo out; exit 7",
    cached: false,
    started: 1795245399000 + 530448179 / 1e6,
    completed: 1795245399000 + 801547688 / 1e6,
    error: 'process "/bin/sh -c echo out; exit 7" did not complete successfully: exit code: 7',
  });
});

Deno.test("decodeTrace() reads output as bytes", () => {
  const { logs, vertexes } = decodeTrace(recorded.log);
  assert.deepEqual(logs.map(({ vertex, bytes }) => [vertex, new TextDecoder().decode(bytes)]), [[failing, "out\n"]]);
  assert.deepEqual(vertexes, []);
});

Deno.test("decodeTrace() reads warnings and the progress of layers", () => {
  const layer = { id: "sha256:1", vertex: failing, current: 5, total: 5_000_000_000 };
  const trace = decodeTrace(traceOf({ statuses: [layer], warnings: ["LegacyKeyValueFormat: no (line 2)"] }));
  assert.deepEqual(trace.statuses, [layer]);
  assert.deepEqual(trace.warnings, ["LegacyKeyValueFormat: no (line 2)"]);
});

Deno.test("decodeTrace() throws where the bytes are no trace", () => {
  assert.throws(() => decodeTrace("Cp0C"));
  assert.throws(() => decodeTrace("not base64!"));
});
