import { failureText, type Outcome } from "../call/stage.ts";

/** One call from a shell: the tool, its arguments as JSON text, and the door it goes through. */
export interface CallParts {
  tool: string;
  args: string;
  call(tool: string, args: Record<string, unknown>): Promise<Outcome>;
}

/** Runs one tool. `exitCode` is 0 for an answer, 1 for a failure or an open question, 2 for arguments not understood. */
export async function runCall({ tool, args, call }: CallParts): Promise<{ text: string; exitCode: number }> {
  const read = readArguments(args);
  if (read.kind === "fault") return { text: `Cannot call "${tool}": ${read.why}\n`, exitCode: 2 };
  const outcome = await call(tool, read.value);
  return { text: `${outcomeText(outcome)}\n`, exitCode: outcome.kind === "answer" ? 0 : 1 };
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answer":
      return outcome.text;
    case "failure":
      return failureText(outcome);
    case "question":
      // A confirmation holds within one process, and this one ends here.
      return `${outcome.message}\nNothing was done. To go on, repeat this call with --destructive=allow`;
  }
}

function readArguments(
  text: string,
): { kind: "arguments"; value: Record<string, unknown> } | { kind: "fault"; why: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return { kind: "arguments", value };
    return { kind: "fault", why: `the arguments must be a JSON object such as '{"all": true}', got ${text}` };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return { kind: "fault", why: `the arguments are not JSON: ${describe(cause.message, text)}` };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(message: string, text: string): string {
  if (message.includes("at position")) return message;
  return `${message} at position ${errorPosition(text)}`;
}

// V8 names the position of most faults, but for an unexpected token only the token: it is the end of the shortest
// beginning of the text that has this fault.
function errorPosition(text: string): number {
  for (let end = 1; end <= text.length; end++) {
    try {
      JSON.parse(text.slice(0, end));
    } catch (cause) {
      if (cause instanceof SyntaxError && cause.message.startsWith("Unexpected token")) return end - 1;
    }
  }
  return text.length;
}
