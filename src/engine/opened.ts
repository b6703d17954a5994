/** Where something is to be opened: how it is called, and where that really is, as it was judged. */
export interface Place {
  path: string;
  real: string;
}

/**
 * Opens a file, and gives it only if no link that was put on its way meanwhile has led elsewhere.
 *
 * What was judged and what is opened are two looks at a path, between which another program may swap a folder for a link.
 */
export async function openAt({ path, real }: Place, options?: Deno.OpenOptions): Promise<Deno.FsFile> {
  const file = await Deno.open(path, options);
  try {
    if (isAt(file, { path, real })) return file;
  } catch {
    // What is gone again is not what was opened.
  }
  file.close();
  throw new Error(
    "it, or a folder on the way to it, was replaced meanwhile; ask again when no other program does that",
  );
}

// Whoever swaps at the right moments is not caught once in a thousand times; each look is a cost to a build of many files.
const looks = 10;

/**
 * Whether an open file lies at that place.
 *
 * A swap between two looks can make each of them right, but not at once: while the way leads elsewhere the path's real
 * place is wrong, and else the file there is another. So which of them is taken is left to chance, that nobody foresees.
 */
export function isAt(file: Deno.FsFile, { path, real }: Place): boolean {
  const opened = identity(file);
  const isSame = (there: Deno.FileInfo) => !opened || there.dev === opened.dev && there.ino === opened.ino;
  const chances = crypto.getRandomValues(new Uint8Array(looks));
  return chances.every((chance) => chance < 128 ? Deno.realPathSync(path) === real : isSame(Deno.statSync(path)));
}

/** Nothing where Deno withholds it: it does below a folder that its permissions name by a link. */
function identity(file: Deno.FsFile): Deno.FileInfo | undefined {
  try {
    return file.statSync();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) return undefined;
    throw cause;
  }
}
