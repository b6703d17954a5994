import assert from "node:assert/strict";
import { type Config, ConfigError, parseConfig } from "../../src/config/config.ts";
import { settings } from "../../src/config/settings.ts";
import { fakeEnv, fakeSystem } from "./fake_system.ts";

function parse(args: string[], variables: Record<string, string> = {}): Config {
  return parseConfig(args, fakeEnv(variables), fakeSystem());
}

function faultsOf(args: string[], variables: Record<string, string> = {}): readonly string[] {
  try {
    parse(args, variables);
  } catch (error) {
    assert(error instanceof ConfigError);
    return error.faults;
  }
  throw new Error(`No fault was found in ${args.join(" ")}`);
}

Deno.test("without arguments the server serves, asks before it destroys and allows nothing dangerous", () => {
  const { command, safety, limits, log, engine, files } = parse([]);
  assert.deepEqual(command, { name: "serve" });
  assert.deepEqual(safety, {
    destructive: "confirm",
    readOnly: false,
    allowTools: [],
    denyTools: [],
    toolsets: [],
    allowPrivileged: false,
    allowDockerSocket: false,
    allowHostNamespaces: false,
    allowCapabilities: [],
    allowDevices: false,
    allowUnconfined: false,
    allowMounts: [],
    showSecrets: false,
    managedOnly: false,
    labels: true,
  });
  assert.deepEqual(files, { folders: [], home: "/home/ada" });
  assert.deepEqual(limits, { concurrency: 32, rate: 0, deadline: 600_000, answer: 50_000 });
  assert.deepEqual(log, { level: "info" });
  assert.equal(engine.timeout, 60_000);
  assert.equal(engine.apiVersion, "auto");
});

const places: { flag: string; text: string; value: unknown; at: (config: Config) => unknown }[] = [
  { flag: "host", text: "tcp://box:2", value: "tcp://box:2", at: (c) => c.engine.host },
  { flag: "timeout", text: "1.5", value: 1500, at: (c) => c.engine.timeout },
  { flag: "api-version", text: "1.43", value: "1.43", at: (c) => c.engine.apiVersion },
  { flag: "destructive", text: "deny", value: "deny", at: (c) => c.safety.destructive },
  { flag: "read-only", text: "true", value: true, at: (c) => c.safety.readOnly },
  { flag: "allow-tools", text: "a, b,", value: ["a", "b"], at: (c) => c.safety.allowTools },
  { flag: "deny-tools", text: "a", value: ["a"], at: (c) => c.safety.denyTools },
  { flag: "toolsets", text: "containers,images", value: ["containers", "images"], at: (c) => c.safety.toolsets },
  { flag: "surface", text: "compact", value: "compact", at: (c) => c.surface },
  { flag: "allow-privileged", text: "yes", value: true, at: (c) => c.safety.allowPrivileged },
  { flag: "allow-docker-socket", text: "1", value: true, at: (c) => c.safety.allowDockerSocket },
  { flag: "allow-host-namespaces", text: "on", value: true, at: (c) => c.safety.allowHostNamespaces },
  {
    flag: "allow-capabilities",
    text: "cap_sys_ptrace,NET_ADMIN",
    value: ["SYS_PTRACE", "NET_ADMIN"],
    at: (c) => c.safety.allowCapabilities,
  },
  { flag: "allow-devices", text: "true", value: true, at: (c) => c.safety.allowDevices },
  { flag: "allow-unconfined", text: "TRUE", value: true, at: (c) => c.safety.allowUnconfined },
  { flag: "allow-mounts", text: "/srv/data/,/a/../b", value: ["/srv/data", "/b"], at: (c) => c.safety.allowMounts },
  { flag: "folders", text: "/srv/app/,/a/../b", value: ["/srv/app", "/b"], at: (c) => c.files.folders },
  { flag: "self", text: "mcp", value: { container: "mcp", required: true }, at: (c) => c.safety.self },
  { flag: "managed-only", text: "true", value: true, at: (c) => c.safety.managedOnly },
  { flag: "no-labels", text: "true", value: false, at: (c) => c.safety.labels },
  { flag: "state", text: "/srv/../state/", value: "/state", at: (c) => c.state.folder },
  { flag: "show-secrets", text: "true", value: true, at: (c) => c.safety.showSecrets },
  { flag: "max-concurrent", text: "4", value: 4, at: (c) => c.limits.concurrency },
  { flag: "rate-limit", text: "90", value: 90, at: (c) => c.limits.rate },
  { flag: "deadline", text: "5", value: 5000, at: (c) => c.limits.deadline },
  { flag: "max-answer", text: "100", value: 100, at: (c) => c.limits.answer },
  { flag: "log-level", text: "debug", value: "debug", at: (c) => c.log.level },
];

