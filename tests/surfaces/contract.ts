import assert from "node:assert/strict";
import { type Alias, resolve } from "../../src/surfaces/alias.ts";
import { connect, type Connected } from "../connect.ts";

type Args = Record<string, unknown>;

/** A call in a vocabulary, and the calls of tools that it comes to. */
export interface Row {
  call: [name: string, args: Args];
  /** Several where one call comes to several. */
  becomes: [tool: string, args: Args][];
}

/** Holds the table to the rows, each route to one row at least, and each row to the tool that a client really reaches. */
export function contract(
  surface: "default" | "classic" | "compact",
  { aliases, rows, before }: {
    aliases: readonly Alias[];
    rows: readonly Row[];
    before: (connected: Connected) => Promise<unknown>;
  },
): void {
  Deno.test(`${surface}: each name and action stands for its tool, with the arguments in its words`, () => {
    for (const { call: [name, args], becomes } of rows) {
      const alias = aliases.find((alias) => alias.name === name);
      assert.ok(alias, name);
      assert.deepEqual(resolve(alias, args), becomes.map(([tool, args]) => ({ tool, args })), name);
    }
    const routes = aliases.flatMap(({ name, routes }) => Object.keys(routes).map((action) => `${name} ${action}`));
    const tried = new Set(rows.map(({ call: [name, { action = "" }] }) => `${name} ${action}`));
    assert.deepEqual(routes.filter((route) => !tried.has(route)), [], "add a row");
  });

  Deno.test(`${surface}: a client's call passes the call door as the call of its tool`, async () => {
    for (const { call: [name, args], becomes } of rows) {
      await using connected = await connect({ args: [`--surface=${surface}`, "--destructive=allow"] });
      await before(connected);
      connected.events.length = 0;
      const answer = await connected.client.callTool({ name, arguments: args });
      const told = `${name} ${JSON.stringify(args)}: ${JSON.stringify(answer.content)}`;
      assert.deepEqual(connected.events.map((event) => event.name), becomes.map(([tool]) => tool), told);
      // Every one of them is well formed for its tool, whatever the fake daemon makes of it.
      assert.notEqual(connected.events[0]?.code, "DKR-004", told);
    }
  });
}

/** The text of a call that must fail. */
export async function refused({ client }: Connected, name: string, args: Args): Promise<string> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  assert.equal(isError, true, JSON.stringify(content));
  return content.map((block) => block.type === "text" ? block.text : "").join("\n");
}
