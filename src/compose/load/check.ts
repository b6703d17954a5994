import { ComposeError } from "../errors.ts";
import { entriesOf, get, type Node } from "./node.ts";

/** What only one attribute of several may say, of configs, secrets and volumes. */
export function checkFileObjects(model: Node): void {
  for (
    const [section, sources] of [["configs", ["file", "environment", "content"]], ["secrets", [
      "file",
      "environment",
    ]]] as const
  ) {
    for (const [name, object] of entriesOf(get(model, section))) {
      const path = `${section}.${name}`;
      const given = sources.filter((source) => get(object, source));
      if (given.length > 1) {
        throw new ComposeError(`${sources.join("|")} attributes are mutually exclusive`, { at: object.at, path });
      }
      if (given.length === 0 && !get(object, "driver") && !get(object, "external")) {
        throw new ComposeError(`one of ${sources.join("|")} must be set`, { at: object.at, path });
      }
    }
  }
  for (const [name, volume] of entriesOf(get(model, "volumes"))) checkExternal(volume, `volumes.${name}`);
}

/** What is made elsewhere is only named here. */
function checkExternal(volume: Node, path: string): void {
  const external = get(volume, "external");
  if (external?.kind !== "bool" || !external.value) return;
  const other = entriesOf(volume).find(([key]) => key !== "name" && key !== "external" && !key.startsWith("x-"));
  if (other) {
    throw new ComposeError(`conflicting parameters "external" and "${other[0]}" specified`, { at: other[1].at, path });
  }
}
