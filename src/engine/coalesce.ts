import { type EngineRequest, type EngineResponse, queryString, type Transport } from "./request.ts";
import { unlessAborted } from "./waiting.ts";

type Send = Transport["send"];

/** Milliseconds that a read waits at most for an equal one that is on its way. */
const patience = 20;

/** One request for all who have joined it. */
interface Read {
  answer: Promise<EngineResponse>;
  /** How many still want the answer. */
  joined: number;
  /** Aborted when nobody does. */
  left: AbortController;
}

/**
 * Sends equal reads that wait at the same time once: while one is on its way, those that come meanwhile wait for the
 * next, which they share. So nobody is told what was so before they asked, and a daemon that many ask the same works
 * for one of them. A read is given up when all who joined it have given up.
 */
export function coalesced(send: Send): Send {
  const reads = readsOver(send);
  return async (request) => {
    const { signal } = request;
    if (!isShareable(request)) return await send(request);
    signal?.throwIfAborted();
    const key = `${request.path}${queryString(request.query)} ${request.timeout}`;
    const read = reads.waiting(key) ?? reads.open(key, request);
    read.joined++;
    try {
      return await unlessAborted(read.answer, signal);
    } finally {
      read.joined--;
      if (read.joined === 0 && signal?.aborted) {
        reads.close(key, read);
        read.left.abort(signal.reason);
      }
    }
  };
}

/** What is asked with headers is asked in somebody's name. */
function isShareable({ method, reply, headers, body }: EngineRequest): boolean {
  return method === "GET" && reply === "whole" && headers === undefined && body === undefined;
}

/** The reads that are under way, by what is asked. */
function readsOver(send: Send) {
  /** Not sent yet: these may be joined. */
  const waiting = new Map<string, Read>();
  /** Sent: when the last one of each has ended. */
  const sent = new Map<string, Promise<void>>();
  function close(key: string, read: Read): void {
    if (waiting.get(key) === read) waiting.delete(key);
  }
  function sendNow(key: string, request: EngineRequest): Promise<EngineResponse> {
    const answer = send(request);
    const ended = settled(answer).then(() => {
      if (sent.get(key) === ended) sent.delete(key);
    });
    sent.set(key, ended);
    return answer;
  }
  function open(key: string, request: EngineRequest): Read {
    const left = new AbortController();
    const bounded = { ...request, signal: left.signal };
    const before = sent.get(key);
    if (!before) return { answer: sendNow(key, bounded), joined: 0, left };
    const sendLater = async () => {
      await noLongerThan(patience, before);
      close(key, read);
      return await sendNow(key, bounded);
    };
    const read: Read = { answer: sendLater(), joined: 0, left };
    waiting.set(key, read);
    return read;
  }
  return { waiting: (key: string) => waiting.get(key), open, close };
}

function settled(work: Promise<unknown>): Promise<void> {
  return work.then(() => {}, () => {});
}

/** Resolves with `work`, or after `ms` milliseconds. */
function noLongerThan(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    work.then(resolve).finally(() => clearTimeout(timer));
  });
}
