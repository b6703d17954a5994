import type { Operation } from "../../../compose/operation.ts";
import type { Down } from "../../../compose/wanted.ts";
import type { Context } from "../../../define.ts";
import { count, listed } from "../../format.ts";
import { expectProject } from "./carried_out.ts";

/** One sentence for what taking a project down would remove, and which volumes would lose their data. */
export async function downLosses(context: Context, down: Down): Promise<string> {
  const plan = await context.compose.plan(down, { signal: context.signal });
  await expectProject(context, down, plan);
  const removed = (kind: Operation["kind"]) =>
    plan.operations.filter((operation) => operation.kind === kind).map(({ resource }) =>
      "name" in resource ? resource.name : ""
    );
  const parts = [
    thing(removed("remove_container"), "container"),
    thing(removed("remove_network"), "network"),
    thing(removed("remove_image"), "image"),
  ].filter(Boolean);
  if (parts.length === 0 && removed("remove_volume").length === 0) return `Nothing of "${plan.project}" is here.`;
  const volumes = removed("remove_volume");
  return [
    `Of "${plan.project}" will be removed: ${parts.join("; ") || "no container"}.`,
    volumesText(volumes, down),
  ].join(" ");
}

function volumesText(volumes: readonly string[], { volumes: asked }: Down): string {
  if (!asked) return "What the containers wrote outside volumes is lost; the volumes stay.";
  const anonymous = "anonymous volumes too";
  if (volumes.length === 0) return `What the containers wrote is lost, ${anonymous}.`;
  return `ALL DATA in ${thing(volumes, "volume")} is lost for good, ${anonymous}.`;
}

function thing(names: readonly string[], noun: string): string {
  return names.length === 0 ? "" : `${count(names.length, noun)} (${listed(names)})`;
}
