import type { BuildError } from "../engine/build_error.ts";
import { heading, oneLine } from "../safety/untrusted.ts";
import { failure } from "./codes.ts";
import { accessDenied } from "./daemon_words.ts";
import type { Call, Failure } from "./stage.ts";

/** A build that failed: the step, its exit code and last lines. */
export function buildFailure({ message, step, exitCode, output }: BuildError, { subject }: Call): Failure {
  const at = step === undefined ? "" : ` at step "${step}"`;
  const reason = exitCode === undefined ? message : `its command ended with exit code ${exitCode}`;
  // The lines themselves are marked where all reasons are: in reveal.ts.
  const why = output !== undefined ? `${heading(`${oneLine(reason)}. Its last lines`)}\n${output}` : reason;
  return failure("buildFailed", {
    what: `Cannot do "${subject.title}"${at}`,
    why,
    next: nextStep(message, exitCode),
  });
}

function nextStep(message: string, exitCode: number | undefined): string {
  const known = exitCode === undefined ? sayings.find(({ says }) => says.test(message))?.next : exits.get(exitCode);
  return known ?? "Mend what the reason names and build again; the steps before it come from the cache";
}

const exits = new Map([
  [126, "The program is there but cannot be executed: check its mode and that it is for this platform"],
  [127, "The image has no such program at this step: install it in an earlier one, or check its name"],
  [137, "It was killed, mostly for lack of memory: let the step do less at a time, or give the engine more memory"],
]);

/** What builders say, read from the top. */
const sayings: readonly { says: RegExp; next: string }[] = [
  {
    says: /no active session.*(authori|resolve|metadata|pull)|(authori|resolve|metadata|pull).*no active session/is,
    next: "Pull the base image first with docker_pull_image, which has the credentials, then build without pull",
  },
  {
    says: accessDenied,
    next:
      "Check the name of the base image; if it is right, its registry wants an account, or another one, which the operator sets as for a pull " +
      "(REGISTRY_SERVER, REGISTRY_USERNAME, REGISTRY_PASSWORD) and restarts this server",
  },
  {
    says: /no active session|secret .*not found|no SSH key/i,
    next: 'Give the secret: secrets {"id": "/path"}, a file in a folder that the operator allows. SSH keys ' +
      "(type=ssh) cannot be given: copy what was fetched with them into the context",
  },
  {
    says: /(metadata for|image config for|fetch) \S*docker\/dockerfile/i,
    next: 'The daemon fetches what "# syntax=" names. Without that line its own version reads the Dockerfile, which ' +
      "may know fewer flags",
  },
  {
    says:
      /failed to resolve|source metadata|failed to do request|dial tcp|no such host|i\/o timeout|manifest|toomanyrequests/i,
    next: "Check the name of the base image and that the daemon reaches its registry; docker_list_images shows what " +
      "is here, docker_pull_image fetches one",
  },
  {
    says: /requires BuildKit/i,
    next: "This engine builds without BuildKit: do without --mount, or have its operator turn BuildKit on",
  },
  {
    says: /unknown flag/i,
    next:
      'Mend that flag. If it is one of newer builders, "# syntax=docker/dockerfile:1" as the first line fetches one',
  },
  { says: /parse error|unknown instruction|syntax/i, next: "Mend that line of the Dockerfile" },
  {
    says: /target stage|build target/i,
    next: "Name a stage of the Dockerfile as target",
  },
  {
    says: /cache key|not found|no such file|COPY failed|ADD failed/i,
    next: "The file is not in the context: check its path, and whether .dockerignore names it",
  },
  { says: /entitlement|is not allowed/i, next: "The engine does not let builds do that: do without" },
  { says: /no space left/i, next: "docker_prune_builds frees what builders keep" },
];
