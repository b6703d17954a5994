import assert from "node:assert/strict";

/**
 * Holds that `work` takes time in proportion to the length of its text, for texts of these pieces repeated. What grows
 * with the square of the length takes a hundred times as long for ten times the text, not twenty. A busy machine may
 * spoil a measurement, but not three of them.
 */
export function inProportion(work: (text: string) => unknown, pieces: readonly string[]): void {
  for (const piece of pieces) {
    const [short, long] = [piece.repeat(20_000 / piece.length), piece.repeat(200_000 / piece.length)];
    best(work, short);
    const ratios: number[] = [];
    while (ratios.length < 3 && !ratios.some((ratio) => ratio < 40)) {
      ratios.push(best(work, long) / Math.max(best(work, short), 0.5));
    }
    assert.ok(Math.min(...ratios) < 40, `${JSON.stringify(piece)}: ten times the text took ${ratios} times as long`);
  }
}

/** Milliseconds of the quickest of five. */
function best(work: (text: string) => unknown, text: string): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    work(text);
    return performance.now() - start;
  });
  return Math.min(...times);
}
