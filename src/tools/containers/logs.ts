import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import { textLines } from "../../engine/stream.ts";
import { quoted } from "../../safety/untrusted.ts";
import { logWindow } from "../facts/log_window.ts";
import { outputsOf } from "../facts/output.ts";
import { within } from "../facts/signals.ts";
import { container, logTail } from "../fields.ts";
import { count } from "../format.ts";
import { InputError } from "../input_error.ts";
import { moment } from "../spec/units.ts";

const logInput = z.strictObject({
  container,
  tail: logTail.optional(),
  since: moment.optional(),
  until: moment.optional(),
  timestamps: z.boolean().optional(),
  stdout: z.boolean().optional(),
  stderr: z.boolean().optional(),
  contains: z.string().min(1).optional(),
  follow: z.number().min(1).max(300).optional(),
});

export const containerLogs = defineTool({
  name: "docker_container_logs",
  title: "Container logs",
  description: "Last `tail` lines (100; all with `since` or `contains`, a text). `follow`: seconds to wait for more.",
  risk: "read",
  input: logInput,
  output: z.object({
    log: z.string(),
    lines: z.number(),
    first_time: z.string().optional(),
    last_time: z.string().optional(),
    lines_cut: z.number().optional(),
  }),
  text({ log, lines, lines_cut, first_time }) {
    if (lines === 0) return "No lines match.";
    const body = quoted("Log", log);
    if (!lines_cut) return body;
    const next = first_time === undefined
      ? "contains finds some of them"
      : `for them make the same call with until: "${first_time}"`;
    return `[${count(lines_cut, "earlier line")} cut; ${next}]\n${body}`;
  },
  async run(context, input) {
    const { stdout = true, stderr = true } = input;
    if (!stdout && !stderr) {
      throw new InputError("stdout", "stdout and stderr are both false, so nothing would be read");
    }
    if (input.follow && input.until) throw new InputError("until", "cannot be combined with follow");
    const details = await context.engine.containers.inspect(input.container, { signal: context.signal });
    return await readLog(context, input, { tty: details.Config.Tty, stdout, stderr });
  },
});

type Streams = { tty: boolean; stdout: boolean; stderr: boolean };

async function readLog(context: Context, input: z.output<typeof logInput>, { tty, ...streams }: Streams) {
  const tail = String(input.tail ?? (input.since === undefined && input.contains === undefined ? 100 : "all"));
  const { timestamps = false, contains } = input;
  const cut = tail !== "all" || input.since !== undefined;
  const window = logWindow({ limit: 30_000, timestamps, contains, hide: context.hide, cut });
  const span = within(input.follow ?? 86_400, context.signal);
  const query = {
    ...streams,
    // Always asked for: the answer names the time from which the rest can be read.
    timestamps: true,
    follow: input.follow !== undefined,
    tail,
    ...(input.since === undefined ? {} : { since: input.since }),
    ...(input.until === undefined ? {} : { until: input.until }),
  };
  try {
    const response = await context.engine.containers.logs(input.container, query, { signal: span.signal });
    for await (const batch of textLines(outputsOf(response.chunks(), tty))) {
      const fresh = window.add(batch);
      if (input.follow && fresh.length) context.progress({ progress: window.seen(), message: fresh.join("\n") });
    }
  } catch (error) {
    if (!span.expired()) throw error;
  }
  return window.result();
}
