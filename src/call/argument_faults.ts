import type * as z from "zod";
import { nearest } from "./nearest.ts";

type Issue = z.core.$ZodIssue;

/**
 * Every fault of the arguments in one line: which field, and what was expected there. `known` are the arguments that may
 * be meant by one that is not known.
 */
export function argumentFaults(issues: readonly Issue[], known: readonly string[] = []): string {
  const missing = issues.filter(isMissing).map(({ path }) => String(path.at(-1)));
  return issues.map((issue) => fault(issue, { missing, known })).join("; ");
}

interface Meant {
  missing: readonly string[];
  known: readonly string[];
}

function fault(issue: Issue, meant: Meant): string {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue, key, meant)).join("; ");
  if (isMissing(issue)) return `${where(issue.path)} is required (${expected(issue)})`;
  return `${where(issue.path)}: expected ${expected(issue)}${received(issue)}`;
}

// A name that is not known often stands for the one that is missing.
function unknownKey(issue: Issue, key: string, { missing, known }: Meant): string {
  const [meant] = [...nearest(key, missing), ...issue.path.length === 0 ? nearest(key, known) : []];
  return `${where([...issue.path, key])} is not known here${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}

function where(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the arguments";
  const steps = path.map((step, i) => typeof step === "number" ? `[${step}]` : `${i === 0 ? "" : "."}${String(step)}`);
  return `"${steps.join("")}"`;
}

function isMissing(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.message.endsWith("received undefined");
}

/** The schema library does not hand on the value itself, but its message tells the type. */
function received(issue: Issue): string {
  if (issue.code !== "invalid_type") return "";
  const type = /received (\w+)$/.exec(issue.message)?.[1];
  return type === undefined ? "" : `, got ${article(type)}`;
}

function expected(issue: Issue): string {
  // A field that has words of its own for what it wants.
  if (issue.message.startsWith("expected ")) return issue.message.slice("expected ".length);
  switch (issue.code) {
    case "invalid_type":
      return article(issue.expected);
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "invalid_union":
      return alternatives(issue.errors);
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_format":
      return issue.format === "regex" ? `text like ${issue.pattern ?? "the pattern"}` : `a valid ${issue.format}`;
    default:
      return issue.message.replace(/^Invalid input: expected /, "");
  }
}

/**
 * A value that has the right shape for one alternative is told what that one lacks; else the reader gets the list of
 * shapes that would do.
 */
function alternatives(tried: readonly (readonly Issue[])[]): string {
  const close = tried.filter((issues) =>
    !issues.some((issue) => issue.path.length === 0 && issue.code === "invalid_type")
  );
  const [closest] = close.toSorted((a, b) => a.length - b.length);
  if (closest && close.length < tried.length) return closest.map(insideUnion).join(" and ");
  return [...new Set(tried.flatMap((issues) => issues.slice(0, 1).map(insideUnion)))].join(" or ");
}

function insideUnion(issue: Issue): string {
  if (issue.path.length === 0) return expected(issue);
  return `${expected(issue)} at ${where(issue.path)}${received(issue)}`;
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "set" ? " items" : "";
}

function article(type: string): string {
  const words: Record<string, string> = {
    array: "a list",
    record: "an object",
    object: "an object",
    int: "a whole number",
  };
  return words[type] ?? (type === "undefined" || type === "null" ? "nothing" : `a ${type}`);
}
