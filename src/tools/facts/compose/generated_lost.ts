import { composeLabels } from "../../../compose/labels.ts";
import type { ContainerDetails } from "../../../engine/containers.ts";
import { oneLine } from "../../../safety/untrusted.ts";
import type { AskedFor } from "./asked_for.ts";

/** What a container was given and the file has no word for, a clause for each. */
export function lostFrom(
  { Config, HostConfig: host }: ContainerDetails,
  { asked, service }: { asked: AskedFor | undefined; service: Record<string, unknown> },
): string[] {
  const said = [...asked?.attributes ?? []].filter((attribute) => !elsewhere.has(attribute) && !(attribute in service));
  const attributes = said.filter((attribute) => !isFile(attribute));
  const isOfCompose = Config.Labels?.[composeLabels.service] !== undefined;
  return [
    ...(attributes.length > 0 ? [`${attributes.sort().join(", ")}: a container does not tell what it was`] : []),
    ...said.filter(isFile).map((kind) => filesLost(kind, asked?.contents ?? [])),
    ...(isOfCompose && !asked
      ? ["another program made it: its hooks, and configs and secrets that are no files, are not seen"]
      : []),
    ...(host.AutoRemove ? ["it is removed when it ends, which a service is not"] : []),
    ...(host.PublishAllPorts ? ["all ports of its image are published, for which Compose has no word"] : []),
    ...(!asked && host.Links?.length ? [`links: ${host.Links.join(", ")}`] : []),
    ...(!asked && host.VolumesFrom?.length ? [`volumes_from: ${host.VolumesFrom.join(", ")}`] : []),
  ].map(oneLine);
}

/** They stand in other attributes, or are no matter of the container. */
const elsewhere = new Set(["attach", "deploy", "env_file", "label_file", "labels", "environment", "networks"]);

function isFile(attribute: string): boolean {
  return attribute === "configs" || attribute === "secrets";
}

function filesLost(kind: string, contents: readonly string[]): string {
  const paths = kind === "configs" && contents.length > 0 ? ` (${contents.join(", ")})` : "";
  return `${kind}: those from files stand as volumes, those with a text of their own${paths} are left out`;
}
