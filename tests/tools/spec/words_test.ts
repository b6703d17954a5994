import assert from "node:assert/strict";
import { created, refused } from "./created.ts";

Deno.test("a command is a list, or a string that is split as a shell does, with nothing expanded", async () => {
  const table: [string | string[], string[]][] = [
    [["a", "b c", ""], ["a", "b c", ""]],
    [`echo 'a b'  "c d"`, ["echo", "a b", "c d"]],
    [String.raw`echo a\ b "say \"hi\" \n"`, ["echo", "a b", String.raw`say "hi" \n`]],
    ["echo '' x", ["echo", "", "x"]],
    [`--name="a b"c`, ["--name=a bc"]],
    ["echo $HOME ${HOME} *.txt ~", ["echo", "$HOME", "${HOME}", "*.txt", "~"]],
    ["get http://host/#part #x", ["get", "http://host/#part", "#x"]],
    ["[ -f x ]", ["[", "-f", "x", "]"]],
    ["sh -c 'echo $X | cat'", ["sh", "-c", "echo $X | cat"]],
    ["  two\nlines ", ["two", "lines"]],
  ];
  for (const [command, sent] of table) assert.deepEqual((await created({ command })).Cmd, sent, String(command));
  assert.deepEqual((await created({ entrypoint: "sh -e" })).Entrypoint, ["sh", "-e"]);
});

Deno.test("a command that only a shell can run says how to run one", async () => {
  const table: [string, string, string][] = [
    ["a | b", "|", '["sh","-c","a | b"]'],
    ["a && b", "&&", '["sh","-c","a && b"]'],
    ["a > b", ">", '["sh","-c","a > b"]'],
    ["echo $(date)", "(", '["sh","-c","echo $(date)"]'],
    ["echo `date`", "`", '["sh","-c","echo `date`"]'],
  ];
  for (const [command, operator, instead] of table) {
    assert.equal(
      await refused({ command }),
      `"command": expected words without shell operators, got "${operator}"; a shell runs them: ${instead}`,
    );
  }
  assert.equal(await refused({ command: "" }), '"command": expected at least one word');
  assert.equal(await refused({ command: [] }), '"command": expected at least one word');
  assert.equal(await refused({ command: 3 }), '"command": expected a list or a string');
  assert.equal(
    await refused({ command: "echo 'open" }),
    `"command": expected words, got one with ' that nothing closes: "echo 'open"`,
  );
});

Deno.test("the environment is an object or a list", async () => {
  const { Env } = await created({ environment: { A: "1", B: 2, C: true, D: null, E: "x=y" } });
  assert.deepEqual(Env, ["A=1", "B=2", "C=true", "D=", "E=x=y"]);
  assert.deepEqual((await created({ environment: ["A=1", "B=a=b", "C="] })).Env, ["A=1", "B=a=b", "C="]);
  const own = "the server's own environment is never passed on";
  const table: [unknown, string][] = [
    [["B=1", "A"], `expected KEY=value, got something else at entry 2; ${own}`],
    [["DB_PASSWORD hunter2"], `expected KEY=value, got something else at entry 1 (DB_PASSWORD); ${own}`],
    [["API_TOKEN: hunter2"], `expected KEY=value, got something else at entry 1 (API_TOKEN); ${own}`],
    [["=hunter2"], `expected KEY=value, got something else at entry 1; ${own}`],
    [{ "": "x" }, 'expected a name without "=", got another one at entry 1'],
    [{ B: 1, "A=hunter2": "c" }, 'expected a name without "=", got another one at entry 2 (A)'],
    ["A=1", "expected an object or a list"],
    [{ A: {} }, 'expected a string or a number or a boolean at "A"'],
  ];
  for (const [environment, why] of table) assert.equal(await refused({ environment }), `"environment": ${why}`);
});

Deno.test("labels and extra hosts are objects or lists", async () => {
  assert.deepEqual((await created({ labels: { a: "1", b: 2, c: true } })).Labels, { a: "1", b: "2", c: "true" });
  assert.deepEqual((await created({ labels: ["a=1", "b", "c=d=e"] })).Labels, { a: "1", b: "", c: "d=e" });
  const hosts: [unknown, string[]][] = [
    [{ db: "10.0.0.5" }, ["db:10.0.0.5"]],
    [["db=10.0.0.5", "host.docker.internal:host-gateway"], ["db:10.0.0.5", "host.docker.internal:host-gateway"]],
    [["db:::1"], ["db:::1"]],
  ];
  for (const [extra_hosts, sent] of hosts) {
    assert.deepEqual((await created({ extra_hosts })).HostConfig?.ExtraHosts, sent);
  }
  assert.equal(await refused({ extra_hosts: ["db"] }), '"extra_hosts": expected name:address, got "db"');
});
