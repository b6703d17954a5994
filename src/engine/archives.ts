import { EngineError } from "./errors.ts";
import { bytes, type EngineResponse, given, none, type Options, path, type Transport } from "./request.ts";

/** The files of a container, as tar archives. */
export function archives(transport: Transport) {
  const archive = (id: string) => path`/containers/${id}/archive`;
  return {
    /** The path as a tar stream. */
    readArchive(id: string, target: string, { signal }: Options = {}): Promise<EngineResponse> {
      return bytes(transport, { method: "GET", path: archive(id), query: { path: target }, ...given(signal) });
    },
    /** Where a write to the path ends, by way of the links in its place; nothing where nothing lies there. */
    async endOf(id: string, target: string, { signal }: Options = {}): Promise<string | undefined> {
      const query = { path: target };
      const ask = { method: "HEAD", path: archive(id), query, reply: "whole", ...given(signal) } as const;
      // Such an answer says no more than its status; whoever writes there is told why.
      const response = await transport.send(ask).catch(unlessStatus);
      await response?.discard();
      const told = response?.headers.get("x-docker-container-path-stat");
      if (!told) return undefined;
      const { linkTarget }: { linkTarget?: string } = JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(told)));
      return linkTarget || target;
    },
    /** Unpacks `tar` into the folder `target`, which must exist. */
    async writeArchive(id: string, target: string, tar: Uint8Array<ArrayBuffer>, { signal }: Options = {}) {
      const query = { path: target, noOverwriteDirNonDir: true };
      const body = { kind: "tar", content: tar } as const;
      await none(transport, { method: "PUT", path: archive(id), query, body, ...given(signal) });
    },
  };
}

function unlessStatus(error: unknown): undefined {
  if (!(error instanceof EngineError) || error.status === undefined) throw error;
}
