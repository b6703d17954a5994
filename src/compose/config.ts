import { Document, visit } from "yaml";
import { goJson } from "./go_json.ts";
import { project as projectShape } from "./load/attributes.ts";
import { plainScalar } from "./load/scalars.ts";
import { rowOf } from "./load/shape.ts";
import { printed, type PrintOptions } from "./print.ts";
import type { Project } from "./project.ts";

const sections = ["services", "networks", "volumes", "secrets", "configs", "models"] as const;

/** The project as `docker compose config` prints it. Dollar signs are doubled: the text is a Compose file again. */
export function configYaml(project: Project): string {
  return fileText(escaped(sectionsOf(project, { dialect: "v5", asFile: true })));
}

/** The text of a Compose file: what is text stays text when Compose reads it, which knows more numbers and dates. */
export function fileText(fields: unknown): string {
  const document = new Document(fields);
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === "string" && !isPlain(scalar.value)) scalar.type = "QUOTE_DOUBLE";
    },
  });
  // A text of several lines stands on one: whoever looks for secrets by their keys finds the whole of them.
  return document.toString({ lineWidth: 0, blockQuote: false });
}

function isPlain(value: string): boolean {
  return value !== "<<" && plainScalar(value, { file: "", line: 1, column: 1 })?.kind === "string";
}

/** The project as `docker compose config --format json` prints it. */
export function configJson(project: Project): string {
  const fields = sectionsOf(project, { dialect: "v5" });
  return goJson(escaped(new Map([...fields].sort(([a], [b]) => a < b ? -1 : 1))));
}

function sectionsOf(project: Project, options: PrintOptions): Map<string, unknown> {
  // Compose leaves the models out of its JSON.
  const wanted = sections.filter((section) => section !== "models" || options.asFile);
  const filled = wanted.filter((section) => section === "services" || project[section].size > 0);
  return new Map<string, unknown>([
    ["name", project.name],
    ...filled.map((section) => {
      const row = rowOf(projectShape, section);
      return [section, row && printed(project[section], row, options)] as const;
    }),
    ...[...project.extensions].map(([key, value]) => [key, printed(value, { kind: "any" }, options)] as const),
  ]);
}

function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escaped);
  return value instanceof Map ? new Map(Array.from(value, ([key, item]) => [key, escaped(item)])) : value;
}
