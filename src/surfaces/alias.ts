import * as z from "zod";
import type { Tool } from "../define.ts";
import { InputError } from "../tools/input_error.ts";

/** A name of another vocabulary: for one tool, or for several of which its argument `action` chooses. */
export interface Alias {
  name: string;
  title: string;
  description: string;
  /** By the action; the only route of a name without actions is called "". */
  routes: Readonly<Record<string, Route>>;
}

/** The tool that is meant, and its arguments in its own words. */
export interface Route<Input extends z.ZodObject = z.ZodObject> {
  tool: Tool;
  input: Input;
  /** Several where the tool does for one thing what is asked for several. */
  args(given: z.output<Input>): Arguments | Arguments[];
}

type Arguments = Record<string, unknown>;

/** One call of a tool. */
export interface ResolvedCall {
  tool: string;
  args: Arguments;
}

/** The identity; it exists for inference: `args` knows the types of its own input. */
export function route<Input extends z.ZodObject>(route: Route<Input>): Route<Input> {
  return route;
}

/** The calls that are meant. Throws what the call door explains, in the words of this vocabulary. */
export function resolve(alias: Alias, given: Arguments): ResolvedCall[] {
  const { action, confirm, host, ...rest } = given;
  const { tool, input, args } = routeOf(alias, action);
  const own = action === undefined || !("" in alias.routes) ? rest : { ...rest, action };
  const foreign = Object.keys(own).find((name) => !(name in input.shape));
  if (foreign !== undefined) {
    const takes = Object.keys(input.shape).join(", ") || "nothing";
    const where = "" in alias.routes ? alias.name : `the action "${action}"`;
    throw new InputError(foreign, `it does not belong to ${where}, which takes ${takes}`);
  }
  return [args(input.parse(own))].flat().map((one) => ({
    tool: tool.name,
    args: withoutGaps({ ...one, confirm, host }),
  }));
}

/** The route that is chosen. Throws an InputError that names the actions there are. */
export function routeOf({ routes }: Alias, action: unknown): Route {
  const found = routes[""] ??
    (typeof action === "string" && Object.hasOwn(routes, action) ? routes[action] : undefined);
  if (found) return found;
  const got = action === undefined ? "nothing" : JSON.stringify(action);
  throw new InputError("action", `expected one of ${Object.keys(routes).join(", ")}, got ${got}`);
}

function withoutGaps(args: Arguments): Arguments {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** Every argument of every route: one that all of them need is required. Those that lose data take a confirmation. */
export function inputOf({ routes }: Alias): z.ZodObject {
  const all = Object.values(routes);
  const fields = all.flatMap(({ input }) => Object.entries(input.shape));
  const shape = Object.fromEntries(
    fields.toReversed().map(([name, field]) => {
      const needed = all.every(({ input }) => isNeeded(input.shape[name]));
      return [name, needed ? field : z.optional(field)];
    }).toReversed(),
  );
  const confirm = all.some(({ tool }) => tool.risk === "destroy") ? { confirm: z.string().optional() } : {};
  const action = "" in routes ? {} : { action: z.enum(Object.keys(routes)) };
  return z.strictObject({ ...action, ...shape, ...confirm });
}

function isNeeded(field: z.core.$ZodType | undefined): boolean {
  return field !== undefined && !z.safeParse(field, undefined).success;
}
