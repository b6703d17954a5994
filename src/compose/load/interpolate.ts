/** The value of a variable; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

/** Why a text cannot be interpolated: its form is wrong, or a variable that it requires is missing. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";

  /** `reason` says it without the text itself, which may be a secret's. */
  constructor(message: string, readonly reason = message) {
    super(message);
  }
}

export interface Interpolation {
  /** Called with each variable that is not set and for which nothing else is said. */
  unset?: (name: string) => void;
}

const reference = /[_a-z][_a-z0-9]*/iy;

/**
 * The text with its variables put in: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+replacement}`,
 * `${NAME:?message}`, each also without the colon, nested to any depth; `$$` is one dollar sign.
 */
export function interpolate(template: string, lookup: Lookup, options: Interpolation = {}): string {
  let result = "";
  let position = 0;
  while (true) {
    const dollar = template.indexOf("$", position);
    if (dollar < 0) return result + template.slice(position);
    result += template.slice(position, dollar);
    const { value, end } = substitution(template, dollar + 1, { lookup, ...options });
    result += value;
    position = end;
  }
}

interface Scope extends Interpolation {
  lookup: Lookup;
}

/** What follows a dollar sign at `start`, and where it ends. */
function substitution(template: string, start: number, scope: Scope): { value: string; end: number } {
  if (template[start] === "$") return { value: "$", end: start + 1 };
  const name = nameAt(template, start);
  if (name) return { value: plainValue(name, scope), end: start + name.length };
  if (template[start] !== "{") return { value: "$", end: start };
  const end = closingBrace(template, start);
  if (end === undefined) throw invalid(template, start);
  const value = braced(template.slice(start + 1, end), scope);
  if (value === undefined) throw invalid(template, start);
  return { value, end: end + 1 };
}

function nameAt(template: string, start: number): string {
  reference.lastIndex = start;
  return reference.exec(template)?.[0] ?? "";
}

function plainValue(name: string, { lookup, unset }: Scope): string {
  const value = lookup(name);
  if (value === undefined) unset?.(name);
  return value ?? "";
}

/** The brace that closes the one at `open`; where braces do not pair up, the last one in the line. */
function closingBrace(template: string, open: number): number | undefined {
  const newline = template.indexOf("\n", open);
  const line = newline < 0 ? template : template.slice(0, newline);
  let depth = 0;
  for (let i = open; i < line.length; i++) {
    if (line[i] === "{") depth++;
    if (line[i] === "}" && --depth === 0) return i;
  }
  const last = line.lastIndexOf("}");
  return last > open ? last : undefined;
}

/** What stands between braces: a name, alone or with an operator and its operand, a template too. Undefined if neither. */
function braced(content: string, scope: Scope): string | undefined {
  const name = nameAt(content, 0);
  const rest = content.slice(name.length);
  if (!name) return undefined;
  if (!rest) return plainValue(name, scope);
  const operator = /^:?[-+?]/.exec(rest)?.[0];
  if (!operator) return undefined;
  // Also where it is not used: what is wrong in it, or required by it, is so in Compose too.
  const operand = interpolate(rest.slice(operator.length), scope.lookup, scope);
  const value = scope.lookup(name);
  const given = value !== undefined && (value !== "" || !operator.startsWith(":"));
  if (operator.endsWith("+")) return given ? operand : value ?? "";
  if (given) return value;
  if (operator.endsWith("-")) return operand;
  throw new TemplateError(`required variable ${name} is missing a value${operand && `: ${operand}`}`);
}

function invalid(template: string, start: number): TemplateError {
  const [fragment = ""] = template.slice(start - 1, start + 40).split("\n", 1);
  const instead = "a literal $ is written $$";
  return new TemplateError(`Invalid template: "${fragment}"; ${instead}`, `Invalid template; ${instead}`);
}
