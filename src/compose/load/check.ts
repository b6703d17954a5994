import { ComposeError } from "../errors.ts";
import { entriesOf, get, getText, itemsOf, type Node } from "./node.ts";
import { isAddress } from "./short/port.ts";

/** What the table of attributes cannot say: which of them go together, and what stands for an address. */
export function checkValues(model: Node): void {
  checkFileObjects(model);
  for (const [name, volume] of entriesOf(get(model, "volumes"))) checkExternal(volume, `volumes.${name}`);
  for (const [name, service] of entriesOf(get(model, "services"))) checkService(service, `services.${name}`);
}

function checkFileObjects(model: Node): void {
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
}

function checkService(service: Node, path: string): void {
  const reservations = get(get(get(service, "deploy"), "resources"), "reservations");
  for (const request of [...itemsOf(get(service, "gpus")), ...itemsOf(get(reservations, "devices"))]) {
    if (!get(request, "count") || !get(request, "device_ids")) continue;
    throw new ComposeError('"count" and "device_ids" attributes are exclusive', { at: request.at, path });
  }
  for (const port of itemsOf(get(service, "ports"))) {
    const address = getText(port, "host_ip");
    if (address === undefined || isAddress(address)) continue;
    throw new ComposeError(`invalid ip address: ${address}`, { at: port.at, path: `${path}.ports` });
  }
  for (const watch of itemsOf(get(get(service, "develop"), "watch"))) {
    if (getText(watch, "path") !== "") continue;
    throw new ComposeError("value can't be blank", { at: watch.at, path: `${path}.develop.watch` });
  }
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
