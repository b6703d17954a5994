import { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Decide } from "../safety/policy.ts";
import { failure } from "./codes.ts";
import type { Call, Confirmation, Failure, Question, Stage } from "./stage.ts";

/** Milliseconds that a question stays open. */
const openFor = 5 * 60_000;

/**
 * Where the policy says so, asks a person first: the outcome is a question, and only the same call with a valid answer
 * goes on. Nothing has happened before that.
 */
export function confirm(decide: Decide, now: () => number): Stage {
  const tokens = tokenMint(now);
  return async (call, next) => {
    if (decide(call.caller, call.subject).kind !== "confirm") return await next(call);
    if (!call.confirmation) return await ask(call, tokens);
    const fault = tokens.spend(call.confirmation, call);
    if (call.confirmation.action !== "accept") return declined(call, call.confirmation);
    return fault === undefined ? await next(call) : invalid(call, fault);
  };
}

async function ask(call: Call, tokens: TokenMint): Promise<Question> {
  const { subject, args } = call;
  const consequence = subject.consequence ? await subject.consequence(call) : JSON.stringify(args);
  return { kind: "question", message: `${subject.title}: ${consequence}`, token: tokens.mint(call) };
}

function declined({ subject }: Call, { action }: Confirmation): Failure {
  const why = action === "decline" ? "the person who was asked said no" : "the question was closed without an answer";
  const next = "Nothing was changed. Do not call again unless the person asks for it";
  return failure("declined", { what: `Not done: "${subject.title}"`, why, next });
}

function invalid({ subject }: Call, why: string): Failure {
  const next = `Nothing was changed. Call ${subject.name} again without a confirmation to get a new question`;
  return failure("confirmationInvalid", { what: `Not confirmed: "${subject.title}"`, why, next });
}

interface TokenMint {
  mint(call: Call): string;
  /** Says why the token does not confirm this call, or nothing; a genuine one is spent either way. */
  spend(confirmation: Confirmation, call: Call): string | undefined;
}

/**
 * Tokens that one process signs for itself: `nonce.expiry.call.signature`. `call` is a keyed digest of the tool, its
 * arguments and the caller, so a token shows nothing of them and fits no other call.
 */
function tokenMint(now: () => number): TokenMint {
  const key = randomBytes(32);
  const spent = new Map<string, number>();
  const sign = (text: string) => createHmac("sha256", key).update(text).digest("base64url");
  return {
    mint(call) {
      const content = [randomBytes(12).toString("base64url"), now() + openFor, sign(identity(call))].join(".");
      return `${content}.${sign(content)}`;
    },
    spend({ token }, call) {
      const [nonce = "", expiry = "", bound = "", signature = ""] = token.split(".");
      if (!equal(signature, sign(`${nonce}.${expiry}.${bound}`))) return "the confirmation was not made by this server";
      if (Number(expiry) <= now()) return "the confirmation has expired; it is valid for 5 minutes";
      if (bound !== sign(identity(call))) return "the confirmation is for another call or other arguments";
      if (spent.has(nonce)) return "the confirmation has been used already";
      for (const [old, end] of spent) if (end <= now()) spent.delete(old);
      spent.set(nonce, Number(expiry));
    },
  };
}

function identity({ subject, args, caller }: Call): string {
  return `call ${JSON.stringify([subject.name, args, caller.name], sortKeys)}`;
}

// Two spellings of the same arguments are the same call.
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
