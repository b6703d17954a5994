import assert from "node:assert/strict";
import type { Observed } from "../../../src/compose/observe.ts";
import { plan } from "../../../src/compose/plan/plan.ts";
import type { UpOptions } from "../../../src/compose/wanted.ts";
import { container, emptyEngine, projectIn } from "../memory.ts";

Deno.test("what stands in the way is told before anything is done, with its place in the file", async (t) => {
  const obstacles: Record<string, [text: string, there: (observed: Observed) => Observed, options?: UpOptions]> = {
    "a name that is taken": ["services: {web: {image: a, container_name: db}}", (seen) => ({
      ...seen,
      foreign: [container("other", { name: "db" })],
    })],
    "a port that is taken": ['services: {web: {image: a, ports: ["127.0.0.1:80:80"]}}', (seen) => ({
      ...seen,
      foreign: [container("other", { ports: [{ published: 80, target: 8080, protocol: "tcp" }] })],
    })],
    "a port that two want": [
      'services: {a: {image: a, ports: ["80:80"]}, b: {image: a, ports: ["80:81"]}}',
      (seen) => seen,
    ],
    "a network and a volume that are not there": [
      'services: {a: {image: a, networks: [n], volumes: ["vol:/v"]}}\nnetworks: {n: {external: true}}\nvolumes: {vol: {external: true}}',
      (seen) => seen,
    ],
    "an image that may not be pulled": ["services: {a: {image: a, pull_policy: never}}", (seen) => ({
      ...seen,
      images: new Map(),
    })],
    "an image for another platform that may not be pulled": [
      "services: {a: {image: a, pull_policy: never, platform: linux/arm64}}",
      (seen) => seen,
    ],
    "a file that is not there": [
      "services: {a: {image: a, secrets: [s]}}\nsecrets: {s: {file: /etc/none}}",
      (seen) => ({ ...seen, missingFiles: new Set(["/etc/none"]) }),
    ],
    "a variable that is not set, and a root that is read only": [
      "services: {a: {image: a, read_only: true, secrets: [s], configs: [c]}}\nsecrets: {s: {environment: NONE}}\nconfigs: {c: {content: x}}",
      (seen) => seen,
    ],
    "a restart policy that there is not": ["services: {a: {image: a, restart: unless-stoped}}", (seen) => seen],
    "health of what has no health check": [
      "services: {a: {image: a, depends_on: {b: {condition: service_healthy}}}, b: {image: a}}",
      (seen) => seen,
    ],
    "more of one name": ["services: {a: {image: a, container_name: xx}}", (seen) => seen, {
      scale: new Map([["a", 2]]),
    }],
    "programs": ["services: {a: {provider: {type: vpn}}, b: {image: b, use_api_socket: true}}", (seen) => seen],
    "an engine that is too old": [
      "services: {a: {image: a, healthcheck: {test: x, start_period: 1s, start_interval: 1s}}}",
      (seen) => ({ ...seen, api: "1.41" }),
    ],
    "an engine that is too old for images as mounts": [
      "services: {a: {image: a, volumes: [{type: image, source: tools, target: /t}]}}",
      (seen) => ({ ...seen, api: "1.47" }),
    ],
    "an image to mount that may not be pulled": [
      "services: {a: {image: a, pull_policy: never, volumes: [{type: image, source: tools, target: /t}]}}",
      (seen) => ({ ...seen, images: new Map([...seen.images].filter(([name]) => name !== "tools")) }),
    ],
    "a build with keys": [
      "services: {a: {build: {context: ., ssh: [default]}}}",
      (seen) => ({ ...seen, images: new Map() }),
    ],
    "a build whose secrets are not there": [
      "services: {a: {build: {context: ., secrets: [s, t]}}}\nsecrets: {s: {file: /etc/none}, t: {environment: NONE}}",
      (seen) => ({ ...seen, images: new Map(), missingFiles: new Set(["/etc/none"]) }),
    ],
  };
  const told: string[] = [];
  for (const [what, [text, alter, options = {}]] of Object.entries(obstacles)) {
    const project = await projectIn(text);
    const made = plan({ verb: "up", project, ...options }, alter(emptyEngine(project)));
    assert.ok(made.obstacles.length > 0, what);
    told.push(`${what}:`, ...made.obstacles.map(({ message, at }) => `  ${at?.line ?? 0}: ${message}`));
  }
  await t.assertSnapshot(`${told.join("\n")}\n`);
});

Deno.test("what an older engine does not know is refused where docker compose does so, and else is left out", async () => {
  const project = await projectIn(`
services:
  a: {image: i, networks: {default: {gw_priority: 1}}}
  b: {image: i, networks: {default: {mac_address: "02:42:ac:11:65:43"}}}
  c: {image: i, volumes: [{type: bind, source: /a, target: /b, read_only: true, bind: {recursive: readonly}}]}
`);
  const { obstacles, warnings } = plan({ verb: "up", project }, emptyEngine(project, { api: "1.41" }));
  assert.deepEqual(obstacles.map(({ message }) => message), [
    'Cannot do "networks" of the service "b": it takes API 1.44, and this engine speaks 1.41',
    'Cannot do "volumes" of the service "c": it takes API 1.44, and this engine speaks 1.41',
  ]);
  assert.deepEqual(warnings, ['gw_priority in "a" does nothing: it takes API 1.48, and this engine speaks 1.41']);
});

Deno.test("any number of containers may want port 0, which is any that is free", async () => {
  const project = await projectIn('services: {a: {image: a, ports: ["0:80", "127.0.0.1:0:81"]}}');
  const { obstacles } = plan({ verb: "up", project, scale: new Map([["a", 3]]) }, emptyEngine(project));
  assert.deepEqual(obstacles, []);
});
