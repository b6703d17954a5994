import { mustAskEngine } from "../live/engine_api.ts";
import { startContainer } from "../live/engine_containers.ts";
import type { LiveEngine } from "../live/live.ts";

/** Each line of the log, its end included, has this many bytes. */
export const lineLength = 100;

const text = "2001:db8::7 GET /articles/the-length-of-a-line?page=12 200 5123 bytes in 0.0042 s by worker 17, cached ";

/** A container that has written so many lines of `lineLength` bytes and ended; its id. */
export async function logContainer({ host, image }: LiveEngine, lines: number): Promise<string> {
  const line = text.padEnd(lineLength, ".").slice(0, lineLength - 1);
  const id = await startContainer(host, {
    Image: image,
    Cmd: ["sh", "-c", `yes '${line}' | head -n ${lines}`],
    HostConfig: { LogConfig: { Type: "json-file", Config: {} } },
  });
  await mustAskEngine(host, { method: "POST", path: `/containers/${id}/wait`, timeout: 1_800_000 });
  return id;
}
