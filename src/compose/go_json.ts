/** JSON as Go's encoder writes it: no blanks, Maps in their order, and `<`, `>`, `&` escaped. */
export function goJson(value: unknown): string {
  if (value instanceof Map) {
    return `{${Array.from(value, ([key, item]) => `${goText(String(key))}:${goJson(item)}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  return typeof value === "string" ? goText(value) : JSON.stringify(value ?? null);
}

function goText(value: string): string {
  return JSON.stringify(value.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
