import assert from "node:assert/strict";
import { load } from "../../../src/compose/compose.ts";
import { ComposeError } from "../../../src/compose/errors.ts";
import { hostOf } from "../corpus.ts";

/** What is wrong, and what is said of it: place, attribute, reason, and what would be right. */
const faults: [string, string][] = [
  [
    "services:\n  web:\n    image: nginx\n    port: [80]\n",
    `Cannot read "services.web.port" at compose.yaml:4:5: additional properties 'port' not allowed: ` +
    `it is no attribute of services.web; expected perhaps "ports"`,
  ],
  [
    "services:\n  web:\n    image: nginx\n    ports: 80\n",
    'Cannot read "services.web.ports" at compose.yaml:4:5: a number is not allowed here; expected a list',
  ],
  [
    "services:\n  web:\n    image: nginx\n    user: 1000\n",
    'Cannot read "services.web.user" at compose.yaml:4:5: 1000 is not allowed here; expected text: put it in quotes',
  ],
  [
    "services:\n  web:\n    image: nginx\n    stop_grace_period: 90\n",
    'Cannot read "services.web.stop_grace_period" at compose.yaml:4:5: 90 is not allowed here; ' +
    'expected a duration with its unit, like "90s" or "1m30s"',
  ],
  [
    'services:\n  web:\n    image: nginx\n    ports:\n      - "80"\n      - localhost:80:80\n',
    'Cannot read "services.web.ports.1" at compose.yaml:6:9: Invalid ip address: localhost; an IPv6 address stands in ' +
    'brackets; expected "[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]", or a mapping with target and published',
  ],
  [
    "services:\n  web:\n    image: nginx\n    depends_on:\n      db: {condition: ready}\n",
    'Cannot read "services.web.depends_on.db.condition" at compose.yaml:5:12: "ready" is not allowed here; ' +
    "expected one of service_started, service_healthy, service_completed_successfully",
  ],
  [
    'services:\n  web:\n    image: nginx\n    mem_limit: "${MEM}"\n',
    'Cannot read "services.web.mem_limit" at compose.yaml:4:5: "" is not allowed here: the variable "MEM" is not set; ' +
    'expected a size like "512m", or a number of bytes',
  ],
  [
    "services:\n  web:\n    image: nginx\n    image: caddy\n",
    'Cannot read "services.web.image" at compose.yaml:4:5: mapping key "image" already defined at line 3',
  ],
  [
    "services:\n  web:\n    image: ${TAG:?say which}\n",
    'Cannot read "services.web.image" at compose.yaml:3:5: required variable TAG is missing a value: say which',
  ],
  [
    "services:\n  web:\n    image: nginx:${TAG\n",
    'Cannot read "services.web.image" at compose.yaml:3:5: Invalid template: "${TAG"; a literal $ is written $$',
  ],
  [
    "services:\n  web:\n    image: nginx\n    environment:\n      DAY: 2001-01-01\n",
    'Cannot read "services.web.environment.DAY" at compose.yaml:5:7: "2001-01-01" is a date to YAML, ' +
    "which Compose cannot use; expected it in quotes",
  ],
  [
    "services:\n  web:\n    image: nginx\n    command: (a)\n",
    'Cannot read "services.web.command" at compose.yaml:4:5: invalid command line string; ' +
    "expected quotes and parentheses in pairs, or a list of words",
  ],
  [
    "services:\n  web:\n    image: nginx\n    environment: *nope\n",
    'Cannot read "services.web.environment" at compose.yaml:4:5: there is no anchor "nope" before it',
  ],
  [
    "services:\n  web: &web\n    image: nginx\n    labels: *web\n",
    'Cannot read compose.yaml:4:5: the anchor "web" holds itself',
  ],
  [
    "services:\n  web:\n\timage: nginx\n",
    "Cannot read compose.yaml:3:1: Tabs are not allowed as indentation",
  ],
  [
    "services:\n  web:\n    image: nginx\n    devices: [a:b:c:d]\n",
    'Cannot read "services.web.devices.0" at compose.yaml:4:15: confusing device mapping: a:b:c:d; ' +
    'expected "SOURCE[:TARGET[:PERMISSIONS]]", or a mapping',
  ],
  [
    "services:\n  web:\n    image: nginx\n    group_add: [a, a]\n",
    'Cannot read "services.web.group_add.1" at compose.yaml:4:20: an item before it says the same',
  ],
  [
    "services:\n  web:\n    image: nginx\n    oom_score_adj: 5000\n",
    'Cannot read "services.web.oom_score_adj" at compose.yaml:4:5: 5000 is out of range; expected -1000 to 1000',
  ],
  [
    "services:\n  a: {image: a, environment: [DEBUG = true]}\n",
    'Cannot read "services.a.environment" at compose.yaml:2:31: environment variable DEBUG  is declared with a ' +
    'trailing space; expected "KEY=value"',
  ],
  [
    "services:\n  a: {image: a, extra_hosts: {'b:c': 1.1.1.1}}\n",
    `Cannot read "services.a.extra_hosts" at compose.yaml:2:31: bad host name 'b:c'`,
  ],
  [
    "services:\n  a: {build: {ssh: [key]}}\n",
    'Cannot read "services.a.build.ssh" at compose.yaml:2:21: invalid ssh key "key"; expected "default", or "ID=PATH"',
  ],
  [
    "services:\n  a: {image: a, ports: [{target: 80, host_ip: localhost}]}\n",
    'Cannot read "services.a.ports" at compose.yaml:2:25: invalid ip address: localhost',
  ],
  [
    "services:\n  a: {image: a, gpus: [{count: 1, device_ids: ['0']}]}\n",
    'Cannot read "services.a" at compose.yaml:2:24: "count" and "device_ids" attributes are exclusive',
  ],
  [
    "services:\n  a: {image: a, develop: {watch: [{path: '', action: rebuild}]}}\n",
    `Cannot read "services.a.develop.watch" at compose.yaml:2:35: value can't be blank`,
  ],
  [
    "services:\n  a: {image: a, scale: -1}\n",
    'Cannot read "services.a.scale" at compose.yaml:2:17: there cannot be fewer than no containers',
  ],
  [
    "services:\n  a: {image: a, mem_limit: 1g, deploy: {resources: {limits: {cpus: 1}}}}\n",
    `Cannot read "services.a.mem_limit" at compose.yaml:2:17: can't set distinct values on 'mem_limit' and ` +
    "'deploy.resources.limits.memory'",
  ],
  [
    "services:\n  a: {image: a, mem_reservation: 1g, deploy: {resources: {reservations: {memory: 2g}}}}\n",
    `Cannot read "services.a.mem_reservation" at compose.yaml:2:17: can't set distinct values on 'mem_reservation' and ` +
    "'deploy.resources.reservations.memory'",
  ],
  [
    "services:\n  a: {image: a, healthcheck: {retries: -1}}\n",
    'Cannot read "services.a.healthcheck.retries" at compose.yaml:2:31: -1 is out of range; expected 0 or more',
  ],
  [
    "services:\n  a: {image: a, privileged: '1'}\n",
    'Cannot read "services.a.privileged" at compose.yaml:2:17: "1" is not allowed here; expected true or false',
  ],
  [
    "services:\n  a: {image: a, configs: [{source: ''}]}\n",
    'Cannot read "services.a" at compose.yaml:2:27: service "a" refers to undefined config ',
  ],
  [
    "services:\n  a: {image: a, networks: [n]}\nnetworks:\n  n: {driver_opts: {icc: true}}\n",
    'Cannot read "networks.n.driver_opts.icc" at compose.yaml:4:21: true is not allowed here; expected text: ' +
    "put it in quotes",
  ],
  [
    "services:\n  a: {image: a, networks: [n]}\nnetworks:\n  n: {name: x, external: {name: y}}\n",
    'Cannot read "networks.n" at compose.yaml:4:27: name and external.name conflict; expected only name, and ' +
    "external: true",
  ],
  [
    "services:\n  a: {image: '${COMPOSE_PROJECT_NAME:-${NAME:?say it}}'}\n",
    'Cannot read "services.a.image" at compose.yaml:2:7: required variable NAME is missing a value: say it',
  ],
  [
    "services:\n  a: {image: a, environment: }\n---\nservices:\n  a: {environment: [A=1]}\n",
    'Cannot read "services.a.environment" at compose.yaml:2:17: an empty value is not allowed here; expected a mapping',
  ],
  [
    "services:\n  a: {image: a, ports: [{target: 80, published: 8080.5}]}\n",
    'Cannot read "services.a.ports.0.published" at compose.yaml:2:38: 8080.5 is not allowed here; expected text: ' +
    "put it in quotes",
  ],
  [
    "services:\n  a: {image: a, develop: {watch: [{path: ., action: rebuild, ignore: [b, b]}]}}\n",
    'Cannot read "services.a.develop.watch.0.ignore.1" at compose.yaml:2:74: an item before it says the same',
  ],
  [
    "services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n",
    'Cannot read "services.b.depends_on.a" at compose.yaml:3:30: dependency cycle detected: a -> b -> a',
  ],
  [
    "services:\n  a: {image: a, container_name: one}\n  b: {image: b, container_name: one}\n",
    'Cannot read "services.b.container_name" at compose.yaml:3:17: container name "one" is already in use by service "a"',
  ],
  [
    "services:\n  a: {image: a, extends: b}\n  b: {image: b, extends: a}\n",
    'Cannot read "services.a.extends" at compose.yaml:2:17: Circular reference: a in compose.yaml extends b in ' +
    "compose.yaml extends a in compose.yaml",
  ],
  [
    "include: [https://example.com/compose.yaml]\nservices: {a: {image: a}}\n",
    'Cannot read "include.0" at compose.yaml:1:11: remote "https://example.com/compose.yaml" is not fetched; ' +
    "expected a local file: fetch it first, and name the copy",
  ],
  [
    "services:\n  a: {image: a, env_file: missing.env}\n",
    'Cannot read "services.a.env_file.0" at compose.yaml:2:17: the file /project/missing.env is not there; ' +
    'expected a file, or "required: false" beside its path',
  ],
  [
    "services:\n  a: {image: a, env_file: ''}\n",
    'Cannot read "services.a.env_file.0" at compose.yaml:2:17: its path is empty; ' +
    'expected a file, or "required: false" beside its path',
  ],
  [
    "services:\n  a: {image: a, expose: [80.5]}\n",
    'Cannot read "services.a.expose.0" at compose.yaml:2:26: 80.5 is not allowed here; expected text: put it in quotes',
  ],
  [
    "services:\n  a: {image: a, ports: ['0-1']}\n",
    'Cannot read "services.a.ports.0" at compose.yaml:2:25: Invalid containerPort: 0-1; ' +
    'expected "[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]", or a mapping with target and published',
  ],
  [
    "services:\n  a: {image: a, ports: [{target: -1}]}\n",
    'Cannot read "services.a.ports.0.target" at compose.yaml:2:26: -1 is out of range; expected 0 or more',
  ],
  [
    "services:\n  a: {image: a, devices: [{source: /dev/a}]}\n",
    `Cannot read "services.a.devices.0" at compose.yaml:2:27: missing property 'target'`,
  ],
  [
    "db:\n  image: a\n",
    `Cannot read "db" at compose.yaml:1:1: additional properties 'db' not allowed: it is no attribute of a Compose ` +
    'file; expected "services:", with "db" below it',
  ],
  [
    "services:\n  a: {image: a, container_name: b}\n",
    'Cannot read "services.a.container_name" at compose.yaml:2:17: "b" is not allowed here; ' +
    "expected text that fits [a-zA-Z0-9][a-zA-Z0-9_.-]+",
  ],
  ['version: "3"\n', "empty compose file compose.yaml"],
  [
    "name: shop-${ENV\nservices:\n  a: {image: a}\n",
    'Cannot read "name" at compose.yaml:1:1: Invalid template: "${ENV"; a literal $ is written $$',
  ],
  [
    "services:\n  a: {image: a}\nname: ${SHOP:?say which}\n",
    'Cannot read "name" at compose.yaml:3:1: required variable SHOP is missing a value: say which',
  ],
  ["- a\n", 'Cannot read compose.yaml:1:1: top-level object must be a mapping; expected "services:" and what it has'],
];

