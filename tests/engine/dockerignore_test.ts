import assert from "node:assert/strict";
import { ignoreRules, type Verdict } from "../../src/engine/dockerignore.ts";

/** A context with a bit of everything. */
const files = [
  ...[".env", "README.md", "a.txt", "b.txt", "main.go", "src.go", "temp", "tempa", "notes[1].md", "weird+name"],
  ...["src/main.go", "src/main_test.go", "src/README.md", "src/lib/deep.go", "src/lib/deep_test.go"],
  ...["node_modules/x/index.js", "node_modules/x/package.json", "src/node_modules/y/index.js"],
  ...["docs/a.md", "docs/b.md", "docs/keep/a.md", "docs/keep/b.txt", "dir/temp", "dir/temporary", "dir/sub/temp"],
];

/** What is left of `files`. */
function left(text: string): string[] {
  const rules = ignoreRules(text);
  const verdicts = new Map<string, Verdict>();
  const judge = (path: string): Verdict => {
    const known = verdicts.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    const verdict = slash < 0 ? rules.judge(path) : rules.judge(path, judge(path.slice(0, slash)));
    verdicts.set(path, verdict);
    return verdict;
  };
  return files.filter((path) => !judge(path).ignored);
}

/** Each text with the files that it takes away. */
const cases: readonly { what: string; text: string; gone: readonly string[] }[] = [
  { what: "an empty text ignores nothing", text: "", gone: [] },
  { what: "a name stands for the root only", text: "temp", gone: ["temp"] },
  { what: "a folder goes with all in it", text: "docs", gone: below("docs") },
  { what: "a slash at the end means nothing", text: "docs/", gone: below("docs") },
  { what: "a slash at the start means nothing", text: "/docs", gone: below("docs") },
  { what: "./ at the start means nothing", text: "./docs", gone: below("docs") },
  { what: "dots and doubled slashes are taken out", text: "docs//./keep/../a.md", gone: ["docs/a.md"] },
  { what: "* stops at a slash", text: "*.md", gone: ["README.md", "notes[1].md"] },
  { what: "*/ goes one folder down", text: "*/temp*", gone: ["dir/temp", "dir/temporary"] },
  { what: "*/*/ goes two folders down", text: "*/*/temp*", gone: ["dir/sub/temp"] },
  { what: "? is one character", text: "temp?", gone: ["tempa"] },
  { what: "? is no slash", text: "dir?temp", gone: [] },
  { what: "**/ is any number of folders, none too", text: "**/temp", gone: ["temp", "dir/temp", "dir/sub/temp"] },
  { what: "**/*.go goes everywhere", text: "**/*.go", gone: files.filter((path) => path.endsWith(".go")) },
  {
    what: "a folder found by **/ goes with all in it",
    text: "**/node_modules",
    gone: files.filter((path) => path.includes("node_modules")),
  },
  { what: "/** takes all below", text: "docs/**", gone: below("docs") },
  { what: "** alone takes all", text: "**", gone: files },
  { what: "* alone takes all", text: "*", gone: files },
  {
    what: "** in the middle is any depth",
    text: "src/**/*_test.go",
    gone: ["src/main_test.go", "src/lib/deep_test.go"],
  },
  { what: "** in front of a name ends it", text: "**_test.go", gone: ["src/main_test.go", "src/lib/deep_test.go"] },
  { what: "a set of characters", text: "[ab].txt", gone: ["a.txt", "b.txt"] },
  { what: "a range of characters", text: "[b-z].txt", gone: ["b.txt"] },
  { what: "a set turned round", text: "[^a].txt", gone: ["b.txt"] },
  { what: "a backslash takes the meaning away", text: "notes\\[1\\].md", gone: ["notes[1].md"] },
  { what: "signs of regular expressions mean nothing", text: "weird+name\n(a|b).txt\n.env$", gone: ["weird+name"] },
  { what: "a dot is a dot", text: "main.go\nsrc/main?go\nXenv", gone: ["main.go", "src/main.go"] },
  { what: "comments and blank lines", text: "# temp\n\n   \ntempa\n", gone: ["tempa"] },
  { what: "a # later in the line is part of the name", text: "tempa # not this", gone: [] },
  { what: "blanks around a line, and \\r", text: "  temp  \r\n\ttempa\r\n", gone: ["temp", "tempa"] },
  { what: "a byte order mark", text: "\ufefftemp", gone: ["temp"] },
  { what: "letters count as they are", text: "readme.md\nTEMP", gone: [] },
  { what: "! takes a file back", text: "*.md\n!README.md", gone: ["notes[1].md"] },
  {
    what: "! takes back below an ignored folder",
    text: "docs\n!docs/keep/a.md",
    gone: below("docs", "docs/keep/a.md"),
  },
  {
    what: "! takes a folder back with all in it",
    text: "docs\n!docs/keep",
    gone: below("docs", "docs/keep/a.md", "docs/keep/b.txt"),
  },
  { what: "the last one that matches counts", text: "!README.md\n*.md", gone: ["README.md", "notes[1].md"] },
  { what: "the last one counts, three deep", text: "*.txt\n!a.txt\na.*", gone: ["a.txt", "b.txt"] },
  {
    what: "all but some",
    text: "*\n!src/lib\n!main.go",
    gone: files.filter((path) => path !== "main.go" && !path.startsWith("src/lib/")),
  },
  { what: "all but a kind, at any depth", text: "*\n!**/*.go", gone: files.filter((path) => !path.endsWith(".go")) },
  { what: "a blank after !", text: "*.txt\n! a.txt", gone: ["b.txt"] },
  { what: "a slash after !", text: "*.txt\n!/a.txt", gone: ["b.txt"] },
  { what: ".. leads out and matches nothing", text: "../temp\n..", gone: [] },
  { what: "the context itself cannot be ignored", text: ".\n/\n./", gone: [] },
];

function below(folder: string, ...but: string[]): string[] {
  return files.filter((path) => path.startsWith(`${folder}/`) && !but.includes(path));
}

Deno.test(".dockerignore takes away what Docker documents", async (t) => {
  for (const { what, text, gone } of cases) {
    await t.step(what, () => assert.deepEqual(left(text), files.filter((path) => !gone.includes(path))));
  }
});

Deno.test("a pattern that cannot be read is named", () => {
  for (const bad of ["a[b", "[]", "[z-a]", "name\\", "a\n!"]) {
    assert.throws(() => ignoreRules(bad), (error) => error instanceof SyntaxError && error.message.includes('"'), bad);
  }
});

Deno.test("an ignored folder is entered only where a ! pattern may reach into it", () => {
  const rules = ignoreRules("*\n!src/lib/keep\n!docs/**/a.md");
  assert.deepEqual(["src", "src/lib", "docs", "docs/keep", "node_modules", "srcs"].filter(rules.mayTakeBack), [
    ...["src", "src/lib", "docs", "docs/keep"],
  ]);
  assert.equal(ignoreRules("*\n!**/a.md").mayTakeBack("node_modules/x"), true);
  assert.equal(ignoreRules("node_modules").mayTakeBack("node_modules"), false);
});
