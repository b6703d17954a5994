import assert from "node:assert/strict";
import type { CreateContainerBody } from "../../../src/engine/container_types.ts";
import { connect } from "../../connect.ts";

/** The body that the daemon gets when a container is created with these options. */
export async function created(options: Record<string, unknown>): Promise<CreateContainerBody> {
  await using connected = await connect({ args: everythingAllowed });
  const text = await connected.text("docker_create_container", { image: "busybox:1.37", ...options });
  const sent = connected.daemon.seen.find(({ path }) => path === "/containers/create");
  assert.ok(sent, text);
  return sent.body;
}

/** Why a container with these options is refused. The daemon has heard nothing of it. */
export async function refused(options: Record<string, unknown>): Promise<string> {
  await using connected = await connect({ args: everythingAllowed });
  const text = await connected.text("docker_create_container", { image: "busybox:1.37", ...options });
  assert.deepEqual(connected.daemon.seen, [], text);
  const [, why] = /^\[DKR-004\] Cannot do "Create a container" with these arguments: (.*)\nNext: /s.exec(text) ?? [];
  assert.ok(why !== undefined, text);
  return why;
}

// What the rules refuse is tested with the rules.
const everythingAllowed = [
  "--allow-privileged",
  "--allow-devices",
  "--allow-host-namespaces",
  "--allow-unconfined",
  "--allow-capabilities=ALL",
  "--allow-mounts=/",
];
