import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/config.ts";
import { type Disk, fakeEnv, fakeSystem } from "./fake_system.ts";

const configOf = (env: Record<string, string>, disk: Disk = {}) =>
  parseConfig(["--host", "unix:///x.sock"], fakeEnv(env), fakeSystem(disk)).registry;

const cliFile = "/home/ada/.docker/config.json";
const auths = (entries: Record<string, unknown>) => JSON.stringify({ auths: entries });

Deno.test("credentials come from variables first, then from the file of docker login", () => {
  const env = {
    REGISTRY_USERNAME: "ada",
    REGISTRY_PASSWORD: "one",
    REGISTRY_AUTH_CONFIG: auths({ "a.example": { auth: btoa("eve:with:colon") } }),
    DOCKER_AUTH_CONFIG: auths({ "b.example": { username: "bob", password: "three" }, "e.example": {} }),
  };
  const file = JSON.stringify({
    auths: {
      "c.example": { auth: btoa("cid:four\0\0") },
      "d.example": { auth: btoa("<token>:"), identitytoken: "five", email: "d@example" },
    },
    credsStore: "desktop",
    credHelpers: { "gcr.io": "gcloud" },
    currentContext: "default",
  });
  assert.deepEqual(configOf(env, { files: { [cliFile]: file } }), {
    sources: [
      { from: "REGISTRY_USERNAME", secrets: [{ server: "docker.io", username: "ada", password: "one" }] },
      {
        from: "REGISTRY_AUTH_CONFIG",
        secrets: [{ server: "a.example", username: "eve", password: "with:colon" }],
      },
      { from: "DOCKER_AUTH_CONFIG", secrets: [{ server: "b.example", username: "bob", password: "three" }] },
      {
        from: cliFile,
        secrets: [
          { server: "c.example", username: "cid", password: "four" },
          { server: "d.example", username: "<token>", password: "", identityToken: "five" },
        ],
        helper: "desktop",
        helpers: { "gcr.io": "gcloud" },
      },
    ],
    unread: [],
    files: [cliFile],
  });
});

Deno.test("REGISTRY_SERVER names the registry, REGISTRY_AUTH_CONFIG may name a file, DOCKER_CONFIG another folder", () => {
  const named = configOf({ REGISTRY_USERNAME: "a", REGISTRY_PASSWORD: "b", REGISTRY_SERVER: "ghcr.io" });
  assert.equal(named.sources[0]?.secrets[0]?.server, "ghcr.io");
  const files = { "/run/auth.json": auths({ "a.example": { auth: btoa("a:b") } }), "/cfg/config.json": "{}" };
  const { sources, files: read } = configOf({ REGISTRY_AUTH_CONFIG: "/run/auth.json", DOCKER_CONFIG: "/cfg" }, {
    files,
  });
  assert.deepEqual(sources.map(({ from }) => from), ["/run/auth.json", "/cfg/config.json"]);
  assert.deepEqual(read, ["/run/auth.json", "/cfg/config.json"]);
});

Deno.test("credentials that cannot be read stop the start, and are not told", () => {
  const secret = "hunter2-hunter2";
  const wrong: [Record<string, string>, RegExp][] = [
    [{ REGISTRY_USERNAME: "ada" }, /^Cannot use REGISTRY_USERNAME: REGISTRY_PASSWORD is not set$/],
    [{ REGISTRY_PASSWORD: secret }, /^Cannot use REGISTRY_PASSWORD: REGISTRY_USERNAME is not set$/],
    [{ DOCKER_AUTH_CONFIG: `{"auths": ${secret}` }, /^Cannot use DOCKER_AUTH_CONFIG: expected JSON like/],
    [{ DOCKER_AUTH_CONFIG: auths({ a: { auth: secret } }) }, /^Cannot use DOCKER_AUTH_CONFIG: expected JSON like/],
    [{ DOCKER_AUTH_CONFIG: auths({ a: { auth: btoa(secret) } }) }, /^Cannot use DOCKER_AUTH_CONFIG: expected JSON/],
    [{ REGISTRY_AUTH_CONFIG: `{"auths": [${secret}]}` }, /^Cannot use REGISTRY_AUTH_CONFIG: expected JSON like/],
    [{ REGISTRY_AUTH_CONFIG: "/no/file" }, /^Cannot use "\/no\/file" for REGISTRY_AUTH_CONFIG: there is no such file$/],
  ];
  for (const [env, message] of wrong) {
    assert.throws(() => configOf(env), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hunter2|aHVudGVy/);
      return true;
    });
  }
});

Deno.test("a file of docker login that cannot be read does not stop the start", () => {
  assert.deepEqual(configOf({}, { forbidden: ["/home/ada/.docker"] }), {
    sources: [],
    unread: [`"${cliFile}": not looked at: Deno has no permission`],
    files: [],
  });
  assert.match(configOf({}, { files: { [cliFile]: "{" } }).unread[0] ?? "", /config\.json": expected JSON like/);
  assert.deepEqual(configOf({}), { sources: [], unread: [], files: [] });
});
