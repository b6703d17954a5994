import assert from "node:assert/strict";
import { load } from "../../src/compose/compose.ts";
import { configJson, configYaml } from "../../src/compose/config.ts";
import { hostOf } from "./corpus.ts";

const text = `
x-note: kept
services:
  web:
    image: nginx
    command: echo $$HOME
    ports: ["127.0.0.1:8080:80"]
    environment: {B: 2, A: null}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.50", memory: 64m}}}
    healthcheck: {test: curl -f localhost, interval: 90s}
    volumes: ["data:/data:ro", "./site:/site"]
    extra_hosts: ["b=1.1.1.1", "a=::1"]
    ulimits: {nproc: 5}
    x-more: [1, {b: 2}]
volumes: {data: {labels: [a=b]}}
`;

Deno.test("a project is printed as docker compose config prints it", async (t) => {
  const project = await load(hostOf(new Map()), { text });
  await t.assertSnapshot(configYaml(project));
  await t.assertSnapshot(configJson(project));
});

Deno.test("a text that YAML would take for a number or a date stays text when the printed file is read again", async () => {
  const values = [
    "2024-05-01",
    "2024-05-01T10:00:00Z",
    "2024-5-1 1:2:3.5",
    "1_000",
    "0b11",
    "0x_f",
    "<<",
    "1:30",
    "yes",
  ];
  const environment = values.map((value, i) => `V${i}: '${value}'`);
  const labels = values.map((value) => `'${value}': v`);
  const text = `services: {a: {image: a, environment: {${environment}}, labels: {${labels}}}}`;
  const project = await load(hostOf(new Map()), { text });
  const { services } = await load(hostOf(new Map()), { text: configYaml(project) });
  assert.deepEqual([...services.get("a")?.environment?.values() ?? []], values);
  assert.deepEqual([...services.get("a")?.labels?.keys() ?? []].sort(), values.toSorted());
});

Deno.test("a printed bind says that its folder may be made: before version 5 that is not taken for granted", async () => {
  const text = "services: {a: {image: a, volumes: [./x:/x, {type: bind, source: ./y, target: /y}]}}";
  const yaml = configYaml(await load(hostOf(new Map()), { text }));
  assert.equal(yaml.split("create_host_path: true").length, 2);
});
