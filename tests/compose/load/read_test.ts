import assert from "node:assert/strict";
import { load } from "../../../src/compose/compose.ts";
import { diskHost } from "../../../src/compose/load/read.ts";
import { temporaryFolder } from "../../temporary.ts";

async function withFolders(check: (folders: { allowed: string; secret: string }) => Promise<void>): Promise<void> {
  using root = temporaryFolder();
  const [allowed, secret] = [`${root.path}/allowed`, `${root.path}/secret`];
  await Promise.all([Deno.mkdir(allowed), Deno.mkdir(secret)]);
  await Deno.writeTextFile(`${secret}/key.env`, "KEY=hidden\n");
  await Deno.writeTextFile(`${secret}/compose.yaml`, "services: {b: {image: b}}\n");
  await check({ allowed, secret });
}

function hostOf(allowed: string) {
  const refusal = (path: string) => new Error(`refused: ${path.split("/").slice(-2).join("/")}`);
  return diskHost({ folders: [allowed], refusal, env: new Map(), home: "/root", cwd: allowed });
}

Deno.test("a project is read from a folder of the operator's, with its .env", () =>
  withFolders(async ({ allowed }) => {
    await Deno.writeTextFile(`${allowed}/compose.yaml`, 'services: {web: {image: "nginx:$TAG"}}\n');
    await Deno.writeTextFile(`${allowed}/.env`, "\ufeffTAG=5\n");
    const project = await load(hostOf(allowed));
    assert.equal(project.services.get("web")?.image, "nginx:5");
    assert.equal(project.name, "allowed");
  }));

for (
  const [what, text] of [
    ["an env_file", "services: {web: {image: a, env_file: ../secret/key.env}}"],
    ["a label_file", "services: {web: {image: a, label_file: [../secret/key.env]}}"],
    ["an included file", "include: [../secret/compose.yaml]\nservices: {web: {image: a}}"],
    ["an extended file", "services: {web: {extends: {file: ../secret/compose.yaml, service: b}}}"],
    ["a link out of them", "services: {web: {image: a, env_file: link.env}}"],
  ] as const
) {
  Deno.test(`${what} outside the operator's folders is refused, and not read`, () =>
    withFolders(async ({ allowed, secret }) => {
      await Deno.symlink(`${secret}/key.env`, `${allowed}/link.env`);
      await Deno.writeTextFile(`${allowed}/compose.yaml`, text);
      await assert.rejects(load(hostOf(allowed)), /^Error: refused: (?:secret|allowed)\//);
    }));
}

Deno.test("a file outside the operator's folders is refused by name, and is not there for whoever looks", () =>
  withFolders(async ({ allowed, secret }) => {
    await Deno.symlink(`${secret}/key.env`, `${allowed}/link.env`);
    const host = hostOf(allowed);
    await assert.rejects(load(host, { files: ["../secret/compose.yaml"] }), /^Error: refused: secret\/compose.yaml$/);
    await assert.rejects(load(host, { files: ["../secret/none.yaml"] }), /^Error: refused: secret\/none.yaml$/);
    assert.equal(await host.isFile(`${secret}/key.env`), false);
    await assert.rejects(host.isFile(`${allowed}/link.env`), /refused: secret\/key.env/);
    await assert.rejects(host.readText(`${allowed}/link.env`), /refused: secret\/key.env/);
  }));

Deno.test("a search for files ends where the operator's folders end", () =>
  withFolders(async ({ allowed }) => {
    await Deno.writeTextFile(`${allowed}/../compose.yaml`, "services: {web: {image: a}}\n");
    await assert.rejects(load(hostOf(allowed)), /no Compose file in/);
  }));

Deno.test("a file that is missing, and one that is far too large, are said", () =>
  withFolders(async ({ allowed }) => {
    await assert.rejects(load(hostOf(allowed), { files: ["nope.yaml"] }), /Cannot read .*\/nope.yaml: No such file/);
    await Deno.writeTextFile(`${allowed}/compose.yaml`, `# ${"x".repeat(5 * 1024 * 1024)}\nservices: {}`);
    await assert.rejects(load(hostOf(allowed)), /has more than 4194304 bytes/);
  }));
