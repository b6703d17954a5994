import * as z from "zod";
import { configYaml } from "../../compose/config.ts";
import { losesData } from "../../compose/plan/plan.ts";
import { render } from "../../compose/plan/render.ts";
import { defineTool } from "../../define.ts";
import { oneLine, quoted } from "../../safety/untrusted.ts";
import { member, memberOf, membersOf, membersText } from "../facts/compose/members.ts";
import { readProjectLog } from "../facts/compose/project_log.ts";
import { noProject, projectsOn } from "../facts/compose/projects.ts";
import { logTail } from "../fields.ts";
import { count } from "../format.ts";
import { pageFoot, pageInput, pageOf, pageOutput } from "../pages.ts";
import { moment } from "../spec/units.ts";
import { nameOf, projectFields, services, sourceOf, untold, wholeSourceFields } from "./fields.ts";
import { plannedFields, upOf } from "./up_fields.ts";

export const composeLs = defineTool({
  name: "docker_compose_ls",
  title: "List Compose projects",
  description: "Compose projects on the engine with status and files.",
  risk: "read",
  input: z.strictObject(pageInput),
  output: z.object({
    projects: z.array(z.object({
      name: z.string(),
      status: z.string(),
      services: z.array(z.string()),
      files: z.array(z.string()),
    })),
    ...pageOutput,
  }),
  text({ projects, ...page }) {
    if (page.total === 0) return "No Compose projects. docker_compose_up makes one.";
    const rows = projects.map(({ name, status, files }) => [name, status, files.join(",")].map(oneLine).join(" "));
    return ["NAME STATUS FILES", ...rows].join("\n") + pageFoot(projects, page);
  },
  async run(context, asked) {
    const { rows, page } = pageOf(await projectsOn(context), asked);
    return { projects: rows, ...page };
  },
});

export const composePs = defineTool({
  name: "docker_compose_ps",
  title: "List a project's containers",
  description: "Containers of a Compose project, stopped ones too.",
  risk: "read",
  input: z.strictObject({ ...projectFields, services: services.optional(), ...pageInput }),
  output: z.object({
    project: z.string(),
    containers: z.array(member),
    ...pageOutput,
  }),
  text({ project, containers, ...page }) {
    if (page.total === 0) return `${project} has no containers.`;
    return membersText(containers) + pageFoot(containers, page);
  },
  async run(context, { services, limit, offset, ...source }) {
    const project = await nameOf(context, source);
    const { containers } = await context.compose.observe(project, { signal: context.signal });
    if (containers.length === 0 && source.file === undefined) throw await noProject(context, project);
    const members = containers.length === 0 ? [] : membersOf(containers, services).map(memberOf);
    const { rows, page } = pageOf(members, { limit, offset });
    return { project, containers: rows, ...page };
  },
});

export const composeLogs = defineTool({
  name: "docker_compose_logs",
  title: "A project's logs",
  description: "Last `tail` lines (100) of each container, in order of time. `follow`: seconds to wait for more.",
  risk: "read",
  input: z.strictObject({
    ...projectFields,
    services: services.optional(),
    tail: logTail.optional(),
    since: moment.optional(),
    follow: z.number().min(1).max(300).optional(),
    timestamps: untold(z.boolean().optional()),
  }),
  output: z.object({ project: z.string(), log: z.string(), lines: z.number(), lines_cut: z.number().optional() }),
  text({ project, log, lines, lines_cut = 0 }) {
    if (lines === 0) return `${project} has logged nothing that matches.`;
    const rest = `${count(lines_cut, "earlier line")} cut; fewer services or a smaller tail show what there is of them`;
    return (lines_cut > 0 ? `[${rest}]\n` : "") + quoted("Log", log);
  },
  async run(context, { services, tail, since, follow, timestamps = false, ...source }) {
    const project = await nameOf(context, source);
    const last = String(tail ?? (since === undefined ? 100 : "all"));
    const log = await readProjectLog(context, { project, services }, { tail: last, since, follow, timestamps });
    return { project, ...log };
  },
});

export const composeConfig = defineTool({
  name: "docker_compose_config",
  title: "Show a Compose file in full",
  description: "Check Compose files; give them merged, in canonical form.",
  risk: "read",
  input: z.strictObject({ ...wholeSourceFields, services: untold(services.optional()) }),
  output: z.object({ project: z.string(), config: z.string(), warnings: z.array(z.string()).optional() }),
  text: ({ config, warnings = [] }) => [config.trimEnd(), ...warnings.map((text) => `# Warning: ${text}`)].join("\n"),
  async run(context, source) {
    const project = await sourceOf(context, source);
    const warnings = project.warnings.map(oneLine);
    return { project: project.name, config: configYaml(project), ...(warnings.length > 0 ? { warnings } : {}) };
  },
});

export const composePlan = defineTool({
  name: "docker_compose_plan",
  title: "Plan a Compose up",
  description: "What docker_compose_up with the same arguments would change, why and at what cost; its `digest`.",
  risk: "read",
  input: z.strictObject({ ...wholeSourceFields, ...plannedFields }),
  output: z.object({
    project: z.string(),
    digest: z.string(),
    operations: z.number(),
    plan: z.string(),
    possible: z.boolean().describe("False: something stands in the way"),
    loses_data: z.boolean(),
  }),
  text: ({ plan }) => plan,
  async run(context, given) {
    const project = await sourceOf(context, given, given.services);
    const plan = await context.compose.plan(upOf(project, given), { signal: context.signal });
    return {
      project: project.name,
      digest: plan.digest,
      operations: plan.operations.length,
      plan: render(plan),
      possible: plan.obstacles.length === 0,
      loses_data: losesData(plan),
    };
  },
});
