import { engineAnswers } from "./engine_api.ts";

const pingMs = 3000;

/** The address of a running engine, or undefined. DOCKER_HOST is binding where it is set; else the usual sockets are tried. */
export async function findEngine(env: Record<string, string>): Promise<string | undefined> {
  const wanted = env["DOCKER_HOST"];
  const candidates = wanted ? [wanted] : usualSockets(env).map((path) => `unix://${path}`);
  for (const host of candidates) {
    if (await engineAnswers(host, pingMs)) return host;
  }
  return undefined;
}

function usualSockets(env: Record<string, string>): string[] {
  const { HOME: home, XDG_RUNTIME_DIR: runtime } = env;
  return [
    "/var/run/docker.sock",
    ...(runtime ? [`${runtime}/docker.sock`] : []),
    ...(home ? [".docker/run", ".colima/default", ".orbstack/run"].map((part) => `${home}/${part}/docker.sock`) : []),
    ...(runtime ? [`${runtime}/podman/podman.sock`] : []),
    "/run/podman/podman.sock",
  ];
}
