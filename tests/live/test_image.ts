import { packTar, type TarEntry } from "modern-tar";
import { temporaryFolder } from "../temporary.ts";
import { unpackPackages } from "./debian_packages.ts";
import { askEngine, mustAskEngine } from "./engine_api.ts";
import { findProgram } from "./private_engine_programs.ts";

/** The image that live tests, demo and benches run: busybox with all its applets, a shell first, httpd among them. */
export const testImage = "docker-mcp/busybox:test";

// In full, since Podman would put "localhost/" in front of a short name.
const repository = "docker.io/docker-mcp/busybox";
// Root's, and of no particular time, so that the same busybox gives the same image.
const owner = { uid: 0, gid: 0, mtime: new Date(0) };
const webPage = "hello from busybox\n";

/**
 * Makes the test image in the engine at `host` unless it is there, and returns its name. busybox is looked for in
 * `path`; without a static one it comes from a Debian package, and where there are none, from Docker Hub.
 */
export async function ensureTestImage(host: string, options: { path?: string } = {}): Promise<string> {
  if ((await askEngine(host, { path: `/images/${testImage}/json` })).status === 200) return testImage;
  const installed = await findProgram("busybox", options.path);
  if (installed !== undefined && isStatic(await Deno.readFile(installed))) {
    await importImage(host, installed);
  } else if (await findProgram("apt-get") !== undefined) {
    await importPackagedBusybox(host);
  } else {
    await buildImage(host, "busybox:1.37");
  }
  return testImage;
}

/** Copies the test image from one engine to another; much faster than to make it where that needs a download. */
export async function copyTestImage(from: string, to: string): Promise<string> {
  const saved = await mustAskEngine(from, { path: `/images/${testImage}/get` });
  await mustAskEngine(to, { method: "POST", path: "/images/load?quiet=1", body: saved.bytes });
  return testImage;
}

/** Builds the test image on a busybox image, which the engine pulls where it has none. */
export async function buildImage(host: string, base: string): Promise<void> {
  const dockerfile = `FROM ${base}
RUN mkdir -p /www && printf '${webPage.trim()}\\n' > /www/index.html
ENV PATH=/bin
CMD ["/bin/sh"]
`;
  const body = await packTar([file("Dockerfile", dockerfile)]);
  const query = new URLSearchParams({ t: testImage, pull: "0", rm: "1" });
  const answer = await mustAskEngine(host, { method: "POST", path: `/build?${query}`, body, timeout: 300_000 });
  // A build that fails still answers 200; the reason is in the stream.
  if (answer.text.includes('"errorDetail"')) {
    throw new Error(`Cannot build the test image on "${base}": ${answer.text.trim().split("\n").at(-1)}`);
  }
}

async function importPackagedBusybox(host: string): Promise<void> {
  using folder = temporaryFolder();
  await unpackPackages(["busybox-static"], folder.path);
  const unpacked = await findProgram("busybox", `${folder.path}/bin:${folder.path}/usr/bin`);
  if (unpacked === undefined) throw new Error('Cannot find "busybox" in the package busybox-static');
  await importImage(host, unpacked);
}

async function importImage(host: string, busybox: string): Promise<void> {
  const body = await packTar(await rootFiles(busybox));
  const query = new URLSearchParams({ fromSrc: "-", repo: repository, tag: "test" });
  query.append("changes", 'CMD ["/bin/sh"]');
  query.append("changes", "ENV PATH=/bin");
  const answer = await mustAskEngine(host, { method: "POST", path: `/images/create?${query}`, body });
  const id = /sha256:[0-9a-f]{64}/.exec(answer.text)?.[0];
  if (id === undefined) throw new Error(`Cannot import the test image: ${answer.text.trim()}`);
  // Podman 4 ignores the tag of an import.
  await mustAskEngine(host, { method: "POST", path: `/images/${id}/tag?repo=${repository}&tag=test` });
}

async function rootFiles(busybox: string): Promise<TarEntry[]> {
  const { stdout } = await new Deno.Command(busybox, { args: ["--list"] }).output();
  const applets = new TextDecoder().decode(stdout).split("\n").filter((name) => name !== "" && name !== "busybox");
  return [
    ...["bin/", "dev/", "etc/", "proc/", "root/", "sys/", "var/", "www/"].map((name) => folder(name, 0o755)),
    folder("tmp/", 0o1777),
    file("bin/busybox", await Deno.readFile(busybox), 0o755),
    ...applets.map((name) => link(`bin/${name}`, "busybox")),
    file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n"),
    file("etc/group", "root:x:0:\nnobody:x:65534:\n"),
    file("www/index.html", webPage),
  ];
}

function folder(name: string, mode: number): TarEntry {
  return { header: { name, type: "directory", size: 0, mode, ...owner } };
}

function link(name: string, linkname: string): TarEntry {
  return { header: { name, type: "symlink", linkname, size: 0, ...owner } };
}

function file(name: string, content: string | Uint8Array, mode = 0o644): TarEntry {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { header: { name, type: "file", size: body.length, mode, ...owner }, body };
}

/** Whether a 64-bit ELF program needs no interpreter (the dynamic linker), so that it runs in an empty image. */
export function isStatic(elf: Uint8Array): boolean {
  if (elf[0] !== 0x7f) return false;
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const interpreter = 3;
  const table = Number(view.getBigUint64(0x20, true));
  const size = view.getUint16(0x36, true);
  const count = view.getUint16(0x38, true);
  for (let i = 0; i < count; i++) {
    if (view.getUint32(table + i * size, true) === interpreter) return false;
  }
  return true;
}
