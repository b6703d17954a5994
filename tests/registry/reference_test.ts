import assert from "node:assert/strict";
import { parseReference, shortName, shortReference, versionOf } from "../../src/registry/reference.ts";

const sha = "a".repeat(64);
const digest = `sha256:${sha}`;

Deno.test("parseReference() tells registry, repository, tag and digest apart as Docker does", () => {
  const table: [text: string, registry: string, repository: string, version: string, short: string][] = [
    ["nginx", "docker.io", "library/nginx", "latest", "nginx:latest"],
    ["nginx:1.27", "docker.io", "library/nginx", "1.27", "nginx:1.27"],
    ["team/app", "docker.io", "team/app", "latest", "team/app:latest"],
    ["docker.io/nginx", "docker.io", "library/nginx", "latest", "nginx:latest"],
    ["index.docker.io/library/nginx", "docker.io", "library/nginx", "latest", "nginx:latest"],
    ["library/a/b", "docker.io", "library/a/b", "latest", "library/a/b:latest"],
    ["ghcr.io/team/app", "ghcr.io", "team/app", "latest", "ghcr.io/team/app:latest"],
    ["localhost/app", "localhost", "app", "latest", "localhost/app:latest"],
    ["LOCALDOMAIN/app", "LOCALDOMAIN", "app", "latest", "LOCALDOMAIN/app:latest"],
    ["registry:5000/team/app:1.2", "registry:5000", "team/app", "1.2", "registry:5000/team/app:1.2"],
    ["[fc00::1]:5000/docker", "[fc00::1]:5000", "docker", "latest", "[fc00::1]:5000/docker:latest"],
    ["192.168.0.1:80", "docker.io", "library/192.168.0.1", "80", "192.168.0.1:80"],
    ["dock__er/a.b_c---d", "docker.io", "dock__er/a.b_c---d", "latest", "dock__er/a.b_c---d:latest"],
    [`nginx@${digest}`, "docker.io", "library/nginx", digest, `nginx@${digest}`],
    [`r:5000/nginx:1.27@${digest}`, "r:5000", "nginx", digest, `r:5000/nginx@${digest}`],
  ];
  for (const [text, registry, repository, version, short] of table) {
    const reference = parseReference(text);
    assert.deepEqual(
      [reference.registry, reference.repository, versionOf(reference), shortReference(reference)],
      [registry, repository, version, short],
      text,
    );
    assert.deepEqual(parseReference(shortName(reference)).repository, repository, text);
  }
  assert.deepEqual(parseReference(`a:1@${digest}`), {
    registry: "docker.io",
    repository: "library/a",
    tag: "1",
    digest,
  });
});

Deno.test("parseReference() says what is wrong with a name", () => {
  const form = "expected [registry/]name[:tag][@digest], the name in lower case letters, digits and . _ - /";
  const table: [text: string, why: string][] = [
    ["", form],
    [":tag", form],
    ["docker///docker", form],
    ["-docker", form],
    ["docker-", form],
    ["dock..er/docker", form],
    ["nginx:1 27", form],
    [`nginx:${"t".repeat(129)}`, form],
    ["[fc00::1]:5000", form],
    ["[fe80::1%eth0]:5000/debian", form],
    ["https://github.com/docker/docker", "it is written without https://"],
    ["docker/Docker", "the name must be in lower case"],
    ["Uppercase:tag", "the name must be in lower case"],
    [sha, "64 hexadecimal digits are an id"],
    ["nginx@sha1:abc", "a digest begins with sha256:"],
    ["nginx@sha256:abc", "a sha256 digest has 64 hexadecimal digits in lower case"],
    [`nginx@${digest.toUpperCase().replace("SHA", "sha")}`, "a sha256 digest has 64 hexadecimal digits in lower case"],
    ["a".repeat(256), "the name is longer than 255 characters"],
    ["a".repeat(1001), "it is longer than 1000 characters"],
  ];
  for (const [text, why] of table) {
    const message = `Cannot read the image name "${text.slice(0, 300)}": ${why}`;
    assert.throws(() => parseReference(text), { name: "RegistryError", message, fault: { kind: "reference" } }, text);
  }
});

Deno.test("parseReference() takes no time over a name that was made to take long", () => {
  const started = performance.now();
  for (const part of ["a", "a.", "a-", "a/", "a__"]) {
    assert.throws(() => parseReference(`${part.repeat(900 / part.length)}!`));
  }
  assert.ok(performance.now() - started < 200);
});

Deno.test("an id is told from a name, with and without its algorithm", () => {
  for (const id of ["a".repeat(64), `sha256:${"a".repeat(64)}`]) {
    assert.throws(() => parseReference(id), /64 hexadecimal digits are an id/);
  }
});
