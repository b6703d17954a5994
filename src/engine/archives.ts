import { bytes, type EngineResponse, given, none, type Options, path, type Transport } from "./request.ts";

/** The files of a container, as tar archives. */
export function archives(transport: Transport) {
  const archive = (id: string) => path`/containers/${id}/archive`;
  return {
    /** The path as a tar stream. */
    readArchive(id: string, target: string, { signal }: Options = {}): Promise<EngineResponse> {
      return bytes(transport, { method: "GET", path: archive(id), query: { path: target }, ...given(signal) });
    },
    /** Unpacks `tar` into the folder `target`, which must exist. */
    async writeArchive(id: string, target: string, tar: Uint8Array<ArrayBuffer>, { signal }: Options = {}) {
      const query = { path: target, noOverwriteDirNonDir: true };
      const body = { kind: "tar", content: tar } as const;
      await none(transport, { method: "PUT", path: archive(id), query, body, ...given(signal) });
    },
  };
}
