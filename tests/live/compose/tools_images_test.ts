import assert from "node:assert/strict";
import { isOlder } from "../../../src/engine/version.ts";
import { until } from "../tools/scene.ts";
import { changesOf, stackTest } from "./tools_scene.ts";

stackTest(
  "an image that is mounted must be there: it is shown, planned to be pulled, or refused by name",
  async (own, scene) => {
    const { ApiVersion } = Object(await scene.ask({ path: "/version" }));
    const mounting = (source: string) =>
      `services: {web: {image: "\${IMAGE}", command: [sleep, "600"], stop_signal: SIGKILL, volumes: [{type: image, source: "${source}", target: /tools}]}}`;
    const absent = "127.0.0.1:1/none/tools:1";
    await own.write(mounting(absent));
    if (isOlder(ApiVersion, "1.48")) {
      const plan = String((await own.data("docker_compose_plan", own.source))["plan"]);
      assert.match(
        plan,
        /a mount of an image \("127\.0\.0\.1:1\/none\/tools:1"\) takes API 1\.48, and this engine speaks/,
      );
      return;
    }
    const plan = String((await own.data("docker_compose_plan", own.source))["plan"]);
    assert.match(plan, /image 127\.0\.0\.1:1\/none\/tools:1: pull \("web" mounts it, and the image is not there\)/);
    assert.match(await own.fails("DKR-016", "docker_compose_up", own.source), /at "services\.web\.volumes"/);
    assert.match(await own.text("docker_compose_ps", own.source), /has no containers/);
    await own.write(mounting(scene.image));
    await own.data("docker_compose_up", own.source);
    assert.match(await scene.sh(`${own.name}-web-1`, "ls /tools/bin"), /busybox/);
  },
);

stackTest(
  "images of services are built from a folder, and one that cannot be pulled is told",
  async (own, { image }) => {
    await Deno.mkdir(`${own.folder}/app`);
    await Deno.writeTextFile(`${own.folder}/app/Dockerfile`, `FROM ${image}\nARG WORD\nRUN echo $WORD > /word\n`);
    await own.write('services: {app: {build: {context: app, args: {WORD: "${WORD}"}}, command: cat /word}}');
    const source = { ...own.source, environment: { WORD: "first" } };
    const built = await own.data("docker_compose_build", source);
    assert.deepEqual(changesOf(built), [`image ${own.name}-app: build`]);
    const ran = await own.data("docker_compose_run", { ...source, service: "app" });
    assert.equal(ran["stdout"], "first\n");
    const again = { ...source, environment: { WORD: "second" }, build: true };
    await own.data("docker_compose_up", again);
    await until(
      "it has printed",
      async () => (await own.text("docker_compose_logs", { project_name: own.name })).includes("|app-1 | second"),
    );
    await own.data("docker_compose_down", { file: own.file, project_name: own.name, images: "local" });
    await own.write("services:\n  app:\n    image: 127.0.0.1:1/nothing:1\n");
    const failed = await own.fails("DKR-016", "docker_compose_pull", own.source);
    assert.match(failed, /image 127\.0\.0\.1:1\/nothing:1: pull, at "services\.app" \(.*compose\.yaml:\d+\)/);
  },
);

stackTest(
  "a failed build, a privileged service and a socket are refused with service and line",
  async (own, { image }) => {
    await own.write(`services: {app: {build: {dockerfile_inline: "FROM ${image}\\nRUN echo the reason; exit 7"}}}`);
    assert.match(
      await own.fails("DKR-022", "docker_compose_build", own.source),
      /at step "[^"]*RUN echo the reason; exit 7", image .*-app: build, at "services\.app"[^]*exit code 7[^]*\|the reason\n/,
    );
    await own.write(`services:\n  app:\n    image: ${image}\n    privileged: true\n`);
    const privileged = await own.fails("DKR-011", "docker_compose_up", own.source);
    assert.match(
      privileged,
      /at "services\.app\.privileged" \(.*compose\.yaml:4\).*\nNext: .*--allow-privileged.*\. Nothing was changed$/,
    );
    await own.write(`services:\n  app:\n    image: ${image}\n    volumes: ["/var/run/docker.sock:/s"]\n`);
    const socket = await own.fails("DKR-011", "docker_compose_up", own.source);
    assert.match(socket, /at "services\.app\.volumes" \(.*compose\.yaml:4\).*\nNext: .*--allow-docker-socket/);
  },
);
