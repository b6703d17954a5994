import type { Place, Step } from "./story.ts";

/** A piece of work from its beginning to its end, as docs/examples.md tells it. */
export interface Scenario {
  title: string;
  /** What the user wants. */
  asked: string;
  steps: readonly (Step & { said: string })[];
}

/** Work that users ask for; each on what the ones before have left. */
export function scenarios({ image }: Place): Scenario[] {
  return [healthCheck(image), troubleshooting(image), deploying(image), cleaningUp()];
}

const serve = "httpd -f -h /www";

function healthCheck(image: string): Scenario {
  const health_check = { cmd: "wget -q -O /dev/null http://127.0.0.1/ready", interval: "1s", retries: 2 };
  const page = "mkdir -p /www; ";
  return {
    title: "Health checks",
    asked: "Run the shop with a health check, and tell me when it is really up.",
    steps: [
      {
        said: "The container starts, with a check of `/ready` every second.",
        tool: "docker_run_container",
        args: { image, name: "shop", command: ["sh", "-c", page + serve], ports: ["127.0.0.1:8080:80"], health_check },
      },
      {
        said: "Running is not healthy: the wait ends early, with the check's own words.",
        tool: "docker_wait_for",
        args: { container: "shop", state: "healthy", timeout: "20s" },
      },
      {
        said: "The page is missing. It is put in place, and the wait tells when the check agrees.",
        tool: "docker_copy_to_container",
        args: { container: "shop", path: "/www/ready", content: "yes\n" },
      },
      { said: "", tool: "docker_wait_for", args: { container: "shop", state: "healthy", timeout: "20s" } },
    ],
  };
}

function troubleshooting(image: string): Scenario {
  const line = '[ -n "$DATABASE_URL" ] || { echo "config: DATABASE_URL is not set" >&2; exit 78; }; exec sleep 1d';
  return {
    title: "Troubleshooting",
    asked: "Something is wrong with the api. Find out what, and mend it.",
    steps: [
      {
        said: "(This is how it was started.)",
        tool: "docker_run_container",
        args: { image, name: "api", command: ["sh", "-c", line], restart: "always" },
      },
      { said: "", tool: "docker_wait_for", args: { container: "api", log: "config" } },
      { said: "What is there, and what is ill?", tool: "docker_overview", args: {} },
      { said: "Why?", tool: "docker_diagnose_container", args: { container: "api" } },
      {
        said: "The same container, with the variable. The one that fails is replaced only when the new one runs.",
        tool: "docker_recreate_container",
        args: { container: "api", environment: { DATABASE_URL: "postgres://db/shop" } },
      },
      { said: "", tool: "docker_diagnose_container", args: { container: "api" } },
    ],
  };
}

function deploying(image: string): Scenario {
  const file = (level: string) =>
    `services:
  db:
    image: ${image}
    command: sleep 1d
    volumes: [data:/data]
  web:
    image: ${image}
    command: sleep 1d
    environment: { LOG_LEVEL: ${level} }
    depends_on: [db]
volumes: { data: {} }
`;
  const [project_name, services] = ["stack", ["web"]];
  return {
    title: "Deploying",
    asked: "Bring this Compose file up, then let the web service log more.",
    steps: [
      {
        said: "First the plan, which changes nothing.",
        tool: "docker_compose_plan",
        args: { project_name, compose_yaml: file("info") },
      },
      { said: "Then what it says.", tool: "docker_compose_up", args: { project_name, compose_yaml: file("info") } },
      {
        said: "The file has changed: the plan tells what that means, before it happens.",
        tool: "docker_compose_plan",
        args: { project_name, compose_yaml: file("debug") },
      },
      { said: "", tool: "docker_compose_up", args: { project_name, compose_yaml: file("debug") } },
      { said: "", tool: "docker_compose_ps", args: { project_name, services } },
      {
        said: "At last it goes, with its data: that is for a person to say.",
        tool: "docker_compose_down",
        args: { project_name, volumes: true },
      },
    ],
  };
}

function cleaningUp(): Scenario {
  return {
    title: "Cleaning up",
    asked: "The disk is full. What can go?",
    steps: [
      { said: "First what there is.", tool: "docker_system_df", args: {} },
      { said: "Both containers end.", tool: "docker_stop_container", args: { container: "api", timeout: 1 } },
      { said: "", tool: "docker_stop_container", args: { container: "shop", timeout: 1 } },
      {
        said: "A prune says what would go and asks a person, in a dialog of the client.",
        tool: "docker_system_prune",
        args: { volumes: true },
      },
    ],
  };
}
