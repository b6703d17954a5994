import type { ContainerConfig } from "../../../engine/container_types.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import type { ImageConfig } from "../../../engine/images.ts";
import { present } from "../../spec/resources.ts";

type Config = ContainerDetails["Config"];

/**
 * What a container was given itself, without what its image added. A value that was given and equals the image's cannot
 * be told from one that was not.
 */
export function ownConfig({ Config, HostConfig }: ContainerDetails, image: ImageConfig): Config {
  const { Cmd: _, Entrypoint: __, Healthcheck: ___, User, WorkingDir, StopSignal, ...rest } = Config;
  const published = Object.keys(HostConfig.PortBindings ?? {});
  return {
    ...rest,
    Env: (Config.Env ?? []).filter((line) => !image.Env?.includes(line)),
    Labels: without(Config.Labels, (key, value) => image.Labels?.[key] === value),
    ExposedPorts: without(Config.ExposedPorts, (port) => !published.includes(port) && hasKey(image.ExposedPorts, port)),
    Volumes: without(Config.Volumes, (path) => hasKey(image.Volumes, path)),
    ...commandOf(Config, image),
    ...present({
      Healthcheck: healthOf(Config.Healthcheck, image.Healthcheck),
      User: User === image.User ? undefined : User,
      WorkingDir: WorkingDir === image.WorkingDir ? undefined : WorkingDir,
      StopSignal: StopSignal === image.StopSignal ? undefined : StopSignal,
    }),
  };
}

/** Entrypoint and command go together: an image's command counts only where neither is given. */
function commandOf({ Cmd, Entrypoint }: Config, image: ImageConfig): Pick<ContainerConfig, "Cmd" | "Entrypoint"> {
  if (!same(Entrypoint, image.Entrypoint)) return present({ Cmd, Entrypoint });
  // An entrypoint alone, spelled as the image's, had taken the image's command away.
  if (!Cmd?.length && image.Cmd?.length) return present({ Entrypoint });
  return same(Cmd, image.Cmd) ? {} : present({ Cmd });
}

/** Each part of a health check is inherited by itself. */
function healthOf(given: Config["Healthcheck"], image: ImageConfig["Healthcheck"]): Config["Healthcheck"] {
  if (!given || !image) return given;
  const { Test, Interval, Timeout, StartPeriod, Retries, ...rest } = given;
  const own = present({
    Test: same(Test, image.Test) ? undefined : Test,
    Interval: Interval === image.Interval ? undefined : Interval,
    Timeout: Timeout === image.Timeout ? undefined : Timeout,
    StartPeriod: StartPeriod === image.StartPeriod ? undefined : StartPeriod,
    Retries: Retries === image.Retries ? undefined : Retries,
  });
  const all = { ...rest, ...own };
  return Object.keys(all).length > 0 ? all : undefined;
}

function without<T>(record: Record<string, T> | undefined, inherited: (key: string, value: T) => boolean) {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([key, value]) => !inherited(key, value)));
}

function hasKey(record: Record<string, unknown> | null | undefined, key: string): boolean {
  return record?.[key] !== undefined;
}

function same(a: readonly string[] | null | undefined, b: readonly string[] | null | undefined): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
