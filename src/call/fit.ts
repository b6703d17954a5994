import { oneLine } from "../safety/untrusted.ts";
import { failure } from "./codes.ts";
import type { Answer, Call, Failure } from "./stage.ts";
import { charactersWithin } from "../tokens.ts";

/** Tokens of a model that an answer may come to, whatever the bound on its characters: clients refuse longer ones. */
const mostTokens = 25_000;

/** The answer, its text cut to what may be sent; a failure where its data is too long, since half of it would be wrong. */
export function fit(answer: Answer, call: Call, bound: number): Answer | Failure {
  const data = JSON.stringify(answer.data);
  if (data.length > bound) {
    return tooLarge(answer, call, `the answer has ${data.length} characters, and at most ${bound} are sent`);
  }
  if (charactersWithin(data, mostTokens) < data.length) {
    return tooLarge(answer, call, `the answer may come to more than ${mostTokens} tokens`);
  }
  const room = Math.min(bound, charactersWithin(answer.text, mostTokens - 100));
  return answer.text.length > room ? { ...answer, text: cut(answer.text, room, narrower(call)) } : answer;
}

function tooLarge({ text }: Answer, call: Call, why: string): Failure {
  const { title, risk } = call.subject;
  if (risk === "read") {
    return failure("limitReached", { what: `Too much to answer: "${title}"`, why, next: narrower(call) });
  }
  const next = `It has been done; do not call again. ${narrower(call)}`;
  // Its first line tells the outcome, an exit code above all.
  const [first = ""] = text.split("\n", 1);
  const outcome = first && `; it begins: ${oneLine(first).slice(0, 300).toWellFormed()}`;
  return failure("limitReached", { what: `Done, but too much to answer: "${title}"`, why: why + outcome, next });
}

/** Arguments that make an answer shorter. */
const narrowing = ["tail", "since", "contains", "limit", "fields", "path", "containers", "name", "label"];

function narrower({ subject: { inputs = [] } }: Call): string {
  const names = narrowing.filter((name) => inputs.includes(name));
  const without = ["raw", "full"].filter((name) => inputs.includes(name)).map((name) => `without ${name}`);
  const ways = [...(names.length > 0 ? [`with ${names.join(", ")}`] : []), ...without];
  return `Ask for less${ways.length > 0 ? `: ${ways.join(", or ")}` : ""}`;
}

function cut(text: string, bound: number, hint: string): string {
  const note = (left: number) => `\n[${left} of ${text.length} characters cut. ${hint}]`;
  const room = Math.max(0, bound - note(text.length).length);
  const line = text.lastIndexOf("\n", room);
  // Whole lines, unless the last one is so long that half would be lost.
  const end = line > room / 2 ? line : room;
  const whole = /[\uD800-\uDBFF]$/.test(text.slice(0, end)) ? end - 1 : end;
  return text.slice(0, whole) + note(text.length - whole);
}
