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
    if (!call.confirmation) {
      const told = await toldOf(call);
      return told === undefined ? await next(call) : await ask(call, tokens, { told, opening: "" });
    }
    const fault = await tokens.spend(call.confirmation, call);
    if (call.confirmation.action !== "accept") return declined(call, call.confirmation);
    if (fault !== undefined) return invalid(call, fault);
    // Names may mean other things by now, and those that were meant may hold more.
    const told = await toldOf(call);
    if (told === undefined || await tokens.asked(call.confirmation, told)) return await next(call);
    return await ask(call, tokens, { told, opening: "It is no longer as it was asked. " });
  };
}

/**
 * What the person's answer is about; empty where it is about the arguments alone, which are part of the call. Nothing
 * where the call would lose nothing.
 */
async function toldOf(call: Call): Promise<string | undefined> {
  const { consequence } = call.subject;
  return consequence ? await consequence(call) : "";
}

async function ask(
  call: Call,
  tokens: TokenMint,
  { told, opening }: { told: string; opening: string },
): Promise<Question> {
  const { subject, args } = call;
  // Nobody need say yes to what would be refused all the same.
  await subject.rehearse?.(call);
  const where = subject.host === undefined ? "" : ` on ${subject.host}`;
  const message = `${opening}${subject.title}${where}: ${told || JSON.stringify(args)}`;
  return { kind: "question", message, token: await tokens.mint(call, told) };
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
  /** A token for the call and for what the person is told of it. */
  mint(call: Call, about: string): Promise<string>;
  /** Whether a genuine token was made for a question about the same. */
  asked(confirmation: Confirmation, about: string): Promise<boolean>;
  /** Says why the token does not confirm this call, or nothing; a genuine one is spent either way. */
  spend(confirmation: Confirmation, call: Call): Promise<string | undefined>;
}

/**
 * Tokens that one process signs for itself: `nonce.expiry.call.about.signature`. `call` is a keyed digest of the tool,
 * its arguments and the caller, `about` one of what was asked, so a token shows nothing of them and fits no other call.
 */
function tokenMint(now: () => number): TokenMint {
  const signer = hmacSigner();
  const spent = new Map<string, number>();
  return {
    async mint(call, about) {
      const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(12)));
      const digests = [await signer.sign(identity(call)), await signer.sign(`about ${about}`)];
      const content = [nonce, now() + openFor, ...digests].join(".");
      return `${content}.${await signer.sign(content)}`;
    },
    async spend({ token }, call) {
      const [nonce = "", expiry = "", bound = "", about = "", signature = ""] = token.split(".");
      const genuine = await signer.verify(`${nonce}.${expiry}.${bound}.${about}`, signature);
      if (!genuine) return "the confirmation was not made by this server";
      if (Number(expiry) <= now()) return "the confirmation has expired; it is valid for 5 minutes";
      if (!await signer.verify(identity(call), bound)) return "the confirmation is for another call or other arguments";
      if (spent.has(nonce)) return "the confirmation has been used already";
      for (const [old, end] of spent) if (end <= now()) spent.delete(old);
      spent.set(nonce, Number(expiry));
    },
    asked: async ({ token }, about) => await signer.verify(`about ${about}`, token.split(".")[3] ?? ""),
  };
}

/** HMAC-SHA256 with a key that this process makes when it is first needed, and keeps to itself. */
function hmacSigner() {
  let made: Promise<CryptoKey> | undefined;
  const key = () => made ??= crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  return {
    sign: async (text: string) =>
      toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", await key(), encode(text)))),
    /** Takes the same time wherever a wrong signature differs. */
    async verify(text: string, signature: string): Promise<boolean> {
      const bytes = fromBase64Url(signature);
      return bytes !== undefined && await crypto.subtle.verify("HMAC", await key(), bytes, encode(text));
    },
  };
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    // Not of this server's making.
    return undefined;
  }
}

function identity({ subject, args, caller }: Call): string {
  return `call ${JSON.stringify([subject.name, subject.host, args, caller.name], sortKeys)}`;
}

// Two spellings of the same arguments are the same call.
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
