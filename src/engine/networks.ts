import type { EndpointConfig } from "./container_types.ts";
import { given, json, none, type Options, path, type Transport } from "./request.ts";

/** A row of `GET /networks`. */
export interface NetworkSummary {
  Id: string;
  Name: string;
  Driver: string;
  Scope: string;
}

/** Networks. */
export type Networks = ReturnType<typeof networks>;

export function networks(transport: Transport) {
  return {
    list({ signal }: Options = {}) {
      return json<NetworkSummary[]>(transport, { method: "GET", path: "/networks", ...given(signal) });
    },
    async connect(
      network: string,
      { container, endpoint }: { container: string; endpoint: EndpointConfig },
      { signal }: Options = {},
    ) {
      const body = { kind: "json", value: { Container: container, EndpointConfig: endpoint } } as const;
      await none(transport, { method: "POST", path: path`/networks/${network}/connect`, body, ...given(signal) });
    },
  };
}
