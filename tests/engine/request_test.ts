import assert from "node:assert/strict";
import { EngineError } from "../../src/engine/errors.ts";
import { path, queryString } from "../../src/engine/request.ts";

Deno.test("path`` encodes what is inserted, so that a name cannot change the endpoint", () => {
  assert.equal(path`/containers/${"web"}/stop`, "/containers/web/stop");
  assert.equal(path`/images/${"team/app:1?x#y"}/json`, "/images/team%2Fapp%3A1%3Fx%23y/json");
  for (const name of [".", "..", "../../etc", "a/../b", "a//b", "/a", "a/", "./a"]) {
    assert.throws(
      () => path`/containers/${name}/json`,
      (error) => error instanceof EngineError && error.status === 400,
    );
  }
});

Deno.test("queryString() leaves out what is undefined and sends filters as JSON", () => {
  assert.equal(queryString({}), "");
  assert.equal(queryString({ all: true, limit: undefined }), "?all=true");
  assert.equal(queryString({ filters: { status: ["exited"] } }), "?filters=%7B%22status%22%3A%5B%22exited%22%5D%7D");
});
