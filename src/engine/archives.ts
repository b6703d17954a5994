import { bytes, given, none, type Options, path, type Transport } from "./request.ts";

/** What `HEAD /containers/{id}/archive` tells of a path. */
export interface PathStat {
  name: string;
  size: number;
  /** Go's file mode: the lower nine bits are the permissions. */
  mode: number;
  mtime: string;
  linkTarget: string;
}

/** The files of a container, as tar archives. */
export function archives(transport: Transport) {
  const archive = (id: string) => path`/containers/${id}/archive`;
  return {
    /** The path as a tar stream, with what the Engine says of it. */
    async readArchive(id: string, target: string, { signal }: Options = {}) {
      const ask = { method: "GET", path: archive(id), query: { path: target }, ...given(signal) } as const;
      const response = await bytes(transport, ask);
      return { response, stat: pathStat(response.headers) };
    },
    /** Unpacks `tar` into the folder `target`, which must exist. */
    async writeArchive(id: string, target: string, tar: Uint8Array<ArrayBuffer>, { signal }: Options = {}) {
      const query = { path: target, noOverwriteDirNonDir: true };
      const body = { kind: "tar", content: tar } as const;
      await none(transport, { method: "PUT", path: archive(id), query, body, ...given(signal) });
    },
  };
}

/** Reads `X-Docker-Container-Path-Stat`: base64 of a JSON object. */
function pathStat(headers: Headers): PathStat | undefined {
  const header = headers.get("x-docker-container-path-stat");
  if (header === null) return undefined;
  const json = new TextDecoder().decode(Uint8Array.from(atob(header), (char) => char.charCodeAt(0)));
  return JSON.parse(json);
}
