/** One call that docs/tools.md shows; those before it have brought the engine into the state it tells of. */
export interface Step {
  tool: string;
  args: Record<string, unknown>;
}

/** Where the story takes place. */
export interface Place {
  /** A registry's address, `127.0.0.1:5000`. */
  registry: string;
  /** A local folder that the server may read and write. */
  folder: string;
  /** An image with busybox in it. */
  image: string;
}

/** A day with a small web server: every tool once, in an order in which it has something to tell. */
export function story({ registry, folder, image }: Place): Step[] {
  const site = `${registry}/site:1.0`;
  return [
    ...firstLook(),
    ...imagesOf({ site, image, folder }),
    ...networkAndVolume(),
    ...webServer(site),
    ...composeProject(image, folder),
    ...cleanUp(site),
  ];
}

function firstLook(): Step[] {
  return [
    { tool: "docker_healthcheck", args: {} },
    { tool: "docker_version", args: {} },
    { tool: "docker_system_info", args: {} },
  ];
}

function imagesOf({ site, image, folder }: { site: string; image: string; folder: string }): Step[] {
  const dockerfile = `FROM ${image}\nRUN echo "It works" > /www/index.html\nCMD ["httpd", "-f", "-v", "-h", "/www"]`;
  return [
    { tool: "docker_build_image", args: { dockerfile, tags: [site] } },
    { tool: "docker_push_image", args: { image: site } },
    { tool: "docker_pull_image", args: { image: site } },
    { tool: "docker_tag_image", args: { image: site, tag: "site:stable" } },
    { tool: "docker_inspect_image", args: { image: site } },
    { tool: "docker_image_history", args: { image: site } },
    { tool: "docker_save_image", args: { image: site, path: `${folder}/site.tar` } },
    { tool: "docker_load_image", args: { path: `${folder}/site.tar` } },
    { tool: "docker_import_image", args: { path: `${folder}/site.tar`, image: "site:as-a-file" } },
    { tool: "docker_list_images", args: { reference: "site" } },
  ];
}

function networkAndVolume(): Step[] {
  return [
    { tool: "docker_create_network", args: { name: "front", subnets: ["10.88.7.0/24"] } },
    { tool: "docker_create_volume", args: { name: "pages", labels: { team: "web" } } },
    { tool: "docker_list_volumes", args: {} },
  ];
}

function webServer(image: string): Step[] {
  const health_check = { cmd: "wget -q -O /dev/null http://127.0.0.1/", interval: "1s" };
  const web = { image, ports: ["127.0.0.1:8080:80"], volumes: ["pages:/data"], memory: "64m", health_check };
  const container = "web";
  return [
    { tool: "docker_run_container", args: { name: "web", ...web, environment: { MODE: "live" }, wait: "healthy" } },
    { tool: "docker_create_container", args: { name: "job", image, command: ["sh", "-c", "echo oh no; exit 3"] } },
    { tool: "docker_start_container", args: { container: "job" } },
    { tool: "docker_wait_container", args: { container: "job" } },
    { tool: "docker_diagnose_container", args: { container: "job" } },
    { tool: "docker_wait_for", args: { container, port: 80 } },
    { tool: "docker_list_containers", args: { all: true } },
    { tool: "docker_inspect_container", args: { container } },
    { tool: "docker_exec_command", args: { container, command: ["wget", "-q", "-O", "-", "http://127.0.0.1/"] } },
    { tool: "docker_container_logs", args: { container, tail: 3 } },
    { tool: "docker_container_stats", args: { containers: [container] } },
    { tool: "docker_container_top", args: { container } },
    { tool: "docker_copy_to_container", args: { container, path: "/www/more.html", content: "More\n" } },
    { tool: "docker_copy_from_container", args: { container, path: "/www/more.html" } },
    { tool: "docker_container_diff", args: { container } },
    { tool: "docker_commit_container", args: { container, image: "site:1.1" } },
    { tool: "docker_connect_container", args: { container, network: "front", aliases: ["site"] } },
    { tool: "docker_list_networks", args: { name: "front" } },
    { tool: "docker_inspect_network", args: { network: "front" } },
    { tool: "docker_inspect_volume", args: { volume: "pages" } },
    { tool: "docker_pause_container", args: { container } },
    { tool: "docker_unpause_container", args: { container } },
    { tool: "docker_update_container", args: { container, memory: "128m", restart: "unless-stopped" } },
    { tool: "docker_restart_container", args: { container, timeout: 1 } },
    { tool: "docker_overview", args: {} },
    { tool: "docker_system_df", args: {} },
    { tool: "docker_events", args: { since: "1m", container: "job" } },
  ];
}

function composeProject(image: string, folder: string): Step[] {
  const dockerfile = JSON.stringify(`FROM ${image}\nCMD ["sh", "-c", "while sleep 1; do echo done; done"]`);
  const compose_yaml = [
    "name: shop",
    "services:",
    "  web:",
    `    image: ${image}`,
    "    command: [httpd, -f, -h, /www]",
    '    ports: ["127.0.0.1:8090:80"]',
    "    environment: { MODE: live, DB_PASSWORD: sesame }",
    '    volumes: ["pages:/data"]',
    "    depends_on: [worker]",
    "  worker:",
    `    build: { context: ., dockerfile_inline: ${dockerfile} }`,
    "    stop_signal: SIGKILL",
    "volumes:",
    "  pages: {}",
  ].join("\n");
  const file = { compose_yaml, project_dir: folder };
  const shop = { project_name: "shop" };
  return [
    { tool: "docker_compose_config", args: file },
    { tool: "docker_compose_build", args: file },
    { tool: "docker_compose_plan", args: file },
    { tool: "docker_compose_up", args: file },
    { tool: "docker_compose_pull", args: { ...file, services: ["worker"] } },
    { tool: "docker_compose_ls", args: {} },
    { tool: "docker_compose_ps", args: shop },
    { tool: "docker_compose_logs", args: { ...shop, services: ["worker"], follow: 2 } },
    { tool: "docker_compose_exec", args: { ...shop, service: "web", command: ["ls", "/www"] } },
    { tool: "docker_compose_run", args: { ...file, service: "web", command: ["env"] } },
    { tool: "docker_compose_generate", args: shop },
    { tool: "docker_compose_restart", args: { ...shop, services: ["worker"] } },
    { tool: "docker_compose_stop", args: shop },
    { tool: "docker_compose_start", args: shop },
    { tool: "docker_compose_down", args: { ...shop, volumes: true } },
  ];
}

function cleanUp(image: string): Step[] {
  const container = "web";
  return [
    { tool: "docker_recreate_container", args: { container, image: "site:1.1" } },
    { tool: "docker_disconnect_container", args: { container, network: "front" } },
    { tool: "docker_rename_container", args: { container, new_name: "old-web" } },
    { tool: "docker_kill_container", args: { container: "old-web", signal: "TERM" } },
    { tool: "docker_stop_container", args: { container: "old-web", timeout: 1 } },
    { tool: "docker_remove_container", args: { container: "old-web" } },
    { tool: "docker_restore_container", args: { name: "old-web" } },
    { tool: "docker_prune_containers", args: {} },
    { tool: "docker_remove_network", args: { network: "front" } },
    { tool: "docker_prune_networks", args: {} },
    { tool: "docker_remove_volume", args: { volume: "pages" } },
    { tool: "docker_prune_volumes", args: {} },
    { tool: "docker_remove_image", args: { image } },
    { tool: "docker_prune_images", args: {} },
    { tool: "docker_prune_builds", args: {} },
    { tool: "docker_system_prune", args: {} },
  ];
}
