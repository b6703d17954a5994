import type { Evidence } from "./evidence.ts";

/** A port of the host that this container wants, and who has it now. */
export interface TakenPort {
  port: number;
  container: string;
}

/** Ports that are wanted here and published by other containers. */
export function publishers({ details, running }: Evidence): TakenPort[] {
  const wanted = Object.entries(details.HostConfig.PortBindings ?? {}).flatMap(([inside, bindings]) =>
    bindings.map(({ HostPort }) => ({ port: Number(HostPort), protocol: inside.split("/")[1] ?? "tcp" }))
  );
  const taken = running.filter(({ Id }) => Id !== details.Id).flatMap(({ Names, Ports }) =>
    (Ports ?? []).filter(({ PublicPort, Type }) =>
      wanted.some(({ port, protocol }) => port === PublicPort && protocol === Type)
    ).map(({ PublicPort = 0 }) => ({ port: PublicPort, container: Names[0]?.slice(1) ?? "" }))
  );
  // A port is published once on each family of addresses.
  return [...new Map(taken.map((one) => [`${one.port} ${one.container}`, one])).values()];
}
