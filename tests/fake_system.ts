import { buildCache } from "./fake_builds.ts";
import { row } from "./fake_container_answers.ts";
import type { FakeContainer } from "./fake_containers.ts";
import type { Route } from "./fake_daemon.ts";
import { json } from "./fake_http.ts";

interface Parts {
  containers: { all: readonly FakeContainer[] };
  images: { all: readonly { Id: string; Size: number }[] };
  volumes: { usage(): unknown[] };
}

/** The fake daemon itself: its version, its host and its disk. Each container has written 2 kB. */
export function fakeSystem({ containers, images, volumes }: Parts): Route[] {
  const disk = () => {
    const used = new Set(containers.all.map((container) => row(container).ImageID));
    const Images = images.all.map((image) => ({ ...image, Containers: used.has(image.Id) ? 1 : 0, SharedSize: 0 }));
    return {
      LayersSize: Images.reduce((sum, { Size }) => sum + Size, 0),
      Images,
      Containers: containers.all.map((container) => ({ ...row(container), SizeRw: 2000 })),
      Volumes: volumes.usage(),
      BuildCache: buildCache,
    };
  };
  return [
    ...aboutItself,
    ["GET", /^\/system\/df$/, () => json(disk())],
  ];
}

const aboutItself: Route[] = [
  ["GET", /^\/_ping$/, () => new Response("OK", { headers: { "api-version": "1.51", "builder-version": "2" } })],
  ["HEAD", /^\/_ping$/, () => new Response(null, { headers: { "api-version": "1.51" } })],
  ["GET", /^\/version$/, () =>
    json({
      Version: "28.5.2",
      ApiVersion: "1.51",
      MinAPIVersion: "1.24",
      Os: "linux",
      Arch: "amd64",
      KernelVersion: "6.1.0",
      Components: [{ Name: "Engine", Version: "28.5.2" }, { Name: "containerd", Version: "2.1.9" }],
    })],
  ["GET", /^\/info$/, () =>
    json({
      Name: "fake",
      ServerVersion: "28.5.2",
      Containers: 1,
      ContainersRunning: 1,
      ContainersPaused: 0,
      ContainersStopped: 0,
      Images: 1,
      Driver: "overlay2",
      LoggingDriver: "json-file",
      CgroupDriver: "systemd",
      CgroupVersion: "2",
      OperatingSystem: "Debian GNU/Linux 12",
      OSType: "linux",
      Architecture: "x86_64",
      KernelVersion: "6.1.0",
      NCPU: 4,
      MemTotal: 8_000_000_000,
      DockerRootDir: "/var/lib/docker",
      Runtimes: { runc: {} },
      SecurityOptions: ["name=seccomp,profile=builtin"],
      Swarm: { LocalNodeState: "inactive" },
      Warnings: null,
    })],
];
