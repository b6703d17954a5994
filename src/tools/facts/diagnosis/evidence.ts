import type { Context } from "../../../define.ts";
import type { ContainerDetails, ContainerSummary, StatsSample } from "../../../engine/containers.ts";
import { EngineError } from "../../../engine/errors.ts";
import type { ImageDetails } from "../../../engine/images.ts";
import type { NetworkSummary } from "../../../engine/networks.ts";
import { type Line, textLines } from "../../../engine/stream.ts";
import type { EngineEvent } from "../../../engine/system.ts";
import { pastEvents } from "../events.ts";
import { outputsOf } from "../output.ts";
import { plainText } from "../text.ts";

/** All that a diagnosis rests on. What the engine could not give is undefined or empty. */
export interface Evidence {
  details: ContainerDetails;
  /** The last lines it printed; undefined where its log cannot be read. */
  log: readonly Line[] | undefined;
  /** Its own, the oldest first, without commands run inside it. */
  events: readonly EngineEvent[];
  /** What its image's name stands for now. */
  image: ImageDetails | undefined;
  networks: readonly NetworkSummary[];
  /** Every container that runs, itself included. */
  running: readonly ContainerSummary[];
  sample: StatsSample | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/** Lines of the log that are read. */
const tail = "300";

/** Asks for everything at once. Only the container itself must be there. */
export async function gather(context: Context, container: string): Promise<Evidence> {
  const { engine, signal } = context;
  const details = await engine.containers.inspect(container, { signal });
  const { Id, Config, State } = details;
  const [log, events, image, networks, running, sample] = await Promise.all([
    orNothing(logOf(context, details)),
    orNothing(eventsOf(context, details)),
    orNothing(engine.images.inspect(Config.Image, { signal })),
    orNothing(engine.networks.list({ signal })),
    orNothing(engine.containers.list({}, { signal })),
    State.Running && !State.Paused && State.Pid > 0 ? orNothing(engine.containers.sample(Id, { signal })) : undefined,
  ]);
  return {
    ...{ details, log, image, sample },
    ...{ events: events ?? [], networks: networks ?? [], running: running ?? [], now: Date.now() },
  };
}

/** What the engine refuses is missing from the evidence; what it cannot answer at all ends the diagnosis. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineError && (error.status !== undefined || error.fault.kind === "stream")) return undefined;
    throw error;
  }
}

async function logOf({ engine, hide, signal }: Context, { Id, Config }: ContainerDetails): Promise<Line[]> {
  const response = await engine.containers.logs(Id, { stdout: true, stderr: true, tail }, { signal });
  const lines: Line[] = [];
  const withoutKeys = hide.lines({ cut: true });
  for await (const batch of textLines(outputsOf(response.chunks(), Config.Tty), { maxLength: 2000 })) {
    lines.push(...withoutKeys(batch).map(({ stream, text }) => ({ stream, text: plainText(text) })));
  }
  return lines.filter(({ text }) => text.trim() !== "");
}

/** Those of the last run, and of the last ten minutes, in which a crash loop shows. */
async function eventsOf(context: Context, { Id, State }: ContainerDetails): Promise<EngineEvent[]> {
  const started = Date.parse(State.StartedAt);
  const recent = Date.now() - 10 * 60_000;
  const since = started > 0 ? Math.min(started - 1000, recent) : 0;
  const found = await pastEvents(context, { since: (since / 1000).toFixed(3), filters: { container: [Id] } });
  return found.filter(({ Action }) => !/^(exec_|top$|attach$|resize$|archive-path$|extract-to-dir$)/.test(Action));
}
