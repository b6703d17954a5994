/** Prints the line coverage of `src/` from what the tests left in `coverage/`; below the floor it ends with 1. */
const floor = 90;

const args = ["coverage", "--lcov", "coverage"];
const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
const root = new URL("..", import.meta.url).pathname;

let [found, hit] = [0, 0];
const files: string[] = [];
for (const record of new TextDecoder().decode(stdout).split("end_of_record")) {
  const file = /^SF:(.*)$/m.exec(record)?.[1] ?? "";
  if (!file.startsWith(`${root}src/`)) continue;
  const [lines, covered] = ["LF", "LH"].map((key) => Number(new RegExp(`^${key}:(\\d+)`, "m").exec(record)?.[1] ?? 0));
  found += lines ?? 0;
  hit += covered ?? 0;
  const share = lines ? Math.floor((covered ?? 0) / lines * 100) : 100;
  if (share < floor) files.push(`  ${share} %  ${file.slice(root.length)}`);
}
const share = found ? hit / found * 100 : 0;
if (files.length > 0) console.log(`Below ${floor} %:\n${files.join("\n")}`);
console.log(`Line coverage of src: ${share.toFixed(1)} % (${hit} of ${found} lines, at least ${floor} %)`);
Deno.exit(share >= floor ? 0 : 1);
