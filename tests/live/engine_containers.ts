import { mustAskEngine } from "./engine_api.ts";

/** Creates and starts a container from the body of `POST /containers/create`; returns its id. */
export async function startContainer(host: string, config: Record<string, unknown>): Promise<string> {
  const created = await mustAskEngine(host, { method: "POST", path: "/containers/create", body: config });
  const id = textField(created.text, "Id");
  await mustAskEngine(host, { method: "POST", path: `/containers/${id}/start` });
  return id;
}

/** Runs a command in a container and returns what it printed on its terminal. */
export async function execInContainer(host: string, id: string, command: readonly string[]): Promise<string> {
  const body = { AttachStdout: true, AttachStderr: true, Tty: true, Cmd: command };
  const created = await mustAskEngine(host, { method: "POST", path: `/containers/${id}/exec`, body });
  const path = `/exec/${textField(created.text, "Id")}/start`;
  return (await mustAskEngine(host, { method: "POST", path, body: { Detach: false, Tty: true } })).text;
}

/** When the container was started, as the engine tells it; it changes with a restart. */
export async function startedAt(host: string, id: string): Promise<{ running: boolean; startedAt: string }> {
  const { text } = await mustAskEngine(host, { path: `/containers/${id}/json` });
  return { running: /"Running":true/.test(text), startedAt: textField(text, "StartedAt") };
}

export async function removeContainer(host: string, id: string): Promise<void> {
  await mustAskEngine(host, { method: "DELETE", path: `/containers/${id}?force=1&v=1` });
}

/** The first string of that name in a JSON text; enough for answers of a known shape. */
function textField(json: string, name: string): string {
  const value = new RegExp(`"${name}":\\s*"([^"]*)"`).exec(json)?.[1];
  if (value === undefined) throw new Error(`Cannot find "${name}" in the engine's answer: ${json}`);
  return value;
}
