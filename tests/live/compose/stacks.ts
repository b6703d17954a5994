/** Small stacks that together have what people use; `IMAGE` stands for an image with a shell. */
export const stacks: Record<string, string> = {
  "ports, binds and limits": `
services:
  web:
    image: IMAGE
    command: ["sleep", "600"]
    stop_grace_period: 0s
    ports: ["127.0.0.1::80", "127.0.0.1::81-82/udp"]
    volumes: ["./site:/site:ro", {type: bind, source: ./site, target: /other, bind: {propagation: rprivate}}]
    tmpfs: ["/run/a", "/run/b:size=1m"]
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 50
    ulimits: {nofile: {soft: 100, hard: 200}, nproc: 65535}
    init: true
    read_only: true
    cap_add: [NET_ADMIN]
    cap_drop: [MKNOD]
    security_opt: ["no-new-privileges:true"]
    shm_size: 32m
    sysctls: {net.core.somaxconn: 256}
    restart: unless-stopped
    logging: {driver: json-file, options: {max-size: 1m}}
`,
  "names, labels and hosts": `
services:
  web:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    hostname: site
    domainname: example.com
    user: "1000:1000"
    working_dir: /tmp
    entrypoint: ["/bin/sh", "-c"]
    labels: {a.b: "c", empty: ""}
    annotations: {x.y: z}
    environment: [A=1, "B=two words", C]
    extra_hosts: ["one:10.0.0.1", "gate:host-gateway"]
    dns: [1.1.1.1]
    dns_search: [example.com]
    expose: ["8080"]
    stop_signal: SIGUSR1
    group_add: ["7"]
    tty: true
    stdin_open: true
`,
  "networks of all kinds": `
services:
  web:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    networks:
      front: {aliases: [site, www], ipv4_address: 10.211.7.9}
      back: {priority: 5}
  db:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    networks: [back]
  alone: {image: IMAGE, command: sleep 600, stop_grace_period: 0s, network_mode: none}
  bare: {image: IMAGE, command: sleep 600, stop_grace_period: 0s, network_mode: host}
networks:
  front: {ipam: {config: [{subnet: 10.211.7.0/24, gateway: 10.211.7.1}]}, driver_opts: {com.docker.network.bridge.enable_icc: "true"}}
  back: {internal: true, labels: {tier: back}}
`,
  "volumes of all kinds": `
services:
  db:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    volumes:
      - data:/data
      - /scratch
      - {type: volume, source: data, target: /again, read_only: true, volume: {nocopy: true}}
  quick:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    volumes: [{type: tmpfs, target: /quick, tmpfs: {size: 1m}}]
  copy:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    volumes_from: [db]
volumes:
  data: {labels: {keep: "yes"}}
`,
  "who depends on whom": `
services:
  job: {image: IMAGE, command: "true"}
  db:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    ipc: shareable
    healthcheck: {test: ["CMD", "true"], interval: 1s, timeout: 2s, retries: 3, start_period: 1s}
    depends_on: {job: {condition: service_completed_successfully}}
  web:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    scale: 2
    links: ["db:store"]
    depends_on: {db: {condition: service_healthy, restart: true}}
  side: {image: IMAGE, command: sleep 600, stop_grace_period: 0s, pid: "service:db", ipc: "service:db", depends_on: [web]}
`,
  "configs, secrets and files of variables": `
services:
  web:
    image: IMAGE
    command: sleep 600
    stop_grace_period: 0s
    env_file: [./vars.env]
    label_file: [./vars.env]
    configs: [{source: text, target: /etc/text}, {source: file, target: /etc/file}]
    secrets: [plain, {source: plain, target: other, mode: 0400}]
configs:
  text: {content: "hello"}
  file: {file: ./vars.env}
secrets:
  plain: {file: ./vars.env}
`,
  "a build and a deploy": `
services:
  app:
    build: {context: ./app, args: {WORD: hi}, labels: {made: here}}
    command: sleep 600
    stop_grace_period: 0s
    deploy:
      replicas: 2
      resources: {limits: {memory: 64m, cpus: "0.25"}, reservations: {memory: 16m}}
      restart_policy: {condition: on-failure, max_attempts: 3}
`,
};
