import assert from "node:assert/strict";
import definitions from "../../src/server/definitions.json" with { type: "json" };
import { connect } from "../connect.ts";
import { definitionTokens, tokensOf, usualTools } from "./tokens.ts";

Deno.test("tokens are those of cl100k", () => {
  assert.equal(tokensOf("docker_list_containers shows 1234567 containers"), 10);
  assert.equal(
    definitionTokens([{ name: "docker", description: "docker", inputSchema: {} }]),
    tokensOf("dockerdocker{}"),
  );
});

const offered = definitionTokens(definitions);

Deno.test(`all ${definitions.length} tools cost a model less than 5,500 tokens: ${offered}`, () => {
  assert.ok(offered < 5500);
});

Deno.test("the 37 usual tools cost a model less than 3,000 tokens together", () => {
  const some = definitions.filter(({ name }) => usualTools.includes(name));
  assert.equal(some.length, 37);
  assert.ok(definitionTokens(some) < 3000, `${definitionTokens(some)}`);
});

Deno.test("twenty containers with their ports are told in less than 500 tokens", async () => {
  await using connected = await connect();
  const roles = ["web", "api", "worker", "cache", "database"];
  for (let i = 0; i < 20; i++) {
    await connected.text("docker_run_container", {
      image: "busybox:1.37",
      name: `shop-${roles[i % roles.length]}-${1 + Math.floor(i / roles.length)}`,
      command: ["sleep", "1d"],
      ports: [`127.0.0.1:${8080 + i}:80`, ...(i % 3 === 0 ? [`${5432 + i}:5432`] : [])],
    });
  }
  const list = await connected.text("docker_list_containers");
  assert.equal(list.split("\n").length, 21);
  assert.ok(tokensOf(list) < 500, `${tokensOf(list)} tokens`);
});
