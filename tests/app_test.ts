import assert from "node:assert/strict";
import metadata from "../deno.json" with { type: "json" };
import { main } from "../main.ts";
import { clientNames } from "../src/commands/client_config.ts";
import { settings } from "../src/config/settings.ts";
import { daemonOnSocket, plainEnvironment } from "./server/spawned.ts";
import { until } from "./until.ts";

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs main() and catches what it says. */
async function run(...args: string[]): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  const catching = (stream: "stdout" | "stderr") => (bytes: Uint8Array) => {
    said[stream] += new TextDecoder().decode(bytes);
    return bytes.length;
  };
  const kept = { out: Deno.stdout.writeSync, err: Deno.stderr.writeSync, error: console.error };
  Deno.stdout.writeSync = catching("stdout");
  Deno.stderr.writeSync = catching("stderr");
  console.error = (text) => void (said.stderr += `${text}\n`);
  try {
    return { code: await main(args), ...said };
  } finally {
    Deno.stdout.writeSync = kept.out;
    Deno.stderr.writeSync = kept.err;
    console.error = kept.error;
  }
}

/** Runs main() with the fake daemon behind a socket. */
async function onFake(body: (run: (...args: string[]) => Promise<Ran>, socket: string) => Promise<void>) {
  const { socket, stop } = daemonOnSocket();
  try {
    await body((...args) => run(...args, "--host", `unix://${socket}`), socket);
  } finally {
    await stop();
  }
}

Deno.test("help and version are told in both spellings, and need no engine", async () => {
  const help = await run("--help");
  assert.equal(help.code, 0);
  for (const { flag, env } of settings) {
    assert.ok(help.stdout.includes(`--${flag} `) && help.stdout.includes(`(${env})`));
  }
  assert.deepEqual(await run("help"), help);
  const version = { code: 0, stdout: `docker-mcp ${metadata.version}\n`, stderr: "" };
  assert.deepEqual(await run("--version"), version);
  assert.deepEqual(await run("version"), version);
});

Deno.test("all that is wrong with the command line is told at once, on stderr alone", async () => {
  assert.deepEqual(await run("serve", "--read-onli", "--timeout=x"), {
    code: 2,
    stdout: "",
    stderr: 'Cannot read "--read-onli": there is no such flag; did you mean "--read-only"?\n' +
      'Cannot use "x" for --timeout: expected a number of seconds above 0 and up to 86400\n--help shows all settings\n',
  });
  assert.deepEqual(await run("servee"), {
    code: 2,
    stdout: "",
    stderr: 'Cannot run "servee": there is no such command; did you mean "serve"?\n--help shows all settings\n',
  });
  const empty = await run("serve", "--allow-tools=", "--toolsets", " , ", "--host", "tcp://ada:hunter2@x:99999");
  assert.equal(empty.code, 2);
  assert.match(empty.stderr, /"" for --allow-tools: expected names; leave it out to offer all\n.*" , " for --toolsets/);
  assert.match(empty.stderr, /"tcp:\/\/ada:\[redacted\]@x:99999" from --host/);
  const { code, stderr } = await run("serve", "--toolsets=compsoe", "--host", "unix:///nowhere.sock");
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^Cannot offer the toolset "compsoe": known are containers, images, compose, networks, volumes, system\n/,
  );
  const unknown = [
    "--allow-tools=docker_list_container,docker_lst_*",
    "--deny-tools=exec",
    "--host",
    "unix:///nowhere.sock",
  ];
  assert.deepEqual(await run("serve", ...unknown), {
    code: 2,
    stdout: "",
    stderr: 'Cannot use "docker_list_container" for --allow-tools: there is no such tool; closest: ' +
      '"docker_list_containers", "docker_kill_container", "docker_wait_container"\n' +
      'Cannot use "docker_lst_*" for --allow-tools: there is no such tool\n' +
      'Cannot use "exec" for --deny-tools: there is no such tool; closest: "docker_compose_exec", "docker_exec_command"\n' +
      "--help shows all settings\n",
  });
});

Deno.test("the program ends with the code that main() gives", async () => {
  const program = new URL("../main.ts", import.meta.url).pathname;
  const flags = ["run", "--cached-only", "--no-prompt", "--allow-env", program];
  const options = { env: plainEnvironment(), clearEnv: true };
  const codes = await Promise.all([["--version"], ["--versoin"]].map(async (args) => {
    return (await new Deno.Command(Deno.execPath(), { args: [...flags, ...args], ...options }).output()).code;
  }));
  assert.deepEqual(codes, [0, 2]);
});

Deno.test("permissions prints both command lines with the socket and the flags that were given", async () => {
  const { code, stdout } = await run("permissions", "--read-only", "--host", "unix:///run/my docker.sock");
  assert.equal(code, 0);
  const [source, bundle] = stdout.split("\n").filter((line) => line.startsWith("deno run "));
  const grants = "'--allow-net=unix:/run/my docker.sock,192.0.2.1:80' '--allow-read=/run/my docker.sock' ";
  for (const line of [source, bundle]) {
    assert.ok(line?.startsWith(`deno run ${grants}`), line);
    assert.match(
      line ?? "",
      / --deny-run --deny-ffi --no-prompt .* serve --read-only --host 'unix:\/\/\/run\/my docker\.sock'$/,
    );
  }
  assert.match(source ?? "", / main\.ts serve/);
  assert.match(bundle ?? "", / dist\/docker-mcp\.js serve/);
});

