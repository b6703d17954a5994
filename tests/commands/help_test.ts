import assert from "node:assert/strict";
import { helpText } from "../../src/commands/help.ts";
import { commands } from "../../src/config/command.ts";
import { otherVariables, settings } from "../../src/config/settings.ts";

Deno.test("help lists every command, setting and variable with what it does", () => {
  const text = helpText().replace(/\s+/g, " ");
  assert(settings.length >= 23);
  for (const { flag, env, default: preset, description } of settings) {
    assert(text.includes(`--${flag}`) && text.includes(`(${env}) ${description}`), flag);
    if (preset !== "") assert(text.includes(`Default: ${preset}.`), flag);
  }
  for (const { name, takes, description } of commands) {
    assert(text.includes(`${name} ${takes && `${takes} `}${description}`), name);
  }
  for (const { name, description } of otherVariables) assert(text.includes(`${name} ${description}`), name);
});

Deno.test("help fits a terminal of 100 columns", () => {
  for (const line of helpText().split("\n")) assert(line.length <= 100, line);
});

Deno.test("a setting is shown with its value, its variable and its default", () => {
  assert.match(helpText(), /\n {2}--timeout <seconds> {2}\(DOCKER_TIMEOUT\)\n {6}How long [^]*? Default: 60\.\n/);
  assert.match(helpText(), /\n {2}--read-only {2}\(DOCKER_MCP_READ_ONLY\)\n/);
});
