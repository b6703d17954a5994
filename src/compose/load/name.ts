/** A project's name from a file's `name` or a folder: lower case, without what a name may not have. */
export function normaliseName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9_-]/g, "").replace(/^[_-]+/, "");
}
