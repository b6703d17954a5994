import assert from "node:assert/strict";
import { connect, type Connected } from "../connect.ts";

interface GoldenOptions {
  args?: Record<string, unknown>;
  /** Brings the fake daemon into the state that the answer tells of. */
  before?: (connected: Connected) => Promise<unknown>;
}

/** A golden of one whole answer of `tool`: the text for the reader and the data for the program. */
export function golden(tool: string, { args = {}, before }: GoldenOptions = {}): void {
  Deno.test(`${tool} answers`, async (t) => {
    await using connected = await connect({ args: ["--destructive=allow"] });
    await before?.(connected);
    const answer = await connected.client.callTool({ name: tool, arguments: args });
    assert.equal(answer.isError, undefined, JSON.stringify(answer));
    await t.assertSnapshot(JSON.parse(JSON.stringify(answer, steady)));
  });
}

/** What is measured: how long an answer took, and how long ago something was. */
function steady(key: string, value: unknown): unknown {
  if (key === "milliseconds" || key === "seconds") return "(measured)";
  if (typeof value !== "string") return value;
  const timed = key === "text" ? value.replace(/[\d.]+(?= ms)|(?<=after )[\d.]+(?= s)/, "(measured)") : value;
  return timed.replace(/\d+[smhd](?= ago)|(?<= for )\d+[smhd]/g, "(measured)");
}

/** A container named `web` that runs until it is stopped. */
export async function running({ text }: Connected): Promise<void> {
  await text("docker_run_container", {
    image: "busybox:1.37",
    name: "web",
    command: ["sleep", "1d"],
    ports: ["8080:80", "127.0.0.1:53:53/udp"],
    environment: { TOKEN: "hunter2", MODE: "test" },
    labels: { team: "blue" },
    health_check: { cmd: "true" },
    memory: "64m",
  });
}

/** A container named `job` that ended with code 3. */
export async function ended({ text }: Connected): Promise<void> {
  await text("docker_run_container", { image: "busybox:1.37", name: "job", command: ["fail", "3"] });
}
