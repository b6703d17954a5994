// The least that a Deno program on stdio can do: it answers each line with that line.
for await (const bytes of Deno.stdin.readable) Deno.stdout.writeSync(bytes);
