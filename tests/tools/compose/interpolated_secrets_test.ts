import assert from "node:assert/strict";
import { connect, type Connected } from "../../connect.ts";
import { temporaryFolder } from "../../temporary.ts";

const compose_yaml = `
name: shop
services:
  web:
    image: busybox:1.37
    command: [serve, --db, "dbname=shop,\${DB_PASSWORD},\${PORT_KEY_COUNT}"]
    environment: { LEVEL: "\${API_TOKEN}" }
    labels: { note: "see \${API_TOKEN}" }
`;
const environment = { DB_PASSWORD: "hunter2", API_TOKEN: 'a$b&"c"-d', PORT_KEY_COUNT: "public" };
const source = { compose_yaml, environment };

/** All that a client gets of a call. */
async function told({ client }: Connected, tool: string, args: Record<string, unknown>): Promise<string> {
  const notes: string[] = [];
  const answer = await client.callTool({ name: `docker_compose_${tool}`, arguments: args }, {
    onprogress: ({ message = "" }) => notes.push(message),
  });
  return JSON.stringify([answer, notes]);
}

/** No part of what the variables hold, however it is written. */
function withoutSecrets(text: string): void {
  assert.doesNotMatch(text, /hunter|a\$|b&|b\\u0026|"c\\*"|-d\b/, text);
}

Deno.test("what a secret variable puts into a project is told nowhere, and sent to the engine", async () => {
  await using connected = await connect();
  const config = await told(connected, "config", source);
  withoutSecrets(config);
  assert.match(config, /dbname=shop,\[redacted\],public/);
  assert.match(config, /note: see \[redacted\]/);
  withoutSecrets(await told(connected, "up", source));
  const { Config } = connected.daemon.container("shop-web-1");
  assert.deepEqual(Config.Cmd, ["serve", "--db", "dbname=shop,hunter2,public"]);
  assert.equal(Config.Labels?.["note"], 'see a$b&"c"-d');
  const changed = { ...source, compose_yaml: compose_yaml.replace("dbname=shop", "dbname=blog") };
  for (const tool of ["plan", "up"]) {
    const text = await told(connected, tool, changed);
    withoutSecrets(text);
    assert.match(text, /dbname=shop,\[redacted\],public.* -> .*dbname=blog,\[redacted\],public/);
  }
});

Deno.test("a secret that a plan cuts off is not told by half", async () => {
  await using connected = await connect();
  const long = (start: string) => `
name: shop
services:
  web: { image: busybox:1.37, command: "serve ${start}${"x".repeat(62)}\${DB_PASSWORD}" }
`;
  await told(connected, "up", { ...source, compose_yaml: long("a") });
  const text = await told(connected, "plan", { ...source, compose_yaml: long("b") });
  assert.match(text, /xxx\[redacted\]\.\.\./);
  withoutSecrets(text);
});

Deno.test("what is wrong with a project is told without its secrets", async () => {
  await using connected = await connect();
  const wrong = (service: string) => ({
    compose_yaml: `services: { web: { image: a, ${service} } }`,
    project_name: "a",
    environment,
  });
  const port = await told(connected, "config", wrong("ports: ['${DB_PASSWORD}:80']"));
  assert.match(port, /\[DKR-023\].*\[redacted\]/);
  withoutSecrets(port);
  const { daemon } = connected;
  daemon.failNext({ method: "POST", path: /\/images\/create/ }, 500, "invalid reference: reg/hunter2");
  const image = await told(connected, "up", {
    ...source,
    compose_yaml: "name: a\nservices: {web: {image: 'reg/${DB_PASSWORD}'}}",
  });
  assert.match(image, /reg\/\[redacted\]/);
  withoutSecrets(image);
});

Deno.test("the variables of files are no less secret, nor what they put into others", async () => {
  using folder = temporaryFolder();
  const write = (file: string, text: string) => Deno.writeTextFile(`${folder.path}/${file}`, text);
  await write(".env", "DB_PASSWORD=hunter2\nWHERE=db?user=me,${DB_PASSWORD}\n");
  await write("web.env", "WEB_SECRET=hunter3\nOPTION=x,${WEB_SECRET}\n");
  await Deno.mkdir(`${folder.path}/more`);
  await write("more/.env", "MORE_TOKEN=hunter4\n");
  await write("more/compose.yaml", "services: { more: { image: 'reg/${MORE_TOKEN}' } }");
  const main =
    "include: [more/compose.yaml]\nservices: { web: { image: a, command: '${WHERE}', env_file: web.env, volumes: ['$PWD/data:/data'] } }";
  await write("compose.yaml", main);
  await using connected = await connect({ args: [`--folders=${folder.path}`] });
  const text = await told(connected, "config", { project_dir: folder.path });
  assert.match(text, /db\?user=me,\[redacted\]/);
  assert.match(text, /OPTION: x,\[redacted\]/);
  assert.ok(text.includes(`source: ${folder.path}/data`), `PWD is no password: ${text}`);
  assert.match(text, /image: reg\/\[redacted\]/);
  withoutSecrets(text);
  for (
    const line of ["DB_PASSWORD hunter2", "DB_PASSWORD hunter2!", "DB_PASSWORD='hunter2", "DB_PASSWORD=${hunter2!}"]
  ) {
    await write(".env", `${line}\n`);
    const wrong = await told(connected, "config", { project_dir: folder.path });
    assert.match(wrong, /\[DKR-023\].*\.env:1/, line);
    withoutSecrets(wrong);
  }
  await write(".env", "");
  await write("web.env", "WEB_SECRET hunter3=\n");
  await write("compose.yaml", main.replace("env_file: web.env", "env_file: {path: web.env, format: raw}"));
  withoutSecrets(await told(connected, "config", { project_dir: folder.path }));
});

Deno.test("an argument of environment that is none is told by its name alone", async () => {
  await using connected = await connect();
  const text = await told(connected, "config", { compose_yaml, environment: ["DB_PASSWORD hunter2"] });
  assert.match(text, /expected KEY=value.*DB_PASSWORD/);
  withoutSecrets(text);
});

Deno.test("an operator who shows secrets shows these too", async () => {
  await using connected = await connect({ args: ["--show-secrets"] });
  assert.match(await told(connected, "config", source), /dbname=shop,hunter2,public/);
});

Deno.test("a name that is a secret's value as well stays readable", async () => {
  await using connected = await connect();
  const text = await told(connected, "config", {
    ...source,
    environment: { ...environment, DB_PASSWORD: "web", API_TOKEN: "shop" },
  });
  assert.match(text, /name: shop\\nservices:\\n {2}web:/);
});
