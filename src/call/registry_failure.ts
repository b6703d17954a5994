import type { RegistryFault } from "../registry/errors.ts";
import { codes } from "./codes.ts";
import { accessDenied } from "./daemon_words.ts";
import type { Failure } from "./stage.ts";

type Transfer = Extract<RegistryFault, { kind: "transfer" }>;

/** A transfer that failed for want of rights says whose rights they were, and where others come from. */
export function registryFailure<T extends Failure>(told: T, transfer: Transfer): T {
  if (told.code !== codes.registryError.code || !accessDenied.test(told.why)) return told;
  return { ...told, next: `Check the name of the image. ${adviceOn(transfer)}` };
}

function adviceOn({ registry, account }: Transfer): string {
  const own = registry === "docker.io" ? "" : `REGISTRY_SERVER=${registry}, `;
  const settings = `${own}REGISTRY_USERNAME and REGISTRY_PASSWORD, or DOCKER_AUTH_CONFIG, and restarts this server`;
  switch (account.kind) {
    case "given":
      return `The credentials for ${registry} from ${account.from} were refused, or do not reach this repository: ` +
        "the operator mends them and restarts this server";
    case "helper":
      return `The credentials for ${registry} are kept by the program "docker-credential-${account.program}", as ` +
        `${account.from} says, which this server does not run: the operator sets ${settings}`;
    case "none": {
      const unread = account.unread.length > 0 ? ` (not read: ${account.unread.join(", ")})` : "";
      return `No credentials for ${registry} are set${unread}; if it wants some, the operator sets ${settings}`;
    }
  }
}
