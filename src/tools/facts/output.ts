import type { Engine } from "../../engine/engine.ts";
import { demultiplex, type Output, plain } from "../../engine/stream.ts";
import { boundedText, plainPieces } from "./text.ts";

/** Stdout and stderr apart, each bounded; `cut` counts the characters left out of both. */
export interface Captured {
  stdout: string;
  stderr: string;
  cut: number;
}

/** The most characters of one stream that an answer carries. */
export const streamLimit = 20_000;

/** Reads output to its end. `soFar` gives what was read even when reading was broken off. */
export function capture(limit = streamLimit) {
  const sinks = { stdout: boundedText(limit), stderr: boundedText(limit) };
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const pieces = { stdout: plainPieces(), stderr: plainPieces() };
  return {
    async read(outputs: AsyncIterable<Output>): Promise<void> {
      try {
        for await (const { stream, bytes } of outputs) {
          sinks[stream].add(pieces[stream].next(decoders[stream].decode(bytes, { stream: true })));
        }
      } finally {
        for (const stream of ["stdout", "stderr"] as const) sinks[stream].add(pieces[stream].rest());
      }
    },
    soFar(): Captured {
      const [stdout, stderr] = [sinks.stdout.result(), sinks.stderr.result()];
      return { stdout: stdout.text, stderr: stderr.text, cut: stdout.cut + stderr.cut };
    },
  };
}

/** The decoder that fits: a TTY has one raw stream, everything else frames. */
export function outputsOf(chunks: AsyncIterable<Uint8Array>, tty: boolean): AsyncIterable<Output> {
  return tty ? plain(chunks) : demultiplex(chunks);
}

/** The last lines of a container, as one text: what a reader wants to see when it failed. */
export async function lastLines(engine: Engine, id: string, { tty, signal }: { tty: boolean; signal: AbortSignal }) {
  const query = { stdout: true, stderr: true, tail: "50" };
  const response = await engine.containers.logs(id, query, { signal });
  const captured = capture(6000);
  await captured.read(outputsOf(response.chunks(), tty));
  return captured.soFar();
}