for (const { flag, text, value, at } of places) {
  const variable = settings.find((setting) => setting.flag === flag)?.env ?? "";
  Deno.test(`--${flag} and ${variable} set the same thing`, () => {
    assert.deepEqual(at(parse([`--${flag}=${text}`])), value);
    assert.deepEqual(at(parse([], { [variable]: text })), value);
  });
}

Deno.test("every setting has a place in the configuration that a test looks at", () => {
  const tls = ["tls-verify", "cert-path"];
  assert.deepEqual(settings.map((setting) => setting.flag).sort(), [...places.map((p) => p.flag), ...tls].sort());
});

Deno.test("a flag wins over its variable, and a switch can be taken back", () => {
  const variables = { DOCKER_TIMEOUT: "5", DOCKER_MCP_READ_ONLY: "true", DOCKER_MCP_TOOLSETS: "images" };
  const config = parse(["--timeout", "7", "--read-only=false", "--toolsets", "a", "--toolsets", "b"], variables);
  assert.equal(config.engine.timeout, 7000);
  assert.equal(config.safety.readOnly, false);
  assert.deepEqual(config.safety.toolsets, ["a", "b"]);
});

Deno.test("of a value given twice the last one counts", () => {
  assert.equal(parse(["--timeout=3", "--timeout", "4"]).engine.timeout, 4000);
});

Deno.test("the hostname of a container is its short id; any other hostname tells nothing", () => {
  const self = (hostname: string, args: string[] = []) => parse(args, { HOSTNAME: hostname }).safety.self;
  assert.deepEqual(self("0a1b2c3d4e5f"), { container: "0a1b2c3d4e5f", required: false });
  for (const hostname of ["", "laptop", "0a1b2c3d4e5", "0a1b2c3d4e5f6", "0a1b2c3d4e5g"]) {
    assert.equal(self(hostname), undefined);
  }
  assert.deepEqual(self("0a1b2c3d4e5f", ["--self=mcp"]), { container: "mcp", required: true });
  const several = ["--self=mcp", "--host", "a=unix:///a.sock", "--host", "b=unix:///b.sock"];
  assert.deepEqual(self("laptop", several), { container: "mcp", required: false });
});

Deno.test("what this server made cannot be known without labels", () => {
  assert.deepEqual(faultsOf(["--managed-only", "--no-labels"]), [
    "Cannot use --managed-only with --no-labels: without labels this server cannot tell what it made",
  ]);
});

Deno.test("an empty variable counts as not set", () => {
  assert.equal(parse([], { DOCKER_TIMEOUT: "" }).engine.timeout, 60_000);
  assert.equal(parse([], { DOCKER_TLS_VERIFY: "" }).engine.tls, undefined);
});

Deno.test("a switch does not swallow the command after it", () => {
  const config = parse(["--read-only", "doctor"]);
  assert.equal(config.safety.readOnly, true);
  assert.deepEqual(config.command, { name: "doctor" });
});

Deno.test("each command is understood with its arguments", () => {
  const table: [string[], unknown][] = [
    [["serve"], { name: "serve" }],
    [["demo"], { name: "demo" }],
    [["doctor"], { name: "doctor" }],
    [["permissions"], { name: "permissions" }],
    [["client-config", "cursor"], { name: "client-config", client: "cursor" }],
    [["call", "docker_version"], { name: "call", tool: "docker_version", args: "{}" }],
    [["call", "x", '{"a":"--b"}'], { name: "call", tool: "x", args: '{"a":"--b"}' }],
    [["help"], { name: "help" }],
    [["--help"], { name: "help" }],
    [["-h"], { name: "help" }],
    [["version"], { name: "version" }],
    [["--version"], { name: "version" }],
  ];
  for (const [args, command] of table) assert.deepEqual(parse(args).command, command);
});

Deno.test("help is given whatever else is wrong", () => {
  const config = parse(["--help", "--nonsense", "--timeout=x"], { DOCKER_HOST: "ssh://box" });
  assert.deepEqual(config.command, { name: "help" });
});

Deno.test("all faults are told at once, with what was expected", () => {
  const args = [
    "--tiemout",
    "5",
    "--destructive=maybe",
    "--max-concurrent",
    "0",
    "servr",
    "--host=ssh://me:pw@box",
    "--host",
  ];
  assert.deepEqual(faultsOf(args, { DOCKER_MCP_DEADLINE: "soon", DOCKER_MCP_ALLOW_MOUNTS: "data" }), [
    'Cannot read "--tiemout": there is no such flag; did you mean "--timeout"?',
    'Cannot read "--host": a value must follow it',
    'Cannot run "servr": there is no such command; did you mean "serve"?',
    'Cannot use "maybe" for --destructive: expected one of confirm, allow, deny',
    'Cannot use "data" for DOCKER_MCP_ALLOW_MOUNTS: expected absolute folders, separated by commas',
    'Cannot use "0" for --max-concurrent: expected a whole number of at least 1',
    'Cannot use "soon" for DOCKER_MCP_DEADLINE: expected a number of seconds above 0 and up to 86400',
    'Cannot use "ssh://me:[redacted]@box" from --host: it must be ssh://user@host:port/path, without a password',
  ]);
});

