import type { EndpointConfig } from "../engine/container_types.ts";
import type { CreateNetworkBody } from "../engine/networks.ts";
import type { CreateVolumeBody } from "../engine/volumes.ts";
import type { ContainerSpec } from "./plan/translate/spec.ts";
import type { Build, Dependency, Hook } from "./project.ts";

/** What to do: one call to the engine, why, what it costs, and what must be done before. */
export type Operation = Step & Action;

export interface Step {
  /** Counts from 1. */
  readonly id: number;
  /** The operations that must be done before; their ids are smaller. */
  readonly after: readonly number[];
  readonly resource: Resource;
  readonly cause: string;
  /** What differs between what is there and what is wanted, where that is the cause. */
  readonly changes: readonly Change[];
  readonly cost: Cost;
  /** It is left out unless one of these images has become another one by then. Absent: it is done in any case. */
  readonly onlyIf?: readonly ImageCondition[];
}

/** What is lost or interrupted, from little to much. */
export type Cost = "nothing" | "restart" | "stop" | "recreate" | "removal" | "data_loss";

/** `image` is wanted, and a container was made of `id`. */
export interface ImageCondition {
  readonly image: string;
  readonly id: string;
}

export type Resource =
  /** `name` is what it is called in the end, though it may bear another name for a while. */
  | { readonly kind: "container"; readonly service: string; readonly number: number; readonly name: string }
  | { readonly kind: "orphan"; readonly name: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "network" | "volume"; readonly key: string; readonly name: string }
  | { readonly kind: "image"; readonly name: string };

/** `environment.LOG_LEVEL: info -> debug`. A side that is not told is absent, or not known, or secret. */
export interface Change {
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

/** A container that a plan speaks of: one that is there, or the one that is in the slot by then (`web:1`). */
export type ContainerRef = { readonly id: string; readonly name: string } | { readonly slot: string };

/** Times are in seconds. */
export type Action =
  | { readonly kind: "pull_image"; readonly image: string; readonly platform?: string }
  | {
    readonly kind: "build_image";
    readonly image: string;
    readonly service: string;
    readonly build: Build;
    readonly platform?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly secrets: readonly BuildSecret[];
  }
  | { readonly kind: "remove_image"; readonly image: string }
  | { readonly kind: "create_network"; readonly body: CreateNetworkBody }
  /** `optional`: that it is still in use is told, and no failure. */
  | { readonly kind: "remove_network"; readonly network: string; readonly optional?: true }
  | {
    readonly kind: "connect_network";
    readonly network: string;
    readonly slot: string;
    readonly endpoint: EndpointConfig;
  }
  | { readonly kind: "disconnect_network"; readonly network: string; readonly container: ContainerRef }
  | { readonly kind: "create_volume"; readonly body: CreateVolumeBody }
  | { readonly kind: "remove_volume"; readonly name: string; readonly optional?: true }
  /** From then on the new container is in the slot. */
  | { readonly kind: "create_container"; readonly slot: string; readonly name: string; readonly spec: ContainerSpec }
  | { readonly kind: "copy_files"; readonly slot: string; readonly files: readonly InjectedFile[] }
  /** `serial`: the engine picks ports for it, which goes wrong for several at once. */
  | { readonly kind: "start_container"; readonly container: ContainerRef; readonly serial: boolean }
  | { readonly kind: "unpause_container"; readonly container: ContainerRef }
  | { readonly kind: "stop_container"; readonly container: ContainerRef; readonly timeout?: number }
  | { readonly kind: "restart_container"; readonly container: ContainerRef; readonly timeout?: number }
  | {
    readonly kind: "remove_container";
    readonly container: ContainerRef;
    readonly volumes: boolean;
    readonly force: boolean;
  }
  | { readonly kind: "rename_container"; readonly slot: string; readonly name: string }
  /** `optional`: that it fails is told, and no failure. */
  | {
    readonly kind: "run_hook";
    readonly container: ContainerRef;
    readonly hook: Hook;
    readonly optional?: true;
  }
  /** Not required: a failure is told, and the rest goes on. */
  | {
    readonly kind: "wait";
    readonly containers: readonly ContainerRef[];
    readonly condition: WaitCondition;
    readonly required: boolean;
    readonly timeout?: number;
  };

/** `running_or_healthy`: healthy, where there is a health check. */
export type WaitCondition = Exclude<Dependency["condition"], "service_started"> | "running_or_healthy";

/** What steps of a build may mount under `id`. */
export type BuildSecret = { readonly id: string; readonly file: string } | {
  readonly id: string;
  readonly content: string;
};

/** A config or secret that is written into a container before it starts. */
export interface InjectedFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** The slot of a service's container of this number. */
export function slotOf(service: string, number: number): string {
  return `${service}:${number}`;
}
