import type { ContainerDetails } from "../../engine/containers.ts";

/** What a container was made with, by the paths that a service has for it; what its image gave is left out. */
export function valuesIn({ Config, HostConfig }: ContainerDetails, image: readonly string[]): Map<string, string> {
  const own = (Config.Env ?? []).filter((line) => !image.includes(line));
  const environment = own.map((line): [string, string] => {
    const [name = ""] = line.split("=", 1);
    return [`environment.${name}`, line.slice(name.length + 1)];
  });
  const ports = Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => `${HostIp ? `${HostIp}:` : ""}${HostPort}:${port}`)
  );
  const values: [string, string | undefined][] = [
    ...environment,
    ["image", Config.Image],
    ["command", listText(Config.Cmd)],
    ["entrypoint", listText(Config.Entrypoint)],
    ["user", Config.User],
    ["working_dir", Config.WorkingDir],
    ["hostname", Config.Hostname],
    ["stop_signal", Config.StopSignal],
    ["restart", HostConfig.RestartPolicy?.Name],
    ["privileged", HostConfig.Privileged ? "true" : undefined],
    ["ports", ports.sort().join(", ")],
  ];
  return new Map(values.flatMap(([path, value]): [string, string][] => value ? [[path, value]] : []));
}

function listText(words: readonly string[] | null | undefined): string | undefined {
  return words?.length ? JSON.stringify(words) : undefined;
}
