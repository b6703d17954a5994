/**
 * Tells once that the program is asked to end, so that calls at work can clean up what they began; asked again, it ends at
 * once.
 */
export function onEnding(end: () => void): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const once = () => {
    for (const signal of signals) Deno.removeSignalListener(signal, once);
    end();
  };
  for (const signal of signals) Deno.addSignalListener(signal, once);
}