Deno.test("a command line that cannot be understood is refused", () => {
  const table: [string[], string][] = [
    [["--read-only=perhaps"], 'Cannot use "perhaps" for --read-only: expected true or false'],
    [["--timeout", "--read-only"], 'Cannot read "--timeout": a value must follow it'],
    [["-x"], 'Cannot read "-x": there is no such flag; --help lists them'],
    [["--frobnicate-all"], 'Cannot read "--frobnicate-all": there is no such flag; --help lists them'],
    [["--api-version=latest"], 'Cannot use "latest" for --api-version: expected a version such as 1.43, or "auto"'],
    [["--timeout=0"], 'Cannot use "0" for --timeout: expected a number of seconds above 0 and up to 86400'],
    [["toString"], 'Cannot run "toString": there is no such command; --help lists them'],
    [["call"], 'Cannot run "call": <tool> is missing'],
    [["client-config"], 'Cannot run "client-config": <client> is missing'],
    [["doctor", "now"], 'Cannot run "doctor": nothing is known of "now"'],
  ];
  for (const [args, fault] of table) assert.deepEqual(faultsOf(args), [fault]);
});

Deno.test("what cannot be a folder, a capability or a container ends the start", () => {
  const disk = fakeSystem({ files: { "/srv/app.tar": "x", "/srv/data/a": "x" }, forbidden: ["/locked"] });
  const faults = (...args: string[]) => {
    try {
      parseConfig(args, fakeEnv(), disk);
      return [];
    } catch (error) {
      assert(error instanceof ConfigError);
      return error.faults;
    }
  };
  assert.deepEqual(faults("--folders=/srv/data,/srv/app.tar", "--state=/srv/app.tar"), [
    'Cannot use "/srv/app.tar" for --folders: it is a file; name the folder it lies in',
    'Cannot use "/srv/app.tar" for --state: it is a file; name a folder, which is made where there is none',
  ]);
  assert.deepEqual(faults("--self=/a b"), [
    'Cannot use "/a b" for --self: expected the name or the id of a container',
  ]);
  // One that is not there may be made yet, and one that may not be looked at may be anything.
  assert.deepEqual(faults("--folders=/srv/none,/locked/x", "--state=/srv/none/deep", "--self=/mcp_1.a-b"), []);
});

Deno.test("a capability that there is not is told with the one that was meant", () => {
  assert.deepEqual(faultsOf(["--allow-capabilities=all,cap_sys_ptracee,root"]), [
    'Cannot use "SYS_PTRACEE" for --allow-capabilities: there is no such capability; did you mean "SYS_PTRACE"?',
    'Cannot use "ROOT" for --allow-capabilities: there is no such capability, see capabilities(7)',
  ]);
});

Deno.test("an empty flag, as of a variable of the shell that is not set, ends the start", () => {
  const expected = {
    "allow-tools": "names; leave it out to offer all",
    "deny-tools": "names; leave it out to deny none",
    "toolsets": "names; leave it out to offer all",
    "allow-capabilities": "names; leave it out to allow none",
    "allow-mounts": "folders; leave it out to allow none",
    "self": "a container; leave it out to have it found",
    "folders": "folders; leave it out to allow none",
    "state": "a folder; leave it out to keep it in memory",
  };
  assert.deepEqual(
    faultsOf(Object.keys(expected).map((flag) => `--${flag}=`)),
    Object.entries(expected).map(([flag, words]) => `Cannot use "" for --${flag}: expected ${words}`),
  );
});

Deno.test("the message of a ConfigError holds every fault", () => {
  assert.throws(() => parse(["--a-b-c-d", "-x"]), /"--a-b-c-d".*\n.*"-x"/);
});

Deno.test("the configuration is frozen to its leaves", () => {
  const config = parse([], { DOCKER_MCP_TOOLSETS: "a" });
  assert.throws(() => Object.assign(config, { log: {} }), TypeError);
  assert.throws(() => Object.assign(config.safety, { readOnly: true }), TypeError);
  assert.throws(() => config.safety.toolsets.push("b"), TypeError);
  assert.throws(() => Object.assign(config.engine.tried[0] ?? {}, { result: "" }), TypeError);
});

Deno.test("a variable that Deno does not permit is recorded as not looked at", () => {
  const env = (name: string) => {
    if (name === "DOCKER_MCP_READ_ONLY") throw new Deno.errors.NotCapable("Requires env access");
    return undefined;
  };
  const config = parseConfig([], env, fakeSystem());
  assert.deepEqual(config.engine.tried[0], {
    place: "DOCKER_MCP_READ_ONLY",
    result: "not looked at: Deno has no permission",
  });
});
