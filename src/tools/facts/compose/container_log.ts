import type { Context } from "../../../define.ts";
import { EngineError } from "../../../engine/errors.ts";
import { type Line, textLines } from "../../../engine/stream.ts";
import { unixSeconds } from "../../spec/units.ts";
import { stampOf } from "../log_window.ts";
import { outputsOf } from "../output.ts";

export interface ContainerLogOptions {
  /** Lines of what was logged before, or `all`. */
  tail: string;
  /** Seconds since 1970, with a fraction. */
  since?: string | undefined;
  follow: boolean;
  /** Its log may be refused: it may be gone by now, or have a log that cannot be read. */
  fleeting: boolean;
}

/** Reads the log of one container, as long as it runs where it is followed. */
export interface ContainerLog {
  /** Called when it has started: reads on where the last reading has ended, or does when that ends. */
  read(): Promise<void>;
}

/** The log of one container, each line once however often it is started again. */
export function containerLog(
  { engine, signal }: Pick<Context, "engine" | "signal">,
  id: string,
  { options, hear }: { options: ContainerLogOptions; hear(lines: readonly Line[]): void },
): ContainerLog {
  const place = logPlace();
  let reading = false;
  let again = false;
  let begun = false;
  async function readOnce(): Promise<void> {
    const { Config, State } = await engine.containers.inspect(id, { signal });
    const { since = begun ? beforeStart(State.StartedAt) : options.since, fresh } = place.resume();
    const query = {
      stdout: true,
      stderr: true,
      timestamps: true,
      // What does not run logs nothing; its start is told.
      follow: options.follow && State.Running,
      tail: begun ? "all" : options.tail,
      ...(since === undefined ? {} : { since }),
    };
    const response = await engine.containers.logs(id, query, { signal });
    begun = true;
    for await (const lines of textLines(outputsOf(response.chunks(), Config.Tty))) hear(fresh(lines));
  }
  return {
    async read() {
      again = reading;
      if (reading) return;
      reading = true;
      do {
        again = false;
        await unlessRefused(readOnce(), options.fleeting || begun);
      } while (again);
      reading = false;
    },
  };
}

async function unlessRefused(work: Promise<void>, fleeting: boolean): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!fleeting || !(error instanceof EngineError) || error.status === undefined) throw error;
  }
}

/** A line may be printed before the start is noted. */
function beforeStart(startedAt: string): string {
  return ((Date.parse(startedAt) - 200) / 1000).toFixed(3);
}

/** How far a log was read. Several lines may bear one time: Podman tells seconds alone. */
function logPlace() {
  let read = { time: "", count: 0 };
  const note = (time: string) => {
    if (time > read.time) read = { time, count: 1 };
    else if (time === read.time) read = { time, count: read.count + 1 };
  };
  return {
    /** What the engine is asked for, and which lines of its answer were not read before. */
    resume() {
      let { time: since, count: known } = read;
      const isFresh = ({ text }: Line) => {
        const stamp = stampOf(text);
        const time = stamp === "" ? "" : unixSeconds(stamp);
        if (time !== "" && (time < since || time === since && known-- > 0)) return false;
        note(time);
        return true;
      };
      return {
        ...(since === "" ? {} : { since }),
        fresh: (lines: readonly Line[]) => lines.filter(isFresh),
      };
    },
  };
}
