/** Reads one environment variable; throws Deno's NotCapable where the permission is missing. */
export type Env = (name: string) => string | undefined;

/** What the configuration looks at beside its arguments; tests hand in their own. */
export interface System {
  /** As Deno names it: `linux`, `darwin`, `windows`. */
  os: string;
  home: string | undefined;
  /** The user's `XDG_RUNTIME_DIR`. */
  runtimeDir: string | undefined;
  /** Undefined where it cannot be told. */
  uid: number | undefined;
  /** The text of a file; throws as Deno does when it is missing or may not be read. */
  readText(path: string): string;
  /** The names in a folder; throws as `readText` does. */
  list(path: string): string[];
  /** False where something else is; throws as `readText` does. */
  isFile(path: string): boolean;
  /** As `isFile`. */
  isSocket(path: string): boolean;
}

/** What was found at a place, that nothing is there, or why it could not be looked at. */
export type Look<T> = { kind: "seen"; value: T } | { kind: "missing" } | { kind: "unseen"; why: string };

/** The system this process runs on. */
export function denoSystem(env: Env): System {
  return {
    os: Deno.build.os,
    home: variable(env, "HOME"),
    runtimeDir: variable(env, "XDG_RUNTIME_DIR"),
    // Read only where sockets are looked for: to be refused it takes 20 ms of each start.
    get uid() {
      return userId();
    },
    readText: (path) => Deno.readTextFileSync(path),
    list: (path) => [...Deno.readDirSync(path)].map((entry) => entry.name),
    isFile: (path) => Deno.statSync(path).isFile,
    isSocket: (path) => Deno.statSync(path).isSocket ?? false,
  };
}

/** Runs `read` and tells a missing thing and a missing permission apart. */
export function look<T>(read: () => T | undefined): Look<T> {
  try {
    const value = read();
    return value === undefined ? { kind: "missing" } : { kind: "seen", value };
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) return { kind: "missing" };
    if (cause instanceof Deno.errors.NotCapable) {
      return { kind: "unseen", why: "not looked at: Deno has no permission" };
    }
    if (cause instanceof Error) return { kind: "unseen", why: `cannot be read: ${cause.message}` };
    throw cause;
  }
}

function variable(env: Env, name: string): string | undefined {
  const seen = look(() => env(name));
  return seen.kind === "seen" && seen.value !== "" ? seen.value : undefined;
}

function userId(): number | undefined {
  const seen = look(() => Deno.uid() ?? undefined);
  return seen.kind === "seen" ? seen.value : undefined;
}