for (const [text, message] of faults) {
  Deno.test(`loading says: ${message.replaceAll("\n", " ")}`, async () => {
    const host = hostOf(new Map([["/project/compose.yaml", text]]));
    await assert.rejects(load(host, { files: ["compose.yaml"] }), (error) => {
      assert.ok(error instanceof ComposeError);
      assert.equal(error.message.replaceAll("/project/compose.yaml", "compose.yaml"), message);
      return true;
    });
  });
}

Deno.test("a fault carries file, line, column, path, reason and what is expected", async () => {
  const host = hostOf(new Map([["/project/compose.yaml", "services:\n  web:\n    image: nginx\n    ports: 80\n"]]));
  await assert.rejects(load(host), {
    name: "ComposeError",
    file: "/project/compose.yaml",
    line: 4,
    column: 5,
    path: "services.web.ports",
    reason: "a number is not allowed here",
    expected: "a list",
  });
});

Deno.test("aliases that stand for more than a machine holds are refused", async () => {
  const levels = Array.from({ length: 9 }, (_, i) => `x-${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
  const text = `x-0: &l0 [a]\n${levels.join("\n")}\nservices: {a: {image: a}}\n`;
  await assert.rejects(load(hostOf(new Map()), { text }), /its aliases stand for too much/);
});