Deno.test("client-config gives JSON that starts this program, for each client", async () => {
  for (const client of clientNames) {
    const { code, stdout, stderr } = await run("client-config", client, "--read-only", "--host", "unix:///run/d.sock");
    assert.equal(code, 0);
    const { mcpServers, servers } = JSON.parse(stdout);
    const { command, args, autoApprove } = (mcpServers ?? servers).docker;
    assert.equal(command, Deno.execPath());
    assert.deepEqual(args.slice(-4), ["serve", "--read-only", "--host", "unix:///run/d.sock"]);
    assert.ok(args.includes("--allow-net=unix:/run/d.sock,192.0.2.1:80"), args.join(" "));
    assert.equal(args.at(-5), new URL("../main.ts", import.meta.url).pathname);
    if (client === "openhands") assert.ok(autoApprove.includes("docker_list_containers"));
    assert.notEqual(stderr.trim(), "");
  }
  assert.deepEqual(await run("client-config", "emacs", "--host", "unix:///run/d.sock"), {
    code: 2,
    stdout: "",
    stderr:
      'Cannot write a configuration for "emacs": known are claude-desktop, claude-code, cursor, vscode, openhands\n',
  });
});

Deno.test("call runs one tool through the same doors", async () => {
  await onFake(async (run) => {
    const args = JSON.stringify({ image: "busybox:1.37", name: "web", environment: { TOKEN: "hunter2" } });
    const started = await run("call", "docker_run_container", args);
    assert.deepEqual([started.code, started.stdout], [0, "web (000100010001) is running.\n"]);
    assert.equal(JSON.parse(started.stderr).args.environment.TOKEN, "[redacted]");
    const refused = await run("call", "docker_run_container", '{"image": "busybox:1.37", "privileged": true}');
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^\[DKR-011\] /);
    const question = await run("call", "docker_remove_container", '{"container": "web", "force": true}');
    assert.equal(question.code, 1);
    assert.match(question.stdout, /\nNothing was done\. To go on, repeat this call with --destructive=allow\n$/);
    const removal = ["call", "docker_remove_container", '{"container": "web", "force": true}'];
    assert.equal((await run(...removal, "--destructive=allow")).stdout, "Removed web.\n");
    const unknown = await run("call", "docker_make_coffee");
    assert.equal(unknown.code, 1);
    assert.match(unknown.stdout, /^\[DKR-004\] Cannot call "docker_make_coffee": .*\nNext: Known are: docker_/);
  });
});

Deno.test("call that is asked to end undoes what it had begun", async () => {
  const { daemon, socket, stop } = daemonOnSocket();
  const args = ["--host", `unix://${socket}`];
  try {
    await run("call", "docker_run_container", '{"image": "busybox:1.37", "name": "web"}', ...args);
    const web = daemon.container("web");
    web.stopsIn = 500;
    const call = ["call", "docker_recreate_container", '{"container": "web"}', "--destructive=allow", ...args];
    const main = new URL("../main.ts", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", main, ...call],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await until(() => daemon.seen.some(({ path }) => path.endsWith("/stop")));
    child.kill("SIGTERM");
    const { code, stdout } = await child.output();
    assert.equal(code, 1);
    assert.match(new TextDecoder().decode(stdout), /^\[DKR-020\] /);
    assert.deepEqual([daemon.container("web"), web.state], [web, "running"]);
  } finally {
    await stop();
  }
});

Deno.test("call says where its arguments are no JSON", async () => {
  await onFake(async (run) => {
    const { code, stdout, stderr } = await run("call", "docker_version", '{"all": tru}');
    assert.equal(code, 2);
    assert.match(stdout, /^Cannot call "docker_version": the arguments are not JSON: .* at position 11/);
    assert.equal(stderr, "");
    assert.match((await run("call", "docker_version", "[]")).stdout, /must be a JSON object/);
    assert.match((await run("call", "docker_version", '{"x": 1}')).stdout, /^\[DKR-004\] .*"x" is not known here/);
  });
});

Deno.test("doctor says which engine it is and how it was found", async () => {
  await onFake(async (run, socket) => {
    const { code, stdout } = await run("doctor");
    assert.equal(code, 0);
    assert.ok(stdout.startsWith(`Engine\n  unix://${socket}\n  found by: --host\n`), stdout);
    assert.match(stdout, /\nConnection: works\n {2}Docker Engine 28\.5\.2 on linux\/amd64\n {2}API 1\.51, agreed on/);
  });
});

Deno.test("doctor says why an engine cannot be used, and what to do", async () => {
  const { code, stdout } = await run("doctor", "--host", "unix:///nowhere/docker.sock");
  assert.equal(code, 1);
  assert.match(
    stdout,
    /\nConnection: does not work\n {2}\[DKR-001\] .*unix:\/\/\/nowhere\/docker\.sock: there is no socket/,
  );
  assert.match(stdout, /\n {2}Next: Start Docker or set DOCKER_HOST/);
  await onFake(async (run) => {
    const { code, stdout } = await run("doctor", "--api-version=1.99");
    assert.equal(code, 1);
    assert.match(stdout, /\[DKR-019\]/);
  });
});
