import assert from "node:assert/strict";
import { created, refused } from "./created.ts";

Deno.test("volumes are mounted in every shape people write", async () => {
  const binds: [unknown, string][] = [
    [{ "/host": "/container" }, "/host:/container"],
    [{ data: "/data:ro" }, "data:/data:ro"],
    [{ data: { bind: "/data", mode: "ro" } }, "data:/data:ro"],
    [["data:/data"], "data:/data"],
    [["/a:/b:ro,z"], "/a:/b:ro,z"],
    [["C:\\data:/data"], "C:\\data:/data"],
    [[{ host_path: "/a", container_path: "/b", mode: "ro" }], "/a:/b:ro"],
    [[{ source: "data", target: "/d", read_only: true }], "data:/d:ro"],
    [[{ type: "volume", source: "data", target: "/d" }], "data:/d"],
    [[{ type: "bind", source: "/a", target: "/d" }], "/a:/d"],
  ];
  for (const [volumes, bind] of binds) {
    const { HostConfig } = await created({ volumes });
    assert.deepEqual([HostConfig?.Binds, HostConfig?.Mounts], [[bind], []], JSON.stringify(volumes));
  }
  const mounts: [unknown, unknown][] = [
    [["/anonymous"], { Type: "volume", Target: "/anonymous" }],
    [[{ type: "volume", target: "/d" }], { Type: "volume", Target: "/d" }],
    [[{ type: "tmpfs", target: "/run" }], { Type: "tmpfs", Target: "/run" }],
    [[{ type: "tmpfs", container_path: "/run", size: "64m" }], {
      Type: "tmpfs",
      Target: "/run",
      TmpfsOptions: { SizeBytes: 67_108_864 },
    }],
  ];
  for (const [volumes, mount] of mounts) {
    const { HostConfig } = await created({ volumes });
    assert.deepEqual([HostConfig?.Binds, HostConfig?.Mounts], [[], [mount]], JSON.stringify(volumes));
  }
});

Deno.test("volumes that cannot be are refused with what was expected", async () => {
  const table: [unknown, string][] = [
    [["~/x:/y"], '"volumes": expected an absolute host path or a volume name, got "~/x"'],
    [["./x:/y"], '"volumes": expected an absolute host path or a volume name, got "./x"'],
    [["/a:b"], '"volumes": expected an absolute path in the container, got "b"'],
    [[":"], '"volumes": expected a volume like /host:/container:ro or name:/path, got ":"'],
    [[{ host_path: "/a" }], '"volumes": expected "container_path" in a volume given as an object'],
    // A misspelt read_only must not become a volume that can be written.
    [[{ host_path: "/a", container_path: "/b", readonly: true }], '"volumes[0].readonly" is not known here'],
    [
      [{ type: "bind", source: "data", target: "/d" }],
      '"volumes": expected an absolute host path for a mount of type bind, got "data"',
    ],
    [
      [{ type: "bind", target: "/d" }],
      '"volumes": expected an absolute host path for a mount of type bind, got "nothing"',
    ],
    [
      [{ type: "volume", source: "/a", target: "/d" }],
      '"volumes": expected a volume name for a mount of type volume, got "/a"',
    ],
    [3, '"volumes": expected a list or an object'],
  ];
  for (const [volumes, why] of table) assert.equal(await refused({ volumes }), why);
});

Deno.test("tmpfs mounts are paths, with options or without", async () => {
  const table: [unknown, Record<string, string>][] = [
    [["/run"], { "/run": "" }],
    [["/run:size=64m,mode=1777"], { "/run": "size=64m,mode=1777" }],
    [{ "/run": "size=64m" }, { "/run": "size=64m" }],
  ];
  for (const [tmpfs, sent] of table) assert.deepEqual((await created({ tmpfs })).HostConfig?.Tmpfs, sent);
  assert.equal(await refused({ tmpfs: ["run"] }), '"tmpfs": expected an absolute path in the container, got "run"');
});
