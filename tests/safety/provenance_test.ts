import assert from "node:assert/strict";
import { engine } from "../../src/engine/engine.ts";
import type { EngineRequest } from "../../src/engine/request.ts";
import { stubEngine } from "./stub_engine.ts";

function ours(kind: string): Record<string, string> {
  return { "com.docker-mcp.managed": kind, "com.docker-mcp.version": "1.2.3" };
}

const instructions = ["LABEL com.docker-mcp.managed=image", "LABEL com.docker-mcp.version=1.2.3"];

/** What an engine gets of a request. */
async function sent(request: Omit<EngineRequest, "reply" | "method">, { labels = true } = {}): Promise<EngineRequest> {
  const { transport, changed } = stubEngine({}, { labels });
  await transport.send({ method: "POST", reply: "whole", ...request });
  const [only] = changed;
  assert.ok(only && changed.length === 1);
  return only;
}

async function bodyOf(path: string, value: unknown, options?: { labels: boolean }): Promise<unknown> {
  const { body } = await sent({ path, body: { kind: "json", value } }, options);
  return body?.kind === "json" ? body.value : undefined;
}

Deno.test("what is made bears the labels of this server, whoever asks for it", async () => {
  for (const kind of ["container", "network", "volume"]) {
    assert.deepEqual(await bodyOf(`/${kind}s/create`, { Name: "x" }), { Name: "x", Labels: ours(kind) });
  }
  assert.deepEqual((await sent({ path: "/build", query: { t: "x" } })).query, { t: "x", labels: ours("image") });
  assert.deepEqual((await sent({ path: "/commit", query: { container: "x" } })).query, {
    container: "x",
    changes: new Set(instructions),
  });
  const imported = await sent({ path: "/images/create", query: { fromSrc: "-", changes: new Set(['CMD ["sh"]']) } });
  assert.deepEqual(imported.query, { fromSrc: "-", changes: new Set([...instructions, 'CMD ["sh"]']) });
});

Deno.test("labels that were given are kept, in any spelling, also where they are this server's own", async () => {
  const given = { team: "blue", "com.docker-mcp.version": "0.9" };
  const kept = { "com.docker-mcp.managed": "container", ...given };
  assert.deepEqual(await bodyOf("/containers/create", { Image: "x", Labels: given }), { Image: "x", Labels: kept });
  assert.deepEqual(await bodyOf("/containers/create", { labels: given }), { labels: given, Labels: kept });
  assert.deepEqual(await bodyOf("/volumes/create", { Labels: null }), { Labels: ours("volume") });
  const { query } = await sent({ path: "/build", query: { labels: given } });
  assert.deepEqual(query?.["labels"], { ...ours("image"), ...given });
});

Deno.test("labels the engine will refuse are sent as they are, so that it can", async () => {
  for (const value of [{ Labels: ["a=b"] }, { Labels: "a" }, null]) {
    assert.deepEqual(await bodyOf("/containers/create", value), value);
  }
});

Deno.test("what is fetched, loaded, named or changed bears no labels of this server", async () => {
  const requests: Omit<EngineRequest, "reply" | "method">[] = [
    { path: "/images/create", query: { fromImage: "x", tag: "1" } },
    { path: "/images/load", body: { kind: "tar", content: new Uint8Array() } },
    { path: "/images/x/tag", query: { repo: "y", tag: "1" } },
    { path: "/containers/x/update", body: { kind: "json", value: { Memory: 1 } } },
    { path: "/containers/x/exec", body: { kind: "json", value: { Cmd: ["id"] } } },
  ];
  for (const request of requests) {
    assert.deepEqual(await sent(request), { method: "POST", reply: "whole", ...request });
  }
});

Deno.test("--no-labels leaves every request as it is", async () => {
  assert.deepEqual(await bodyOf("/containers/create", { Image: "x" }, { labels: false }), { Image: "x" });
  assert.equal((await sent({ path: "/build" }, { labels: false })).query, undefined);
});

Deno.test("the functions of the engine send the labels with what they make", async () => {
  const { transport, changed } = stubEngine({}, { labels: true });
  const { networks, volumes } = engine(transport);
  await networks.create({ Name: "x" });
  await volumes.create({ Name: "x" });
  const labels = changed.map(({ body }) => body?.kind === "json" && JSON.stringify(body.value));
  for (const [i, kind] of ["network", "volume"].entries()) {
    assert.ok(String(labels[i]).includes(`"Labels":${JSON.stringify(ours(kind))}`), String(labels[i]));
  }
});
