import assert from "node:assert/strict";
import { loaded, service, web } from "./loaded.ts";

Deno.test("an env_file that an extended service has too, in whichever folder, is read where that one reads it", async () => {
  const project = await loaded({
    "/project/compose.yaml": web(
      "extends: {file: base/base.yaml, service: base}, env_file: [b.env, a.env, base/c.env]",
    ),
    "/project/base/base.yaml": "services: {base: {image: b, env_file: [../a.env, c.env]}}",
    "/project/a.env": "A=a\nC=a",
    "/project/b.env": "A=b\nC=b",
    "/project/base/c.env": "C=c",
  });
  assert.deepEqual(Object.fromEntries(service(project).environment ?? []), { A: "b", C: "b" });
});

Deno.test("the .env of an included file is for what is written with a dollar sign in it, not for its containers", async () => {
  const project = await loaded({
    "/project/compose.yaml": "include: [{path: inc/compose.yaml, x-why: shared}]",
    "/project/.env": "OUT=out",
    "/project/inc/compose.yaml": web('hostname: "$TAG", environment: [TAG, OUT], env_file: own.env'),
    "/project/inc/.env": "TAG=five\nOUT=in",
    "/project/inc/own.env": "OWN=${TAG}-${OUT}",
  });
  const { hostname, environment } = service(project);
  assert.equal(hostname, "five");
  assert.deepEqual(Object.fromEntries(environment ?? []), { TAG: null, OUT: "out", OWN: "-out" });
});

Deno.test("env_file gives variables, which environment goes over; label_file gives labels", async () => {
  const project = await loaded({
    "/project/compose.yaml": web(
      `env_file: [one.env, {path: two.env, format: raw}, {path: no.env, required: false}], environment: {A: own, N: }, ` +
        "label_file: l.env, labels: {b: own}",
    ),
    "/project/one.env": "A=1\nB=${A}-$OUT\nC='$OUT'\nD=\"x\\ny\" # c\n",
    "/project/two.env": 'E="q" $OUT\n',
    "/project/l.env": "a=1\nb=2\n",
  }, { env: { OUT: "out" } });
  assert.deepEqual(Object.fromEntries(service(project).environment ?? []), {
    A: "own",
    B: "own-out",
    C: "$OUT",
    D: "x\ny",
    E: '"q" $OUT',
    N: null,
  });
  assert.deepEqual(Object.fromEntries(service(project).labels ?? []), { a: "1", b: "own" });
});

Deno.test("of several env files each may refer to its own variables, over those of the files before", async () => {
  const project = await loaded({
    "/project/compose.yaml": web("env_file: [a.env, b.env]"),
    "/project/a.env": "A=a\nKEPT=a\n",
    "/project/b.env": "A=b\nOWN=${A}\nBEFORE=${KEPT}\n",
  });
  assert.deepEqual(service(project).environment, new Map(Object.entries({ A: "b", KEPT: "a", OWN: "b", BEFORE: "a" })));
});

Deno.test("a raw env file has its values as they stand; a name alone takes the project's variable", async () => {
  const project = (text: string) =>
    loaded({ "/project/compose.yaml": web("env_file: [{path: raw.env, format: raw}]"), "/project/raw.env": text });
  const environment = new Map(Object.entries({ A: "'$B' # c ", HOME: "/home/jo" }));
  assert.deepEqual(service(await project("  # c\n  A='$B' # c \nHOME\nUNSET\n")).environment, environment);
  await assert.rejects(project("A=1\n A B=2\n"), /raw\.env:2:2: variable name contains whitespaces/);
  await assert.rejects(project("=1\n"), /raw\.env:1:1: no variable name/);
});

Deno.test("an env file may end with a name alone", async () => {
  const files = { "/project/compose.yaml": web("env_file: a.env"), "/project/a.env": "A=1\nHOME" };
  const environment = new Map(Object.entries({ A: "1", HOME: "/home/jo" }));
  assert.deepEqual(service(await loaded(files)).environment, environment);
});

Deno.test("in double quotes of an env file, what is no escape keeps its backslash", async () => {
  const files = { "/project/compose.yaml": web("env_file: a.env"), "/project/a.env": 'A="\\d\\t\\"\\\\"\nB=x\t#y\n' };
  const environment = new Map(Object.entries({ A: '\\d\t"\\', B: "x\t#y" }));
  assert.deepEqual(service(await loaded(files)).environment, environment);
});
