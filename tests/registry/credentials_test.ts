import assert from "node:assert/strict";
import {
  accountsOf,
  type CredentialOptions,
  credentialsFor,
  type SecretSource,
} from "../../src/registry/credentials.ts";

const ada = { username: "ada", password: "lovelace" };
const options = (...sources: SecretSource[]): CredentialOptions => ({ sources, unread: [] });

function sent(header: string | undefined): unknown {
  return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(header ?? "", { alphabet: "base64url" })));
}

Deno.test("credentialsFor() knows a registry in every spelling that Docker writes", () => {
  const hub = ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "https://registry-1.docker.io/v2/"];
  const own = ["r.example:5000", "https://r.example:5000", "https://r.example:5000/v1/", "http://r.example:5000/v2/"];
  for (const [registry, servers] of [["docker.io", hub], ["r.example:5000", own]] as const) {
    for (const server of servers) {
      const { account } = credentialsFor(registry, options({ from: "here", secrets: [{ server, ...ada }] }));
      assert.deepEqual(account, { kind: "given", from: "here" }, server);
    }
  }
  const others = ["r.example", "r.example:5001", "other/r.example:5000", "https://index.docker.io/v1/access-token"];
  for (const server of others) {
    for (const registry of ["r.example:5000", "docker.io"]) {
      const { account, header } = credentialsFor(registry, options({ from: "here", secrets: [{ server, ...ada }] }));
      assert.deepEqual([account, header], [{ kind: "none", unread: [] }, undefined], server);
    }
  }
});

Deno.test("credentialsFor() prefers the plain name, and the first place that knows the registry", () => {
  const first = { from: "first", secrets: [{ server: "https://a.example/v1/", username: "old" }] };
  const second = {
    from: "second",
    secrets: [{ server: "https://b.example/v1/", username: "old" }, { server: "b.example", username: "new" }],
  };
  const third = { from: "third", secrets: [{ server: "a.example", username: "late" }] };
  const from = (registry: string) => credentialsFor(registry, options(first, second, third));
  assert.deepEqual(sent(from("a.example").header), { username: "old", serveraddress: "a.example" });
  assert.deepEqual(sent(from("b.example").header), { username: "new", serveraddress: "b.example" });
});

Deno.test("credentialsFor() sends padded base64 of the URL alphabet, with the server as Docker calls it", () => {
  for (const password of ["a", "ab", "abc", "?>ÿ~~~"]) {
    const secrets = [{ server: "docker.io", username: "ada", password }];
    const { header = "" } = credentialsFor("docker.io", options({ from: "here", secrets }));
    assert.match(header, /^[\w-]+={0,2}$/);
    assert.equal(header.length % 4, 0);
    assert.deepEqual(sent(header), { username: "ada", password, serveraddress: "https://index.docker.io/v1/" });
  }
  const secrets = [{ server: "ghcr.io", identityToken: "refresh", registryToken: "bearer" }];
  assert.deepEqual(sent(credentialsFor("ghcr.io", options({ from: "here", secrets })).header), {
    identitytoken: "refresh",
    registrytoken: "bearer",
    serveraddress: "ghcr.io",
  });
});

Deno.test("credentialsFor() names the program that keeps an account, and does not use what lies beside it", () => {
  const file = "/home/ada/.docker/config.json";
  const stale = [{ server: "ghcr.io", ...ada }, { server: "docker.io", ...ada }, { server: "quay.io", ...ada }];
  const helpers = { "ghcr.io": "gh", "https://index.docker.io/v1/": "hub" };
  const some = options({ from: file, secrets: stale, helpers });
  assert.deepEqual(credentialsFor("ghcr.io", some).account, { kind: "helper", program: "gh", from: file });
  assert.deepEqual(credentialsFor("docker.io", some).account, { kind: "helper", program: "hub", from: file });
  assert.deepEqual(credentialsFor("quay.io", some).account, { kind: "given", from: file });
  const all = options({ from: file, secrets: stale, helper: "desktop", helpers });
  assert.deepEqual(credentialsFor("quay.io", all), {
    registry: "quay.io",
    account: { kind: "helper", program: "desktop", from: file },
  });
  // A variable in front of the file still counts.
  const own = { from: "REGISTRY_USERNAME", secrets: [{ server: "quay.io", ...ada }] };
  const both = { ...all, sources: [own, ...all.sources] };
  assert.deepEqual(credentialsFor("quay.io", both).account, { kind: "given", from: "REGISTRY_USERNAME" });
});

Deno.test("accountsOf() knows a registry as a builder calls it, and sends the others all accounts", () => {
  assert.equal(accountsOf(options({ from: "here", secrets: [] })), undefined);
  const secrets = [
    { server: "docker.io", ...ada },
    { server: "r.example:5000", ...ada, identityToken: "refresh" },
    { server: "only.example", registryToken: "bearer" },
    { server: "kept.example", ...ada },
  ];
  const accounts = accountsOf(options({ from: "here", secrets, helpers: { "kept.example": "gh" } }));
  const login = { username: "ada", secret: "lovelace" };
  for (const server of ["https://index.docker.io/v1/", "registry-1.docker.io", "docker.io"]) {
    assert.deepEqual(accounts?.login(server), login, server);
  }
  assert.deepEqual(accounts?.login("r.example:5000"), { username: "", secret: "refresh" });
  for (const server of ["r.example", "only.example", "kept.example", "evil.example/docker.io"]) {
    assert.equal(accounts?.login(server), undefined, server);
  }
  const all = Object(sent(accounts?.header));
  assert.deepEqual(Object.keys(all), ["https://index.docker.io/v1/", "r.example:5000", "only.example"]);
  assert.deepEqual(all["https://index.docker.io/v1/"], { ...ada, serveraddress: "https://index.docker.io/v1/" });
});
