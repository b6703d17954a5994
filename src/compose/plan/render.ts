import type { Change, Cost, Operation } from "../operation.ts";
import type { Plan } from "./plan.ts";

/** A plan as text: a line for each thing that changes, what is in the way, and what is not done. */
export function render(plan: Plan): string {
  const { project, verb, obstacles, warnings, digest } = plan;
  const lines = summaries(plan.operations).map(lineOf);
  const head = lines.length === 0
    ? `${project}: nothing to do for ${verb}`
    : `${project}: ${verb}, ${lines.length} ${lines.length === 1 ? "change" : "changes"} (plan ${digest})`;
  return [
    head,
    ...lines,
    ...obstacles.map(({ message, at }) => `! ${at && at.line > 0 ? `${at.file}:${at.line}: ` : ""}${message}`),
    ...warnings.map((warning) => `? ${warning}`),
  ].join("\n");
}

/** All operations on one thing together. */
export interface Summary {
  /** `web-1`, `network front`. */
  subject: string;
  /** `create`, `recreate`, `start`, `stop and remove`. */
  action: string;
  cause: string;
  changes: readonly Change[];
  cost: Cost;
  /** Whether it depends on an image that is not there yet. */
  conditional: boolean;
}

/** What a plan does, a row for each thing, in the order in which things are touched first. */
export function summaries(operations: readonly Operation[]): Summary[] {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const subject = subjectOf(operation);
    groups.set(subject, [...groups.get(subject) ?? [], operation]);
  }
  return [...groups].map(([subject, own]) => summary(subject, own));
}

function summary(subject: string, own: readonly Operation[]): Summary {
  const main = own.find(({ kind }) => kind !== "run_hook") ?? own[0];
  const costs = own.map(({ cost }) => cost);
  return {
    subject,
    action: actionOf(own),
    cause: main?.cause ?? "",
    changes: own.flatMap(({ changes }) => changes),
    cost: ranks.findLast((cost) => costs.includes(cost)) ?? "nothing",
    conditional: own.every(({ onlyIf }) => onlyIf !== undefined),
  };
}

const ranks: readonly Cost[] = ["nothing", "restart", "stop", "recreate", "removal", "data_loss"];

function actionOf(own: readonly Operation[]): string {
  const kinds = new Set(own.map(({ kind }) => kind).filter((kind) => kind !== "run_hook"));
  const has = (part: string) => [...kinds].some((kind) => kind.startsWith(part));
  if (has("create") && has("remove")) return "recreate";
  if (has("create")) return has("start") ? "create and start" : "create";
  if (has("remove")) return has("stop") ? "stop and remove" : "remove";
  if (has("stop")) return has("start") ? "restart" : "stop";
  const [kind = ""] = kinds;
  return kind === "wait" ? waitText(own) : kind.replace(/_.*/, "");
}

function waitText(own: readonly Operation[]): string {
  const conditions = own.flatMap((operation) => operation.kind === "wait" ? [operation.condition] : []);
  return `wait until ${[...new Set(conditions)].map((condition) => waits[condition]).join(", and ")}`;
}

const waits = {
  service_healthy: "it is healthy",
  service_completed_successfully: "it has ended well",
  running_or_healthy: "it runs and is healthy",
} as const;

function lineOf({ subject, action, cause, changes, cost, conditional }: Summary): string {
  const why = changes.length > 0 ? changes.map(changeText).join("; ") : cause;
  const condition = conditional ? ", if the new image differs" : "";
  return `${subject}: ${action} (${why}${condition})${costText(cost)}`;
}

/** `environment.LOG_LEVEL: info -> debug`; what is not told is left out. */
export function changeText({ path, from, to }: Change): string {
  if (from === undefined && to === undefined) return `${path} changed`;
  if (from === undefined) return `${path}: now ${clipped(to ?? "")}`;
  return `${path}: ${clipped(from)} -> ${to === undefined ? "nothing" : clipped(to)}`;
}

function clipped(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function costText(cost: Cost): string {
  switch (cost) {
    case "nothing":
      return "";
    case "restart":
      return ", a moment of standstill";
    case "stop":
      return ", it is down afterwards";
    case "recreate":
      return ", keeps its volumes";
    case "removal":
      return ", it is gone afterwards";
    case "data_loss":
      return ", LOSES ITS DATA";
  }
}

/** One operation in a few words: `web-1: stop`. */
export function describe(operation: Operation): string {
  const verb = operation.kind === "wait" ? waitText([operation]) : operation.kind.split("_")[0];
  const isPart = operation.kind.endsWith("_container") || operation.kind === "wait" ||
    operation.resource.kind === "image";
  return `${subjectOf(operation)}: ${isPart ? verb : operation.kind.replaceAll("_", " ")}`;
}

function subjectOf({ resource }: Operation): string {
  switch (resource.kind) {
    case "container":
      return `${resource.service}-${resource.number}`;
    case "service":
      return resource.service;
    case "orphan":
      return `orphan ${resource.name}`;
    default:
      return `${resource.kind} ${resource.name}`;
  }
}
