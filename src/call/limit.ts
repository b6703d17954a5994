import { failure } from "./codes.ts";
import { fit } from "./fit.ts";
import type { Call, Failure, Next, Outcome, Stage } from "./stage.ts";

/** Bounds of all calls. */
export interface Limits {
  /** Calls at work at the same time on one engine; four times as many may wait. */
  concurrency: number;
  /** Calls per minute and caller; 0 is no limit. */
  rate: number;
  /** Milliseconds for one call, waiting included. */
  deadline: number;
  /** Characters of one answer. */
  answer: number;
}

/** Bounds how often, how many at once, how long and how much. */
export function limit(limits: Limits, now: () => number): Stage {
  const allowance = perMinute(limits.rate, now);
  // Calls that wait for an engine which does not answer must not keep others from theirs.
  const places = perHost(() => placesFor(limits.concurrency));
  return async (call, next) => {
    if (!allowance(call.caller.name)) {
      return tooMany(call, `more than ${limits.rate} calls in a minute`, "Wait a while");
    }
    const { full, take, give } = places(call.subject.host);
    if (full()) {
      return tooMany(call, `${limits.concurrency} calls are at work and too many wait`, "Wait until some have ended");
    }
    const outcome = await withDeadline(call, limits.deadline, async (bounded) => {
      await take(bounded.signal);
      // The place is given back when the work really ends, which may be after the deadline.
      return await next(bounded).finally(give);
    });
    return outcome.kind === "answer" ? fit(outcome, call, limits.answer) : outcome;
  };
}

function tooMany({ subject }: Call, why: string, wait: string): Failure {
  const next = `${wait}, then call ${subject.name} again`;
  return failure("limitReached", { what: `Not started: "${subject.title}"`, why, next });
}

/** Each caller has a bucket of `rate` calls, which fills again within a minute. */
function perMinute(rate: number, now: () => number): (caller: string) => boolean {
  const buckets = new Map<string, { calls: number; at: number }>();
  return (caller) => {
    if (rate === 0) return true;
    const { calls, at } = buckets.get(caller) ?? { calls: rate, at: now() };
    const filled = Math.min(rate, calls + (now() - at) * rate / 60_000);
    buckets.set(caller, { calls: filled < 1 ? filled : filled - 1, at: now() });
    return filled >= 1;
  };
}

function perHost<T>(make: () => T): (host: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return (host) => {
    const known = made.get(host) ?? make();
    made.set(host, known);
    return known;
  };
}

interface Places {
  full(): boolean;
  take(signal: AbortSignal): Promise<void>;
  give(): void;
}

function placesFor(concurrency: number): Places {
  let free = concurrency;
  const waiting = new Set<() => void>();
  return {
    full: () => free === 0 && waiting.size >= concurrency * 4,
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free--;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          signal.removeEventListener("abort", leave);
          resolve();
        };
        const leave = () => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        waiting.add(enter);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
    give() {
      const [first] = waiting;
      if (!first) {
        free++;
        return;
      }
      // The place goes straight to the one who waited longest.
      waiting.delete(first);
      first();
    },
  };
}

/** Ends the wait when the caller gives up or the time is over, even if the work does not heed its signal. */
async function withDeadline(call: Call, deadline: number, next: Next): Promise<Outcome> {
  const clock = new AbortController();
  const late = () => new DOMException(`it took longer than ${deadline / 1000} seconds`, "TimeoutError");
  const timer = setTimeout(() => clock.abort(late()), deadline);
  const { signal } = clock;
  const giveUp = () => clock.abort(call.signal.reason);
  call.signal.addEventListener("abort", giveUp);
  const ended = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => ended.reject(signal.reason));
  try {
    call.signal.throwIfAborted();
    return await Promise.race([next({ ...call, signal }), ended.promise]);
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener("abort", giveUp);
  }
}
