import * as z from "zod";
import { type Context, defineTool } from "../../define.ts";
import type { EngineEvent } from "../../engine/system.ts";
import { eventLine, oldestKnown, pastEvents, type Told, toldEvent } from "../facts/events.ts";
import { within } from "../facts/signals.ts";
import { anyOf, labelFilter, toFilters } from "../fields.ts";
import { count } from "../format.ts";
import { InputError } from "../input_error.ts";
import { present } from "../spec/resources.ts";
import { moment } from "../spec/units.ts";

const eventsInput = z.strictObject({
  since: moment.optional(),
  until: moment.optional(),
  follow: z.number().min(1).max(300).optional(),
  type: z.enum(["container", "image", "network", "volume", "builder", "daemon"]).optional(),
  action: anyOf(z.string()).optional(),
  container: anyOf(z.string()).optional(),
  image: z.string().min(1).optional(),
  label: labelFilter.optional(),
  limit: z.number().int().min(1).max(500).optional(),
});

type EventsInput = z.output<typeof eventsInput>;

export const events = defineTool({
  name: "docker_events",
  title: "Engine events",
  description: "Events of the last hour (`since`, `until`), or live for `follow` seconds.",
  risk: "read",
  input: eventsInput,
  output: z.object({
    events: z.array(z.object({
      time: z.string(),
      type: z.string(),
      action: z.string(),
      name: z.string(),
      detail: z.string().optional(),
    })),
    total: z.number(),
    oldest: z.string().optional(),
  }),
  text({ events, total, oldest }) {
    const lack = oldest &&
      `The engine remembers its last 256 events, the oldest from ${oldest.slice(0, 19)}Z; what was before is not known`;
    if (total === 0) return `No events match. ${lack ?? "The engine remembers none from before its own start"}`;
    const rest = events.length < total ? `${count(total - events.length, "earlier event")} left out\n` : "";
    return rest + events.map(eventLine).join("\n") + (lack ? `\n${lack}` : "");
  },
  async run(context, input) {
    if (input.follow && input.until) throw new InputError("until", "cannot be combined with follow");
    const { since = input.follow ? undefined : moment.parse("1h") } = input;
    const wanted = { ...input, ...present({ since }) };
    const [found, oldest] = await Promise.all([
      input.follow ? watch(context, wanted, input.follow) : look(context, wanted),
      since === undefined ? undefined : oldestKnown(context, since),
    ]);
    return { events: found.newest, total: found.total, ...present({ oldest }) };
  },
});

async function look(context: Context, input: EventsInput) {
  const { since, until } = input;
  const window = newestOf(input.limit ?? 50);
  const query = { ...present({ since, until }), ...filtersOf(input) };
  for (const event of await pastEvents(context, query)) if (isWanted(event, input)) window.add(toldEvent(event));
  return window.result();
}

/** From `since` on, where it is given, else from now. */
async function watch(context: Context, input: EventsInput, seconds: number) {
  const span = within(seconds, context.signal);
  const window = newestOf(input.limit ?? 50);
  const query = { ...present({ since: input.since }), ...filtersOf(input) };
  try {
    for await (const event of context.engine.system.events(query, { signal: span.signal })) {
      if (!isWanted(event, input)) continue;
      const told = toldEvent(event);
      context.progress({ progress: window.add(told), message: eventLine(told) });
    }
  } catch (error) {
    if (!span.expired()) throw error;
  }
  return window.result();
}

function filtersOf({ type, action, container, image, label }: EventsInput) {
  const one = (value: string | undefined) => value === undefined ? undefined : [value];
  return toFilters({ type: one(type), event: action, container, image: one(image), label });
}

/** The Engine takes the beginning of a name for the name: `web` is `web2` as well. */
function isWanted({ Type, Action, Actor }: EngineEvent, { action, container }: EventsInput): boolean {
  if (action === undefined && Action.startsWith("exec_")) return false;
  if (container === undefined || Type !== "container") return true;
  return container.some((name) => Actor.Attributes?.["name"] === name.replace(/^\//, "") || isIdOf(name, Actor.ID));
}

function isIdOf(name: string, id: string): boolean {
  return name.length >= 4 && id.startsWith(name);
}

/** Keeps the last `limit` events, however many come. */
function newestOf(limit: number) {
  let kept: Told[] = [];
  let total = 0;
  return {
    /** Gives how many there were so far. */
    add(event: Told): number {
      kept.push(event);
      if (kept.length > 2 * limit) kept = kept.slice(-limit);
      return ++total;
    },
    result: () => ({ newest: kept.slice(-limit), total }),
  };
}
