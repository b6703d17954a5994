import { get, int as intNode, type Node, withEntries } from "../node.ts";
import { bytes, count, duration, float32, int, list, type Shape, string, struct } from "../shape.ts";
import { ignored, keyValues, strings, swarm } from "./common.ts";

const update: Shape = struct({
  parallelism: int({ keep: true }),
  delay: duration(),
  failure_action: string(),
  monitor: duration(),
  max_failure_ratio: float32(),
  order: string({ values: ["start-first", "stop-first"] }),
}, ignored(swarm));

const requestFields = {
  capabilities: strings({ distinct: true }),
  driver: string(),
  count: count(),
  device_ids: strings({ distinct: true }),
  options: keyValues(),
};

/** Entries of `services.*.gpus`. */
export const gpuRequest: Shape = struct(requestFields, { complete: allOfThem });

const limits: Shape = struct({ cpus: float32(), memory: bytes({ textOnly: true }), pids: int() });

const reservations: Shape = struct({
  cpus: float32(ignored("the engine can limit processors, not reserve them")),
  memory: bytes({ textOnly: true }),
  devices: list(struct(requestFields, { required: ["capabilities"], complete: allOfThem })),
  generic_resources: list(
    struct({
      discrete_resource_spec: struct({
        kind: string({ always: true }),
        value: int({ always: true }),
      }),
    }),
    ignored(swarm),
  ),
});

/** `services.*.deploy`. */
export const deploy: Shape = struct({
  mode: string(ignored(swarm)),
  replicas: int({ keep: true }),
  labels: keyValues(ignored(swarm)),
  update_config: update,
  rollback_config: update,
  resources: struct({ limits, reservations }, { always: true }),
  restart_policy: struct({
    condition: string(),
    delay: duration({ keep: true, ...ignored(swarm) }),
    max_attempts: int({ keep: true }),
    window: duration({ keep: true, ...ignored(swarm) }),
  }),
  placement: struct({
    constraints: strings(),
    preferences: list(struct({ spread: string() })),
    max_replicas_per_node: int(),
  }, { always: true, ...ignored(swarm) }),
  endpoint_mode: string(ignored(swarm)),
}, { nullable: true });

/** A request that names neither a number nor devices is for all of them. */
function allOfThem(node: Node): Node {
  if (node.kind !== "map" || get(node, "count") || get(node, "device_ids")) return node;
  return withEntries(node, { count: intNode(-1, node.at) });
}
