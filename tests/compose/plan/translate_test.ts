import assert from "node:assert/strict";
import { composeLabels, fieldsLabel } from "../../../src/compose/labels.ts";
import { serviceHash } from "../../../src/compose/plan/hash.ts";
import { plan } from "../../../src/compose/plan/plan.ts";
import { containerBody } from "../../../src/compose/plan/translate/container.ts";
import type { Project } from "../../../src/compose/project.ts";
import { emptyEngine, projectIn } from "../memory.ts";

interface Recorded {
  path: string;
  body: Record<string, unknown>;
  id: string;
}

function recorded(name: string): Recorded[] {
  return JSON.parse(Deno.readTextFileSync(new URL(`../corpus/plan/${name}.json`, import.meta.url)));
}

const chain = `
services:
  db: {image: busybox, command: sleep 3600, stop_grace_period: 1s, volumes: [/anon]}
  api:
    image: busybox
    command: sleep 3600
    stop_grace_period: 1s
    depends_on: {db: {condition: service_started, restart: true}}
  web: {image: busybox, command: sleep 3600, stop_grace_period: 1s, depends_on: [api]}
`;

const sidecar = `
services:
  old: {image: busybox, command: sleep 3600, stop_grace_period: 1s}
  db: {image: busybox, command: sleep 3600, stop_grace_period: 1s, volumes: ["data:/d"]}
  side: {image: busybox, command: sleep 3600, stop_grace_period: 1s, network_mode: "service:db"}
volumes: {data: {labels: {a: b}}}
`;

Deno.test("what is created for a stack is what docker compose was seen to send, hashes included", async () => {
  const image = "sha256:2973e632ae373d6edb0bb8fb521af7a18445e8f3fb348190a31a99debd35c125";
  agrees("up-fresh", { project: await projectIn(chain, { name: "ta" }), image });
});

Deno.test("a container that shares another one's network is created as docker compose was seen to do it", async () => {
  const image = "sha256:162ac116aa5204263995b13c9b1fda068741f6c1d4de9f20f6448d9830fc0502";
  agrees("up-netmode-service", { project: await projectIn(sidecar, { name: "tb" }), image });
});

Deno.test("some seventy attributes are translated as docker compose was seen to do it", async () => {
  const image = "sha256:162ac116aa5204263995b13c9b1fda068741f6c1d4de9f20f6448d9830fc0502";
  const text = Deno.readTextFileSync(new URL("../corpus/plan/kitchen-sink.yaml", import.meta.url));
  agrees("kitchen-sink-create", {
    project: await projectIn(text, { name: "ks", directory: "/srv/stacks/ks" }),
    image,
  });
});

Deno.test("what says nothing, or is said twice, is sent where docker compose sends it: an engine shows it", async () => {
  const text = `
services:
  web:
    image: busybox
    healthcheck: {}
    cpus: 0.123456789
    cap_add: [NET_ADMIN]
    cap_drop: [all]
    depends_on: {off: {condition: service_started, required: false}}
    secrets: [file]
    configs: [file]
    networks: {default: {aliases: [web]}, other: }
    volumes:
      - /anon
      - {type: volume, target: /plain}
      - "data:/z:Z"
      - {type: tmpfs, target: /t, tmpfs: {}}
      - {type: bind, source: /a, target: /kept, bind: {create_host_path: false}}
      - {type: bind, source: /a, target: /said, bind: {propagation: rslave}}
      - /a:/short:rslave
  off: {image: busybox, profiles: [off]}
networks: {other: }
volumes: {data: }
secrets: {file: {file: /f}}
configs: {file: {file: /f}}
`;
  const project = await projectIn(text, { name: "ta" });
  const [made] = plan({ verb: "up", project }, emptyEngine(project, { image: "sha256:1" })).operations
    .flatMap((operation) => operation.kind === "create_container" ? [operation.spec] : []);
  assert.ok(made);
  const at = { api: "1.51", image: undefined, parents: new Map(), profiles: new Map() };
  const { Healthcheck, HostConfig, Labels, NetworkingConfig } = containerBody(made, at);
  assert.deepEqual([Healthcheck, HostConfig?.PortBindings, HostConfig?.ExtraHosts], [{}, {}, []]);
  assert.equal(HostConfig?.NanoCpus, 123456792);
  assert.deepEqual([HostConfig?.CapAdd, HostConfig?.CapDrop], [["CAP_NET_ADMIN"], ["ALL"]]);
  assert.equal(Labels?.[composeLabels.dependsOn], "");
  const endpoints = Object.values(NetworkingConfig?.EndpointsConfig ?? {});
  assert.deepEqual(endpoints.map(({ IPAMConfig, Aliases }) => [IPAMConfig, Aliases]), [
    [{}, ["ta-web-1", "web", "web"]],
    [undefined, ["ta-web-1", "web"]],
  ]);
  assert.deepEqual(HostConfig?.Binds, ["ta_data:/z:rw,Z"]);
  assert.deepEqual(HostConfig?.Mounts, [
    { Type: "volume", Target: "/anon", VolumeOptions: {} },
    { Type: "volume", Target: "/plain" },
    { Type: "tmpfs", Target: "/t", TmpfsOptions: {} },
    { Type: "bind", Target: "/kept", Source: "/a", BindOptions: {} },
    { Type: "bind", Target: "/said", Source: "/a", BindOptions: { Propagation: "rslave" } },
    { Type: "bind", Target: "/short", Source: "/a", BindOptions: { Propagation: "rslave", CreateMountpoint: true } },
    { Type: "bind", Target: "/run/secrets/file", Source: "/f", ReadOnly: true, BindOptions: {} },
    { Type: "bind", Target: "/file", Source: "/f", ReadOnly: true },
  ]);
});

