import { type KeyLines, keyLines, withoutKeyEnds } from "./key_lines.ts";
import { withoutValues } from "./known_secrets.ts";
import { isSecretKey, keyTraces } from "./secret_keys.ts";
import { mapTexts } from "./untrusted.ts";

/** Hides secrets: in values of any shape, and in text. The shape and the keys stay; `[redacted]` takes the secret's place. */
export interface Hide {
  value<T>(value: T): T;
  text(text: string): string;
  /** For what is read line by line: hides what only several lines together show to be a secret. */
  lines(options: { cut: boolean }): KeyLines;
  /** The same, which hides these values too, wherever they stand. */
  knowing(secrets: ReadonlySet<string>): Hide;
}

/** The hider of one server; with `show` it hides nothing, as its operator chose. */
export function hider({ show }: { show: boolean }): Hide {
  return show ? showing : hiding;
}

const showing: Hide = {
  value: (value) => value,
  text: (text) => text,
  lines: () => (lines) => [...lines],
  knowing: () => showing,
};

const hiding: Hide = {
  value: (value) => mayHold(JSON.stringify(value) ?? "") ? hideValue(value) : value,
  text: hideText,
  lines: keyLines,
  knowing(secrets) {
    if (secrets.size === 0) return hiding;
    // Before the keys are looked at: these are known in their whole length.
    const without = withoutValues(secrets, redacted);
    return {
      value: (value) => hiding.value(mapTexts(value, without)),
      text: (text) => hideText(without(text)),
      lines: keyLines,
      knowing: (more) => hiding.knowing(secrets.union(more)),
    };
  },
};

const redacted = "[redacted]";

