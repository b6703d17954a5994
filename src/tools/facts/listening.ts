import type { Context } from "../../define.ts";
import { InputError } from "../input_error.ts";
import { capture, outputsOf } from "./output.ts";
import { pause } from "./signals.ts";

/**
 * Whether something in a container listens on a TCP port, and where. The Engine tells nothing of a container's sockets
 * and hands out no files of its /proc, so `cat` runs inside and reads the kernel's own table: no connection is made,
 * which the program would notice, and the image needs no network tools.
 */
export async function listeningOn(
  context: Context,
  container: string,
  { port }: { port: number },
): Promise<"nothing" | "loopback" | "everywhere"> {
  const { engine, signal } = context;
  const command = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
  const { Id } = await engine.exec.create(container, { Cmd: command, AttachStdout: true, AttachStderr: true }, {
    signal,
  });
  const output = capture(2_000_000, Infinity);
  await output.read(outputsOf((await engine.exec.start(Id, false, { signal })).chunks(), false));
  const { stdout, stderr } = output.soFar();
  if (wasRun(await exitCode(context, Id))) return listening(stdout, port);
  if (!cannotRun.test(stdout + stderr)) return "nothing";
  throw new InputError("port", 'cannot be looked for: the image holds no "cat". Wait for log or state instead');
}

/** The runtime ends a command that it could not start with 126 or 127, and says why in the command's output. */
function wasRun(code: number): boolean {
  return code !== 126 && code !== 127;
}

/** What runc and crun say of a program that is missing; a container that ends in that moment fails otherwise. */
const cannotRun = /exec: "cat"|executable file/;

/** Reads the kernel's table: `sl local_address rem_address st ...`, addresses in hexadecimal, state 0A for listening. */
export function listening(table: string, port: number): "nothing" | "loopback" | "everywhere" {
  const addresses = table.split("\n").flatMap((line) => {
    const [, address = "", hexPort = "", state] =
      /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F:]+ ([0-9A-F]{2})/.exec(line) ??
        [];
    return state === "0A" && parseInt(hexPort, 16) === port ? [address] : [];
  });
  if (addresses.length === 0) return "nothing";
  return addresses.every(isLoopback) ? "loopback" : "everywhere";
}

/** 127.x.x.x with its bytes in the order of the machine, ::1, or 127.x.x.x written as IPv6. */
function isLoopback(address: string): boolean {
  return /^[0-9A-F]{6}7F$/.test(address) || address === "00000000000000000000000001000000" ||
    /^0000000000000000FFFF0000[0-9A-F]{6}7F$/.test(address);
}

/** The daemon closes the output a moment before it has noted the exit code. */
async function exitCode({ engine, signal }: Context, id: string): Promise<number> {
  for (;;) {
    const { Running, ExitCode } = await engine.exec.inspect(id, { signal });
    if (!Running && ExitCode !== null) return ExitCode;
    await pause(20, signal);
  }
}
