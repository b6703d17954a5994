import { failure } from "./codes.ts";
import type { Answer, Call, Failure, Next, Outcome, Stage } from "./stage.ts";

/** Bounds of all calls. */
export interface Limits {
  /** Calls at work at the same time; four times as many may wait. */
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
  const places = placesFor(limits.concurrency);
  return async (call, next) => {
    if (!allowance(call.caller.name)) {
      return tooMany(call, `more than ${limits.rate} calls in a minute`, "Wait a while");
    }
    if (places.full()) {
      return tooMany(call, `${limits.concurrency} calls are at work and too many wait`, "Wait until some have ended");
    }
    const outcome = await withDeadline(call, limits.deadline, async (bounded) => {
      await places.take(bounded.signal);
      // The place is given back when the work really ends, which may be after the deadline.
      return await next(bounded).finally(places.give);
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
  const signal = AbortSignal.any([call.signal, clock.signal]);
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([next({ ...call, signal }), ended.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

function fit(answer: Answer, call: Call, bound: number): Answer | Failure {
  const size = JSON.stringify(answer.data).length;
  if (size > bound) return tooLarge(call, `the answer has ${size} characters, and at most ${bound} are sent`);
  return answer.text.length > bound ? { ...answer, text: cut(answer.text, bound) } : answer;
}

function tooLarge({ subject }: Call, why: string): Failure {
  if (subject.risk === "read") {
    return failure("limitReached", { what: `Too much to answer: "${subject.title}"`, why, next: narrow });
  }
  const next = `It has been done; do not call again. ${narrow}`;
  return failure("limitReached", { what: `Done, but too much to answer: "${subject.title}"`, why, next });
}

const narrow = "Ask for less: a filter, a smaller limit, fewer lines with tail";

function cut(text: string, bound: number): string {
  const note = (left: number) => `\n[${left} of ${text.length} characters cut. ${narrow}]`;
  const room = Math.max(0, bound - note(text.length).length);
  const line = text.lastIndexOf("\n", room);
  // Whole lines, unless the last one is so long that half would be lost.
  const end = line > room / 2 ? line : room;
  const whole = /[\uD800-\uDBFF]$/.test(text.slice(0, end)) ? end - 1 : end;
  return text.slice(0, whole) + note(text.length - whole);
}
