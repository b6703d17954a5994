import type { Connected } from "../../connect.ts";
import { temporaryFolder } from "../../temporary.ts";
import { type Args, dataOn, failsOn, type Scene, sceneTest } from "../tools/scene.ts";

/** What each test has in its file at first. */
export const stack = `
services:
  web:
    image: \${IMAGE}
    command: ["sh", "-c", "echo listening; echo slow >&2; exec sleep 600"]
    stop_signal: SIGKILL
    environment: {LEVEL: info, DB_PASSWORD: hunter2}
    ports: ["127.0.0.1::80"]
    volumes: ["data:/data"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: \${IMAGE}
    command: ["sh", "-c", "echo ready; exec sleep 600"]
    stop_signal: SIGKILL
    healthcheck: {test: ["CMD", "true"], interval: 1s}
volumes: {data: {}}
`;

/** A project of a scene's own, with its file in a folder that the server may read. */
export interface Own {
  name: string;
  file: string;
  folder: string;
  data(tool: string, args?: Args): Promise<Record<string, unknown>>;
  text(tool: string, args?: Args): Promise<string>;
  fails(code: string, tool: string, args?: Args): Promise<string>;
  /** The arguments that name the file. */
  source: Args;
  write(text: string): Promise<void>;
}

export function stackTest(name: string, fn: (own: Own, scene: Scene) => Promise<void>): void {
  sceneTest(name, async (scene) => {
    using folder = temporaryFolder();
    const connected = await scene.also({ args: [`--folders=${folder.path}`, "--destructive=allow"] });
    const own = ownOf(connected, folder.path, scene);
    await own.write(stack);
    await fn(own, scene);
  });
}

function ownOf(connected: Connected, folder: string, { prefix, image }: Scene): Own {
  const file = `${folder}/compose.yaml`;
  return {
    name: prefix,
    file,
    folder,
    source: { file, project_name: prefix, environment: { IMAGE: image } },
    data: (tool, args) => dataOn(connected, tool, args),
    text: (tool, args) => connected.text(tool, args),
    fails: (code, tool, args = {}) => failsOn(connected, code, { tool, args }),
    write: (text) => Deno.writeTextFile(file, text),
  };
}

/** The lines of an answer's `changes`, as they are. */
export function changesOf(data: Record<string, unknown>): string[] {
  return Array.isArray(data["changes"]) ? data["changes"].map(String) : [];
}
