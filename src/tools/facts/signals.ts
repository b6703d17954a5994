/** A signal that ends with `signal` or after `seconds`; `expired` tells which of the two it was. */
export function within(seconds: number, signal: AbortSignal) {
  const timer = AbortSignal.timeout(Math.ceil(seconds * 1000));
  return { signal: AbortSignal.any([signal, timer]), expired: () => timer.aborted && !signal.aborted };
}

/** Waits; rejects with the signal's reason when it ends first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
