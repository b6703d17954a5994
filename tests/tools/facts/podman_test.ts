import assert from "node:assert/strict";
import { engine } from "../../../src/engine/engine.ts";
import { connect } from "../../../src/engine/transport.ts";
import { diskUsage } from "../../../src/tools/facts/disk_usage.ts";
import { statsOf } from "../../../src/tools/facts/stats_facts.ts";

const { signal } = new AbortController();

/** An engine that gives these answers, by the end of the path. */
function podman(answers: Record<string, unknown>) {
  const fetch = (input: string | URL | Request) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    const found = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1];
    return Promise.resolve(new Response(typeof found === "string" ? found : JSON.stringify(found)));
  };
  return engine(connect({ host: "unix:///fake/podman.sock", timeout: 1000, apiVersion: "1.41", fetch }));
}

Deno.test("on Podman the disk's images and containers are told as its lists tell them", async () => {
  const [image, container] = ["a".repeat(64), "c".repeat(64)];
  const disk = {
    LayersSize: 10,
    Images: [{ Id: image, RepoTags: ["1"], Size: 10, SharedSize: 4 }, {
      Id: image,
      RepoTags: ["2"],
      Size: 10,
      SharedSize: 4,
    }],
    Containers: [{ Id: container, ImageID: image, SizeRw: 7 }],
    Volumes: [],
  };
  const listed = {
    Id: `sha256:${image}`,
    RepoTags: ["localhost/a:1", "localhost/a:2"],
    Size: 10,
    Labels: { team: "red" },
  };
  const row = { Id: container, ImageID: `sha256:${image}`, Labels: { team: "red" }, State: "exited" };
  const docker = podman({ "/system/df": disk, "/images/json": [listed], "/containers/json": [row] });
  assert.deepEqual(await diskUsage({ engine: docker, signal }), {
    ...disk,
    Images: [{ ...listed, SharedSize: 4 }],
    Containers: [{ ...row, SizeRw: 7 }],
  });
});

Deno.test("a container that does not run has no stats, whatever Podman answers", async () => {
  for (const stats of ["", { cause: "container is stopped", message: "container is stopped", response: 500 }]) {
    assert.equal(await statsOf(podman({ "/stats": stats }), "web", { signal }), undefined);
  }
});
