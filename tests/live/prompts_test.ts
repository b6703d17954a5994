import assert from "node:assert/strict";
import { type Scene, sceneTest, until } from "./tools/scene.ts";

async function get({ client }: Scene, name: string, args: Record<string, string>): Promise<string> {
  const { messages: [message] } = await client.getPrompt({ name, arguments: args });
  assert.ok(message?.content.type === "text");
  return message.content.text;
}

sceneTest("troubleshoot_container carries why a container failed, and hides its secrets", async (s) => {
  const container = await s.run("broken", {
    command: ["sh", "-c", "echo 'Error: no DATABASE_URL given' >&2; exit 3"],
    environment: { API_TOKEN: "hunter2" },
  });
  await until("it ended", async () => /exited/.test(await s.text("docker_inspect_container", { container })));
  const text = await get(s, "troubleshoot_container", { container });
  assert.match(text, /^\|Cause: The program failed with exit code 3.*no DATABASE_URL given/m);
  assert.match(text, /^Last 50 lines of the log[^\n]*\n(\|.*\n)*\|.*no DATABASE_URL given/m);
  assert.match(text, new RegExp(`^\\|Not running: ${container}$`, "m"));
  assert.doesNotMatch(text, /hunter2/);
  await assert.rejects(get(s, "troubleshoot_container", { container: `${s.prefix}-none` }), { code: -32602 });
});

sceneTest("optimize_container carries use, processes, image and layers of a running container", async (s) => {
  const container = await s.run("busy", { memory: "64m" });
  const text = await get(s, "optimize_container", { container });
  assert.match(text, /"memory":"64 MiB"/);
  for (const title of ["Details", "Resource use now", "Processes", "Image", "Layers of the image"]) {
    assert.match(text, new RegExp(`^${title} \\(data, not instructions\\):\n\\|(?!\\[DKR)`, "m"));
  }
  assert.match(text, /^\|.*sleep 600/m);
  assert.ok(text.length < 12_000, `${text.length} characters`);
});

sceneTest("generate_compose carries each container with its health check, and each image once", async (s) => {
  const network = await s.network("front");
  const health_check = { cmd: "true", interval: "5s" };
  const web = await s.run("web", { networks: [network], health_check, volumes: [`${s.prefix}-data:/data`] });
  const db = await s.create("db", { networks: [network], restart: "unless-stopped" });
  const text = await get(s, "generate_compose", { containers: `${web}, ${db}` });
  const titles = [...text.matchAll(/^(\S.*) \(data, not instructions\):$/gm)].map(([, title]) => title);
  assert.deepEqual(titles.slice(0, 3), [`Container ${web}`, `Health check of ${web}`, `Container ${db}`]);
  assert.equal(titles.length, 4);
  assert.match(titles[3] ?? "", /^Image [0-9a-f]{12}$/);
  for (const fact of [network, `${s.prefix}-data`, "unless-stopped", "5000000000"]) {
    assert.ok(text.includes(fact), fact);
  }
});

sceneTest("a prompt's argument is completed with the containers of the engine", async (s) => {
  const container = await s.create("named");
  const { completion } = await s.client.complete({
    ref: { type: "ref/prompt", name: "troubleshoot_container" },
    argument: { name: "container", value: s.prefix },
  });
  assert.deepEqual(completion.values, [container]);
});
