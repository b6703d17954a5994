import * as z from "zod";
import type { Engine } from "../../engine/engine.ts";
import { demultiplex, type Output, plain } from "../../engine/stream.ts";
import { quoted } from "../../safety/untrusted.ts";
import { charactersWithin } from "../../tokens.ts";
import { count } from "../format.ts";
import { present } from "../spec/resources.ts";
import { boundedText, plainPieces } from "./text.ts";

/** Stdout and stderr apart, each bounded. */
export interface Captured {
  stdout: string;
  stderr: string;
  /** Characters left out of both. */
  cut: number;
  /** Bytes, or rows of them, that are no text, in both. */
  undecoded: number;
}

/** The most characters of one stream that an answer carries. */
export const streamLimit = 20_000;

/** Tokens that both may come to: a command that was run must not lose its exit code to an answer that is too long. */
const mostTokens = 23_000;

/** Reads output to its end. `soFar` gives what was read even when reading was broken off. */
export function capture(limit = streamLimit, tokens = mostTokens) {
  const streams = { stdout: captureStream(limit), stderr: captureStream(limit) };
  return {
    async read(outputs: AsyncIterable<Output>): Promise<void> {
      try {
        for await (const { stream, bytes } of outputs) streams[stream].add(bytes);
      } finally {
        streams.stdout.end();
        streams.stderr.end();
      }
    },
    soFar(): Captured {
      const undecoded = streams.stdout.undecoded() + streams.stderr.undecoded();
      for (let most = limit;; most = Math.floor(most * 0.8)) {
        const [stdout, stderr] = [streams.stdout.result(most), streams.stderr.result(most)];
        const json = JSON.stringify([stdout.text, stderr.text]);
        if (charactersWithin(json, tokens) === json.length) {
          return { stdout: stdout.text, stderr: stderr.text, cut: stdout.cut + stderr.cut, undecoded };
        }
      }
    },
  };
}

function captureStream(limit: number) {
  const sink = boundedText(limit);
  const decoder = new TextDecoder();
  const pieces = plainPieces();
  let undecoded = 0;
  const addText = (text: string) => {
    undecoded += text.split("\ufffd").length - 1;
    sink.add(pieces.next(text));
  };
  return {
    add: (bytes: Uint8Array) => addText(decoder.decode(bytes, { stream: true })),
    end() {
      // A character that was begun is no text either.
      addText(decoder.decode());
      sink.add(pieces.rest());
    },
    undecoded: () => undecoded,
    result: sink.result,
  };
}

/** What an answer tells of output that it does not give as it was. */
export const outputLack = { characters_cut: z.number().optional(), undecoded: z.number().optional() };

/** The same of what was captured. */
export function outputLackOf({ cut, undecoded }: Captured) {
  return present({ characters_cut: cut || undefined, undecoded: undecoded || undefined });
}

interface Told {
  stdout?: string | undefined;
  stderr?: string | undefined;
  undecoded?: number | undefined;
}

/** Captured output for a reader. */
export function outputLines({ stdout = "", stderr = "", undecoded = 0 }: Told): string[] {
  const pieces = `${count(undecoded, "piece")} of the output ${undecoded === 1 ? "is" : "are"} no UTF-8`;
  return [
    undecoded > 0 ? `${pieces} and shown as \ufffd; to have such bytes, let the command end in: | base64` : "",
    stdout && quoted("stdout", stdout),
    stderr && quoted("stderr", stderr),
  ].filter((line) => line !== "");
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
