/** The object without the keys that say nothing: undefined, empty lists and empty records. */
export function filled<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in object) {
    const value = object[key];
    if (isFilled(value)) kept[key] = value;
  }
  return kept;
}

function isFilled<T>(value: T): value is Exclude<T, undefined> {
  if (value === undefined) return false;
  return typeof value !== "object" || value === null || Object.keys(value).length > 0;
}
