import { isTransient } from "./faults.ts";

/** What may end a request early: its caller, and time until `stop` is called. */
export interface Clock {
  /** Its reason is the caller's own, or the error that `late` made. */
  signal: AbortSignal;
  /** Set once the daemon may have seen the request. */
  sent: boolean;
  /** From here on only the caller ends it. */
  stop(): void;
}

/** Starts a clock that runs out after `ms` milliseconds; never, where that is 0. */
export function startClock(
  caller: AbortSignal | undefined,
  { ms, late }: { ms: number; late(sent: boolean): Error },
): Clock {
  const out = new AbortController();
  const timer = ms > 0 ? setTimeout(() => out.abort(late(clock.sent)), ms) : undefined;
  const signal = caller ? AbortSignal.any([caller, out.signal]) : out.signal;
  const clock = { signal, sent: false, stop: () => clearTimeout(timer) };
  return clock;
}

/** Settles as `work` does, unless `signal` fires first: then it rejects with its reason. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const pauses = [100, 300];

/** Tries `attempt` up to three times while it fails for a transient reason. Only for requests that change nothing. */
export async function retried<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (const ms of pauses) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await unlessAborted(new Promise((resolve) => setTimeout(resolve, ms)), signal);
  }
  return await attempt();
}

/** Resolves after `ms` milliseconds, or at once where `signal` ends first. */
export function untilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
