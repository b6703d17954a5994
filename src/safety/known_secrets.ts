import { isSecretKey } from "./secret_keys.ts";
import { shown } from "./untrusted.ts";

/** What came to be known while a call went on. */
export interface Known {
  /** Of these, the values of those that a name says are secret. */
  variables: ReadonlyMap<string, string>;
  /** What a reader has to call things by: it stays as it is, though it is the value of a secret too. */
  names: readonly string[];
}

/** The values that are to be hidden wherever they stand. */
export function secretsAmong(known: readonly Known[]): ReadonlySet<string> {
  const names = new Set(known.flatMap(({ names }) => names));
  const values = known.flatMap(({ variables }) =>
    [...variables].flatMap(([key, value]) => isSecretKey(key) && isTelling(value) && !names.has(value) ? [value] : [])
  );
  return new Set(values);
}

/**
 * Whether a text without the value is still one that can be read. Values that stand everywhere (a port, `true`, the
 * names that users and images have by default) would take all else with them, and who tries them first guesses them.
 */
function isTelling(value: string): boolean {
  return value.length >= 4 && !/^\d{1,5}$/.test(value) && !common.has(value.toLowerCase());
}

const common = new Set([
  ...["true", "false", "null", "none", "default", "example", "test", "user", "guest", "root", "admin"],
  ...["docker", "mariadb", "minio", "mongo", "mongodb", "mysql", "postgres", "postgresql", "rabbitmq", "redis"],
]);

/** Puts `hidden` in place of each of these values in a text, in whatever form it stands there. */
export function withoutValues(values: ReadonlySet<string>, hidden: string): (text: string) => string {
  // The longer one first: it may begin with another.
  const forms = [...new Set([...values].flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  if (forms.length === 0) return (text) => text;
  const pattern = new RegExp([...forms.map(cutOff), ...forms.map(whole)].join("|"), "g");
  return (text) => text.replace(pattern, hidden);
}

/** As it is, with the dollar signs of a Compose file, in quotes of JSON, of Go's JSON and of YAML, and as it is shown. */
function formsOf(value: string): string[] {
  return [value, value.replaceAll("$", "$$$$")].flatMap((text) => {
    const json = JSON.stringify(text).slice(1, -1);
    const go = json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
    return [text, json, go, text.replaceAll("'", "''"), shown(text)];
  });
}

/** A short word is part of others: `test` of `latest`. */
function whole(form: string): string {
  const literal = escaped(form);
  return /^[a-z]{1,7}$/i.test(form) ? `(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])` : literal;
}

/** The first four characters, or more, where a text that is too long ends within. */
function cutOff(form: string): string {
  // Not longer than the texts that are cut.
  const rest = [...form.slice(4, 80)].reduceRight((inner, character) => `(?:${escaped(character)}${inner})?`, "");
  return `${escaped(form.slice(0, 4))}${rest}(?=\\.\\.\\.)`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
