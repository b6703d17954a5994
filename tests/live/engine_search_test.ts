import assert from "node:assert/strict";
import { engineAnswers } from "./engine_api.ts";
import { findEngine } from "./engine_search.ts";

Deno.test("an engine is found at the socket of Colima, unless the usual one answers", async () => {
  await withFakeEngine(".colima/default", async (home, host) => {
    const usual = "unix:///var/run/docker.sock";
    assert.equal(await findEngine({ HOME: home }), await engineAnswers(usual, 3000) ? usual : host);
  });
});

Deno.test("DOCKER_HOST is binding: where it does not answer, no other engine is taken", async () => {
  await withFakeEngine(".colima/default", async (home, host) => {
    assert.equal(await findEngine({ HOME: home, DOCKER_HOST: host }), host);
    assert.equal(await findEngine({ HOME: home, DOCKER_HOST: `${host}.gone` }), undefined);
  });
});

/** Serves a ping on the socket in a folder of a temporary home. */
async function withFakeEngine(folder: string, fn: (home: string, host: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "docker-mcp-test-" });
  await Deno.mkdir(`${home}/${folder}`, { recursive: true });
  const path = `${home}/${folder}/docker.sock`;
  const server = Deno.serve({ path, onListen() {} }, () => new Response("OK"));
  try {
    await fn(home, `unix://${path}`);
  } finally {
    await server.shutdown();
    await Deno.remove(home, { recursive: true });
  }
}
