import { definePrompt, type Fact, type Facts } from "../define.ts";
import { factsText, imageOf, memberOf } from "./facts.ts";

/** As many as a reader can hold at once. */
const most = 20;

export const generateCompose = definePrompt({
  name: "generate_compose",
  title: "Generate a Compose file",
  description: `Write a compose.yaml for containers that exist: those named, or all that run, at most ${most}.`,
  arguments: [{
    name: "containers",
    description: "Names or ids, separated by commas; without them, all that run",
    required: false,
    names: "container",
    several: true,
  }],
  tools: ["docker_list_containers", "docker_inspect_container", "docker_inspect_image"],
  async text(facts, { containers = "" }) {
    const named = [...new Set(containers.split(",").map((name) => name.trim()).filter(Boolean))];
    const names = named.length > 0 ? named : await running(facts);
    const chosen = names.slice(0, most);
    if (chosen.length === 0) {
      return "No container runs: say so, and ask which ones a compose.yaml is to be written for.";
    }
    const left = names.length - chosen.length;
    return [
      "Write one compose.yaml that describes the containers below as they are.",
      "A service for each, named after its container. Keep image, command, ports, mounts, networks with aliases, restart policy, health check, limits, user and security options. Leave out what the image or Docker sets by itself (the environment, labels and command of the image, generated addresses). Declare named volumes and networks as external, so that the data stays where it is. Where a value is hidden as [redacted], refer to a variable (${NAME}) and list those variables afterwards. Add depends_on only where a fact below shows the dependency. Then say in a few lines what Compose would do differently, and what I must decide.",
      ...(left > 0 ? [`${left} more are left out; name those you want to have in the file.`] : []),
      factsText(await gather(facts, chosen)),
    ].join("\n\n");
  },
});

/** Each container, and each of their images once: what the image sets need not stand in the file. */
async function gather({ need, want }: Facts, containers: readonly string[]): Promise<[string, Fact][]> {
  const each = await Promise.all(containers.map(async (container) => {
    const details = await need("docker_inspect_container", { container });
    const config = await want("docker_inspect_container", { container, fields: ["Config"] });
    return { container, details, health: healthCheckOf(config.data) };
  }));
  const images = [...new Set(each.map(({ details }) => imageOf(details.data)))];
  const defaults = await Promise.all(images.map((image) => want("docker_inspect_image", { image })));
  return [
    ...each.flatMap(({ container, details, health }): [string, Fact][] => [
      [`Container ${container}`, details],
      ...(health === undefined ? [] : [[`Health check of ${container}`, health] satisfies [string, Fact]]),
    ]),
    ...images.flatMap((image, i): [string, Fact][] => defaults[i] ? [[`Image ${image}`, defaults[i]]] : []),
  ];
}

/** As Docker has it; the details tell its result alone. */
function healthCheckOf(data: Fact["data"]): Fact | undefined {
  const check = memberOf(memberOf(data["container"], "Config"), "Healthcheck");
  return check === undefined ? undefined : { text: JSON.stringify(check), data: {} };
}

async function running({ need }: Facts): Promise<string[]> {
  const { data } = await need("docker_list_containers", { limit: 1000 });
  const rows: unknown[] = Array.isArray(data["containers"]) ? data["containers"] : [];
  return rows.flatMap((row) => memberOf(row, "name") ?? []).map(String);
}