function hideValue<T>(value: T): T;
function hideValue(value: unknown): unknown {
  if (typeof value === "string") return hideText(value);
  if (Array.isArray(value)) return value.map((item, i) => hideItem(item, value[i - 1]));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, hideUnder(key, child)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hideUnder(key: string, value: unknown): unknown {
  if (!isSecretKey(key)) return hideValue(value);
  // A list under a plural (`secrets`, `credentials`) holds names or objects; under a singular it holds secrets.
  if (Array.isArray(value) && !/s$/i.test(key)) return value.map((item) => hideUnder(key, item));
  return isSecretValue(key, value) ? redacted : hideValue(value);
}

function isSecretValue(key: string, value: unknown): boolean {
  if (typeof value === "number") return true;
  if (typeof value !== "string" || innocent.test(value)) return false;
  // The shell's working directory bears the short name of passwords.
  return !(/^(old)?pwd$/i.test(key) && value.startsWith("/"));
}

/** What stands where a secret could: that there is one or none, the start of a list, a variable; or hidden before. */
const innocent = /^(|true|false|null|nil|none|yes|no|undefined|\*+|<[^<>]*>|\$\{?\w+\}?|[[{]+|\[redacted\].*)$/i;

/** An item of a list: `KEY=value` as Docker lists an environment, or what follows `--password` on a command line. */
function hideItem(item: unknown, previous: unknown): unknown {
  if (typeof item !== "string") return hideValue(item);
  const option = typeof previous === "string" ? /^--?([\w-]+)$/.exec(previous)?.[1] : undefined;
  if (option !== undefined && isSecretKey(option) && !item.startsWith("-")) return redacted;
  const [, key, value] = /^([A-Za-z_][\w.-]{0,127})=(.*)$/s.exec(item) ?? [];
  if (key === undefined || value === undefined || !isSecretKey(key)) return hideText(item);
  return isSecretValue(key, value) ? `${key}=${redacted}` : item;
}

function hideText(text: string): string {
  if (!mayHold(text)) return text;
  let hidden = text;
  for (const { shape, replacement } of shapes) hidden = hidden.replace(shape, replacement);
  return hideAssignments(withoutKeyEnds(hidden));
}

/** Most texts hold no secret, and this is quick to say, also of the JSON of a value. */
function mayHold(text: string): boolean {
  return traces.test(text.toLowerCase());
}

/**
 * Secrets known by their own look. Each starts only where a word does and repeats no group, so that the time stays in
 * proportion to the length of the text. Where its trace is not in the text in lower case, it is not either.
 */
const shapes: readonly { trace: string; shape: RegExp; replacement: string }[] = [
  {
    trace: "key",
    shape:
      /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    replacement: redacted,
  },
  { trace: "eyj", shape: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, replacement: redacted },
  { trace: "a[ks]ia", shape: /(?<![\w-])(?:AKIA|ASIA)[A-Z0-9]{16}(?!\w)/g, replacement: redacted },
  {
    trace: "gh[pousr]_|github_pat_|npm_",
    shape: /(?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|npm_[A-Za-z0-9]{30,})/g,
    replacement: redacted,
  },
  {
    trace: "glpat-|dckr_pat_|xox|swm",
    shape: /(?<![\w-])(?:glpat-|dckr_pat_|xox[a-z]-|SWMTKN-1-|SWMKEY-1-)[\w-]{10,}/g,
    replacement: redacted,
  },
  { trace: "[sr]k_", shape: /(?<![\w-])(?:sk|rk)_(?:live|test)_\w{10,}/g, replacement: redacted },
  // A digit is asked for, since a container may well be named sk-something-long.
  { trace: "sk-", shape: /(?<![\w-])sk-(?=[A-Za-z_-]{0,80}\d)[\w-]{20,}/g, replacement: redacted },
  { trace: "aiza", shape: /(?<![\w-])AIza[\w-]{35}/g, replacement: redacted },
  {
    trace: "@",
    shape: /(?<![\w.+-])([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"]{0,128}):[^\s/'"]{1,256}@/gi,
    replacement: `$1:${redacted}@`,
  },
  // In front of a registry; a digest stands behind an at sign as well.
  {
    trace: "@",
    shape: /(?<![\w.+/-])([\w.-]{1,64}):[^\s/:@'"]{1,256}@(?!sha\d)(?=[\w.-]{1,128}(?::\d{1,5})?\/)/g,
    replacement: `$1:${redacted}@`,
  },
  {
    trace: "bearer|basic",
    shape: /\b(Bearer|Basic)[ \t]{1,3}(?=[\w.~+/-]{0,80}[\d=])[\w.~+/-]{12,}=*/gi,
    replacement: `$1 ${redacted}`,
  },
];

const traces = new RegExp([keyTraces, ...shapes.map(({ trace }) => trace)].join("|"));

/**
 * `KEY=value`, `key: value`, `"key": "value"`, `--key value`, the last also as two items of YAML or JSON: a key at the
 * start of a word, then what parts it from its value.
 */
const assignment =
  /(?<![\w.-])(--?)?([\w.-]{1,128}?)(\\{0,3}["']?[ \t]{0,3}(?:=>?|:)[ \t]{0,3}|(?<=--?[\w.-]{1,64})(?:[ \t]{1,3}|\n[ \t]{0,40}- )(?=[^\s-])|(?<=--?[\w.-]{1,64})\\{0,3}["'][ \t]{0,3},?\s{0,80}(?=\\{0,3}["'][^-]))(\\{0,3}["'`])?/g;

function hideAssignments(text: string): string {
  const parts: string[] = [];
  let done = 0;
  assignment.lastIndex = 0;
  for (let found = assignment.exec(text); found; found = assignment.exec(text)) {
    const [whole, , key = "", separator = "", quote = ""] = found;
    if (!isSecretKey(key)) {
      // The value may begin with a key of its own: `args: password=x`.
      assignment.lastIndex = found.index + whole.length - quote.length;
      continue;
    }
    const start = found.index + whole.length;
    const end = valueEnd(text, { start, quote });
    const value = text.slice(start, end);
    const prose = isProse({ before: text.slice(Math.max(0, found.index - 2), found.index), key, separator, value });
    if (isSecretValue(key, value) && !prose) {
      parts.push(text.slice(done, start), redacted);
      done = end;
    }
    assignment.lastIndex = Math.max(end, start);
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(done);
}

/** A quoted value ends at its quote, on the same line; a bare one at a blank, a quote, `&` or `;`. */
function valueEnd(text: string, { start, quote }: { start: number; quote: string }): number {
  if (quote !== "") {
    const lineEnd = text.indexOf("\n", start);
    const stop = lineEnd < 0 ? text.length : lineEnd;
    for (let at = text.indexOf(quote, start); at >= 0 && at < stop; at = text.indexOf(quote, at + 1)) {
      if (text[at - 1] !== "\\") return at;
    }
    return stop;
  }
  bare.lastIndex = start;
  const value = bare.exec(text)?.[0] ?? "";
  return start + value.replace(/(?<!\[redacted)[,.)}\]]{1,4}$/, "").length;
}

/** `\\u{200b}` is a hidden character of it that was shown. */
const bare = /(?:(?:Bearer|Basic|Digest|Token)[ \t]{1,3})?(?:[^\s"'`&;\\]|\\{1,2}u\{[\da-f]{1,6}\})*/iy;

/**
 * `invalid token: unexpected end`: a word of a sentence and no key, unless what follows looks like a secret. Nor is the
 * end of a path a key: `"/etc/passwd": permission denied`; nor the name of BuildKit's check for secrets.
 */
function isProse(found: { before: string; key: string; separator: string; value: string }): boolean {
  if (found.key === "SecretsUsedInArgOrEnv") return true;
  if (found.before.endsWith("/") && /^["']?:[ \t]/.test(found.separator)) return true;
  if (!found.separator.startsWith(":") || !/^(token|secret|auth|authorization|credentials?|dsn)$/i.test(found.key)) {
    return false;
  }
  return /[\w"')] $/.test(found.before) && /^[A-Za-z'-]{0,19}[,.]?$/.test(found.value);
}
