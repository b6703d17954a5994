/**
 * Reads the log stream of the daemon at the address it is given to its end, in a process of its own, so that the
 * memory it measures is the decoder's alone. Prints `{lines, batches, different, growth}`, growth in MB.
 */
import { demultiplex, textLines } from "../../src/engine/stream.ts";
import { connect } from "../../src/engine/transport.ts";

const [host = "", expected = ""] = Deno.args;
const transport = connect({ host, timeout: 10_000, apiVersion: "1.43" });
const response = await transport.send({ method: "GET", path: "/containers/x/logs", reply: "stream" });
const before = Deno.memoryUsage().rss;
let [lines, batches, different, peak] = [0, 0, 0, 0];
for await (const batch of textLines(demultiplex(response.chunks()))) {
  lines += batch.length;
  if (batch.some(({ text }) => text !== expected)) different++;
  if (++batches % 100 === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
}
console.log(JSON.stringify({ lines, batches, different, growth: Math.round((peak - before) / 1e6) }));
