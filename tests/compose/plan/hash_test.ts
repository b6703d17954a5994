import assert from "node:assert/strict";
import { load } from "../../../src/compose/compose.ts";
import { networkHash, serviceHash, volumeHash } from "../../../src/compose/plan/hash.ts";
import type { Service } from "../../../src/compose/project.ts";
import { hostOf } from "../corpus.ts";

async function project(text: string) {
  return await load(hostOf(new Map()), { text, name: "s1" });
}

async function service(attributes: string): Promise<Service> {
  const { services } = await project(`services: {b: {image: b}, web: {image: nginx, profiles: [], ${attributes}}}`);
  const found = services.get("web");
  assert.ok(found);
  return found;
}

Deno.test("what does not change a container is not in its hash", async () => {
  const plain = serviceHash(await service("build: ., deploy: {}"));
  const same = await service("build: ./other, pull_policy: always, scale: 3, deploy: {replicas: 3}, depends_on: [b]");
  assert.equal(serviceHash(same), plain);
  assert.notEqual(serviceHash(await service("build: ., deploy: {}, hostname: h")), plain);
});

Deno.test("versions of Compose before 5 hash a bind mount differently", async () => {
  const bind = await service('volumes: ["/a:/b"]');
  const hashes = ["5.0.0", "v5.3.1", "2.40.3", "2.30.2", "something else"].map((version) => serviceHash(bind, version));
  const [v5, , v2] = hashes;
  assert.deepEqual(hashes, [v5, v5, v2, v2, v5]);
  assert.notEqual(v5, v2);
});

Deno.test("older versions hash dependencies and profiles as well", async () => {
  const named = { ...await service("depends_on: [b]"), profiles: ["p"] };
  const hashes = ["2.30.2", "2.30.1", "2.29.3", "2.29.2", "2.24.0"].map((version) => serviceHash(named, version));
  const [none, profiles, , both] = hashes;
  assert.deepEqual(hashes, [none, profiles, profiles, both, both]);
  assert.equal(new Set([none, profiles, both]).size, 3);
});

Deno.test("the files of labels are hashed beside the labels that were in them", async () => {
  const host = hostOf(new Map([["/project/l.env", "a=1\n"]]));
  const { services } = await load(host, { text: "services: {a: {image: b, label_file: ./l.env, labels: {c: 2}}}" });
  const wanted =
    '{"command":null,"entrypoint":null,"image":"b","labels":{"a":"1","c":"2"},"label_file":["/project/l.env"],' +
    '"networks":{"default":null}}';
  for (const version of ["2.40.3", "5.0.0"]) {
    assert.equal(serviceHash(services.get("a") ?? {}, version), sha256(wanted));
  }
});

Deno.test("networks and volumes hash as Compose labels them", async () => {
  const { networks, volumes } = await project(
    "services: {a: {image: a, networks: [back], volumes: ['data:/d']}}\nnetworks: {back: {internal: true}}\nvolumes: {data: }",
  );
  const [network, volume] = [networks.get("back"), volumes.get("data")];
  assert.ok(network && volume);
  assert.equal(networkHash(network), sha256('{"name":"s1_back","ipam":{},"internal":true}'));
  assert.equal(volumeHash(volume), sha256('{"name":"s1_data","driver":"local"}'));
});

function sha256(text: string): string {
  return globalThis.process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");
}
