import { cited } from "../../../safety/untrusted.ts";
import { publishers } from "./ports.ts";
import { type Cause, clipped } from "./cause.ts";
import type { Evidence } from "./evidence.ts";
import { plainText } from "../text.ts";

interface Failure {
  says: RegExp;
  cause(found: RegExpExecArray, evidence: Evidence): string;
  next: string;
}

const again = "then docker_start_container";
const make = "make it anew with docker_create_container";

/** How the engine says why a container could not start, read from the top. */
const failures: readonly Failure[] = [
  {
    says: /(?:port is already allocated|address already in use|ports are not available)/i,
    cause: ({ input }, evidence) => takenPort(input, evidence),
    next: `Stop what has the port or publish another one, ${again}; docker_list_containers shows published ports`,
  },
  {
    says: /network (\S+) not found|no such network:? (\S+)/i,
    cause: ([, name, other]) => `Its network "${name ?? other}" does not exist any more`,
    next: `Create the network, or connect it to another one with docker_connect_container, ${again}`,
  },
  {
    says: /exec format error/i,
    cause: () => "Its program is built for another platform, or is a script without a #! line",
    next: `Use an image for this engine's platform (docker_version shows it), and ${make}`,
  },
  {
    // In the words of runc, and of crun.
    says:
      /exec: "([^"]*)".*(?:executable file not found|no such file or directory)|executable file `([^`]*)` not found/i,
    cause: ([, runc, crun]) =>
      `Command not found: the image holds no "${runc ?? crun}", or not the interpreter it names`,
    next: `Check command and entrypoint with docker_inspect_container, and ${make}`,
  },
  {
    says: /exec: "([^"]*)".*(?:permission denied|is a directory)|the path `([^`]*)` exists but it is not executable/i,
    cause: ([, runc, crun]) => `Not executable: "${runc ?? crun}" is in the image but may not be run`,
    next: `Make the file executable (chmod +x) in the image, or call it by its interpreter, and ${make}`,
  },
  {
    says: /bind source path does not exist: (\S+)/i,
    cause: ([, path]) => `The folder "${path}" to mount does not exist on the engine's host`,
    next: `Create the folder on the host, ${again}`,
  },
  {
    says: /not a directory.*mount|mount.*not a directory|error mounting "?([^" ]+)/i,
    cause: ([, path]) => `A mount cannot be made${path ? ` of "${path}"` : ""}: file and folder do not match`,
    next: `Check the mounts with docker_inspect_container, and ${make}`,
  },
  {
    says: /unable to find (?:user|group) ([^:]+)/i,
    cause: ([, user]) => `The image knows no user or group "${user}"`,
    next: `Use a number or a user of the image, and ${make}`,
  },
  {
    says: /no space left on device/i,
    cause: () => "The engine's disk is full",
    next: `docker_system_df shows what takes the room; free some, ${again}`,
  },
];

/** Why the engine could not start it, where it noted a reason. */
export function startFailure(evidence: Evidence): Cause | undefined {
  const error = plainText(evidence.details.State.Error).trim();
  if (error === "") return undefined;
  for (const { says, cause, next } of failures) {
    const found = says.exec(error);
    if (found) return { verdict: "failing", cause: `It cannot start. ${cause(found, evidence)}`, next };
  }
  const cause = `It cannot start: ${cited(clipped(error, 300))}`;
  return { verdict: "failing", cause, next: `Mend what the engine names, ${again}` };
}

function takenPort(error: string, evidence: Evidence): string {
  const port = /:(\d{1,5})(?:\/\w+)?(?= failed|:| ->|,|$)/.exec(error)?.[1];
  const holders = publishers(evidence).filter((taken) => port === undefined || taken.port === Number(port));
  const by = holders.length > 0
    ? `container "${holders[0]?.container}" publishes it`
    : "no running container publishes it now: a program outside Docker, or one that has ended since";
  return `${port === undefined ? "A port" : `Port ${port}`} of the host is taken: ${by}`;
}
