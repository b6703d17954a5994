/** A folder of a test's own, to be held with `using`: at the end of the block it is removed with all that is in it. */
export function temporaryFolder(): Disposable & { path: string } {
  // Short, since the path of a socket in it may have 103 characters at most.
  const path = Deno.makeTempDirSync({ prefix: "mcp-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
