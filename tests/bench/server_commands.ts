import { type Form, permissionFlags } from "../../src/commands/permissions.ts";
import { parseConfig } from "../../src/config/config.ts";

/** The bundled program; `deno task bench` makes it anew. */
export const bundle = fileAt("../../dist/docker-mcp.js");

/** How the program is started to serve the engine at `host`, with the narrow permissions that its users are given. */
export function serverCommand(host: string, form: Form): string[] {
  const args = ["serve", "--host", host];
  const flags = permissionFlags(parseConfig(args, () => undefined), { form });
  return [Deno.execPath(), "run", ...flags, form === "bundle" ? bundle : fileAt("../../main.ts"), ...args];
}

/** How the empty program is started, from which nothing remote can be imported either. */
export function floorCommand(): string[] {
  const flags = ["--no-prompt", "--allow-import=none.invalid", "--no-remote", "--no-npm"];
  return [Deno.execPath(), "run", ...flags, fileAt("./floor.ts")];
}

/** How the server is started that has the SDK and nothing behind it. */
export function sdkFloorCommand(): string[] {
  return [Deno.execPath(), "run", "--no-prompt", "--cached-only", fileAt("./sdk_floor.ts")];
}

/** The path of a file that is named from here. */
export function fileAt(relative: string): string {
  return decodeURIComponent(new URL(relative, import.meta.url).pathname);
}
