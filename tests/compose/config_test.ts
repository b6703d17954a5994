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