/** Each thing that was created in the recording is created in the same way, whatever the order. */
function agrees(name: string, { project, image }: { project: Project; image: string }): void {
  const unknown = project.services.get("ks");
  const unknownHash = unknown ? serviceHash(unknown, "2.40.3") : "";
  const wanted = recorded(name).map(({ path, body }): [string, unknown] => [path, meant(corrected(body, unknownHash))]);
  const parents = new Map(recorded(name).map(({ path, id }) => [/-(\w+)-1$/.exec(path)?.[1] ?? "", id]));
  const profiles = new Map([["seccomp=p.json", 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}']]);
  const observed = { ...emptyEngine(project, { image }), profiles };
  const busybox = observed.images.get("busybox");
  const made = plan({ verb: "up", project }, observed).operations.flatMap((operation): [string, unknown][] => {
    switch (operation.kind) {
      case "create_network":
        return [["/networks/create", meant(operation.body)]];
      case "create_volume":
        return [["/volumes/create", meant(operation.body)]];
      case "create_container": {
        const { Labels = {}, ...body } = containerBody(operation.spec, {
          api: "1.51",
          image: busybox,
          parents,
          profiles,
        });
        const { [fieldsLabel]: _, ...labels } = Labels;
        const platform = operation.spec.definition.platform;
        const query = `?name=${operation.name}${platform ? `&platform=${platform}` : ""}`;
        return [[`/containers/create${query}`, meant({ ...body, Labels: labels })]];
      }
      default:
        return [];
    }
  });
  assert.deepEqual(made.sort(byText), wanted.sort(byText));
}

/** The recording where docker compose does not what it should, or what is said twice. */
function corrected(body: unknown, unknownHash: string): unknown {
  const text = JSON.stringify(body)
    // The file of this one was not kept: its hash cannot be met.
    .replace("968665b6b9957bbec22b393c9f1b5aa44b00a796b3424718db48cfd4e8031338", unknownHash)
    // An engine refuses a number of attempts with "always".
    .replace('"Name":"always","MaximumRetryCount":5', '"Name":"always"')
    // The address stands in IPAMConfig as well.
    .replace(/"IPAddress":"[\d.]+",/g, "")
    // An engine makes port 0 of a range.
    .replace('"8000-8001/udp":{}', '"8000/udp":{},"8001/udp":{}');
  return JSON.parse(text);
}

/** What says nothing is left out, and what has no order is brought into one. */
function meant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meant).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).map(([key, item]): [string, unknown] => [key, meant(item)])
    .filter(([, item]) => !isNothing(item));
  return Object.fromEntries(kept.sort(([a], [b]) => a < b ? -1 : 1));
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isNothing);
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === "" || value === 0 || value === false || value === undefined;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
