// Not imported: a bundle would load it with each start, where few need it.
const { posix } = globalThis.process.getBuiltinModule("node:path");
/** What a `.dockerignore` says of one path, and what those below it must know. */
export interface Verdict {
  ignored: boolean;
  /** For each pattern: whether it matches the path or a folder above it. */
  matched: readonly boolean[];
}

export interface IgnoreRules {
  /** Judges a path, given relative to the context; `parent` is the verdict on its folder, absent at the top. */
  judge(path: string, parent?: Verdict): Verdict;
  /** Whether something below an ignored folder may be taken back by a `!` pattern. */
  mayTakeBack(folder: string): boolean;
}

/**
 * The rules of a `.dockerignore`, as Docker reads it: patterns start at the root of the context, `**` stands for any
 * number of folders, a folder that matches takes all below it along, and of all patterns that match the last one
 * counts. Throws a SyntaxError that names a bad pattern.
 */
export function ignoreRules(text: string): IgnoreRules {
  const patterns = readPatterns(text).map(compile);
  return {
    judge(path, parent) {
      const matched = patterns.map(({ matches }, i) => parent?.matched[i] === true || matches.test(path));
      const last = patterns.findLast((_, i) => matched[i]);
      return { ignored: last !== undefined && !last.takesBack, matched };
    },
    mayTakeBack: (folder) => patterns.some(({ takesBack, fixed }) => takesBack && meet(fixed, `${folder}/`)),
  };
}

interface Pattern {
  /** It began with `!`. */
  takesBack: boolean;
  matches: RegExp;
  /** What every match begins with. */
  fixed: string;
}

/** One line each, cleaned as Go's `filepath.Clean` does. A comment has its `#` in the first column. */
function readPatterns(text: string): string[] {
  const lines = text.replace(/^\ufeff/, "").split("\n").filter((line) => !line.startsWith("#"));
  return lines.map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    if (!line.startsWith("!")) return cleaned(line);
    const rest = line.slice(1).trim();
    if (rest === "") throw new SyntaxError('"!" stands alone');
    return `!${cleaned(rest)}`;
  });
}

function cleaned(pattern: string): string {
  return posix.normalize(pattern).replace(/(?<=.)\/$/, "").replace(/^\/(?=.)/, "");
}

function compile(line: string): Pattern {
  const takesBack = line.startsWith("!");
  const pattern = takesBack ? line.slice(1) : line;
  const fixed = /^[^*?[\\]*/.exec(pattern)?.[0] ?? "";
  try {
    return { takesBack, matches: new RegExp(`^${expression(pattern)}$`, "u"), fixed };
  } catch (cause) {
    throw new SyntaxError(`"${line}" is not a pattern`, { cause });
  }
}

const tokens = /\*\*\/?$|\*\*\/?|\*|\?|\\([^])|\[\^?(?:\\[^]|[^\]\\])+\]|[^]/gu;

function expression(pattern: string): string {
  // Docker compares this one shape by its end, so that it matches within a name, too.
  const end = /^\*\*([^/*?\\[\]][^*?\\[\]]*)$/.exec(pattern)?.[1];
  if (end !== undefined) return `.*${literal(end)}`;
  return pattern.replace(tokens, (token, escaped?: string, at = 0) => {
    if (token.startsWith("**")) return at + token.length === pattern.length ? ".*" : "(?:.*/)?";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (escaped !== undefined) return literal(escaped);
    if (token.length > 2 && token.startsWith("[")) return token.replace(/\\([^\\\]^-])/gu, "$1");
    if (token === "[" || token === "\\") throw new SyntaxError(`"${token}" is not closed`);
    return literal(token);
  });
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Whether one of the two begins with the other. */
function meet(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
