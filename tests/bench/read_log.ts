/**
 * Reads the log of an ended container to its end and reports on stderr what that came to, as JSON:
 *
 *   deno run -A read_log.ts decoder|socket <host> <container>
 */
import { engine } from "../../src/engine/engine.ts";
import { demultiplex, textLines } from "../../src/engine/stream.ts";
import { connect } from "../../src/engine/transport.ts";
import { readToTheEnd } from "./bare_client.ts";
import { peakMemoryOf } from "./measure.ts";

/** What reading a log came to; the bare socket sees bytes only, framing included. */
export interface LogReport {
  bytes: number;
  lines: number;
  /** MiB. */
  peak: number;
}

if (import.meta.main) {
  const [way, host = "", container = ""] = Deno.args;
  const read = way === "decoder" ? await decode(host, container) : await receive(host, container);
  const report: LogReport = { ...read, peak: peakMemoryOf("self") };
  console.error(JSON.stringify(report));
}

async function decode(host: string, container: string): Promise<Omit<LogReport, "peak">> {
  const transport = connect({ host, timeout: 60_000, apiVersion: "auto" });
  const response = await engine(transport).containers.logs(container, { stdout: true, stderr: true });
  const read = { bytes: 0, lines: 0 };
  for await (const lines of textLines(demultiplex(response.chunks()))) {
    read.lines += lines.length;
    for (const { text } of lines) read.bytes += text.length + 1;
  }
  transport.close();
  return read;
}

async function receive(host: string, container: string): Promise<Omit<LogReport, "peak">> {
  return { bytes: await readToTheEnd(host, `/containers/${container}/logs?stdout=1&stderr=1`), lines: 0 };
}
