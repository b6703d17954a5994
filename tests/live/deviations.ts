/** What engines do in another way than Docker, and the tests that show it. docs/engines.md is made of these. */
export interface Deviation {
  /** Kinds of engines (engines/kinds.ts), or what their names begin with. */
  on: readonly string[];
  reason: string;
  /** By the test's name, what is in the error that it fails with there: nothing else counts as this deviation. */
  tests: Readonly<Record<string, RegExp | "not run">>;
}

export const deviations: readonly Deviation[] = [
  {
    on: ["podman"],
    reason: "A paused container that is connected to a network makes every list of containers and networks fail.",
    tests: {
      "2025-11-25: who listens to a container hears of it alone, by name or by id": "not run",
      "2026-07-28: who listens to a container hears of it alone, by name or by id": "not run",
    },
  },
  {
    on: ["podman"],
    reason: "An address that cannot be had makes every list of containers and networks fail.",
    tests: {
      "docker_connect_container says why an address cannot be had, and takes the network by its id": "not run",
    },
  },
  {
    on: ["podman"],
    reason: "Its service takes one address, and speaks no TLS as dockerd does.",
    tests: {
      "an engine with --tlsverify works with the right certificates, and each wrong one is told":
        /unknown flag: --host/,
    },
  },
  {
    on: ["podman"],
    reason: "It counts its own steps: it makes a LABEL of each label.",
    tests: {
      "docker_build_image builds a folder: what arrives is what .dockerignore leaves, as it was": /\d !== 2/,
      "docker_build_image tells the failing step, its exit code and its last lines": /at step \"\[3\/[45]\] RUN/,
      "docker_build_image tells its steps while it builds": /\[1\/[45]\] FROM/,
    },
  },
  {
    on: ["podman"],
    reason: "It finds its own words for what is wrong with a Dockerfile.",
    tests: {
      "docker_build_image says what is wrong with a Dockerfile, its base and its files": /no FROM statement found/,
    },
  },
  {
    on: ["podman"],
    reason: "A build goes on when its caller has gone.",
    tests: {
      "a build that is given up, or runs out of time, ends in the engine": /No end within 20000 ms/,
    },
  },
  {
    on: ["podman"],
    reason: "It keeps no build cache apart from its images: DKR-019.",
    tests: {
      "docker_prune_builds is understood by the engine, and leaves what is younger than it says": /DKR-019.*Not Found/,
      "docker_prune_builds deletes the cache, as it said before": /DKR-019.*Not Found/,
    },
  },
  {
    on: ["podman"],
    reason: "Its list of running containers leaves paused ones out.",
    tests: {
      "a daemon that hangs times out: a read is only late, a change may have happened": /No containers match/,
    },
  },
  {
    on: ["podman"],
    reason:
      "An inspect tells less, or in other words: host addresses, tmpfs, domain, fixed addresses, variables of its own.",
    tests: {
      "docker_create_container publishes ports in every shape that people write": /PortBindings/,
      "docker_create_container sets environment and labels from objects and from lists": /container=podman/,
      "docker_create_container mounts folders of the host, volumes and tmpfs in every shape": /tmpfs {2}\/t rw/,
      "docker_create_container joins networks, with aliases and with an address of its own": /undefined\n- '10\./,
      "docker_create_container sets limits, restart, health, logs and identity as the engine takes them":
        /Domainname: 'example\.org'/,
    },
  },
  {
    on: ["podman"],
    reason: "It says in its own words why it refused; the code is the same.",
    tests: {
      "docker_exec_command explains a container that does not run, and a program that is not there":
        /DKR-014.*container state improper/,
      "docker_kill_container sends the signal that is named, in any spelling": /DKR-014.*container state improper/,
      "docker_rename_container gives another name, unless it is taken or no name at all":
        /DKR-014.*(already in use, cannot rename|UNIQUE constraint)/,
      "docker_copy_from_container explains a file that is not there": /DKR-009.*no such file or directory/,
      "docker_container_logs says when the log driver keeps nothing to read": /cannot read logs/,
    },
  },
  {
    on: ["podman-4"],
    reason: "It cannot change a container's limits: DKR-019.",
    tests: {
      "docker_update_container changes the limits of a running container": /DKR-019.*Not Found/,
    },
  },
  {
    on: ["podman-5"],
    reason:
      "An inspect tells less, or in other words: host addresses, tmpfs, domain, fixed addresses, variables of its own.",
    tests: {
      "docker_update_container changes the limits of a running container": /partially and strictly/,
    },
  },
  {
    on: ["podman"],
    reason: "It makes the folder that a file is copied into.",
    tests: {
      "docker_copy_to_container explains a folder that is not there, and refuses what is no file":
        /Wrote 1 B to \/no\/such\/folder/,
    },
  },
  {
    on: ["podman"],
    reason: "It writes to a read-only disk from outside.",
    tests: {
      "docker_copy_to_container writes into a container that has never run, and one on a read-only disk is told":
        /false !== true/,
    },
  },
  {
    on: ["podman"],
    reason: "Its archives have no slash behind a folder.",
    tests: {
      "docker_copy_from_container reads a folder: files, folders and symbolic links": /path: 'srv\/'/,
    },
  },
  {
    on: ["podman"],
    reason: "It reads logs by the second, or leaves out the first line.",
    tests: {
      "docker_container_logs reads between two times, to the nanosecond that it gave itself": /line 4\\nline 5/,
      "docker_container_logs of 200,000 lines: the answer says what was cut, and its hint reads the rest":
        / and 197\d\d\d/,
    },
  },
  {
    on: ["podman"],
    reason: "It drops a network's options, its range and its reserved addresses.",
    tests: {
      "docker_create_network makes the network that was asked for, as docker_inspect_network tells": /enable_icc/,
    },
  },
  {
    on: ["podman"],
    reason: "It does not list the networks host and none.",
    tests: {
      "docker_list_networks tells which networks are in use and which are not": /\^host /,
    },
  },
  {
    on: ["podman"],
    reason: "It keeps a network that a stopped container has.",
    tests: {
      "docker_remove_network refuses while a container runs in it, and takes it from under a stopped one":
        /has associated containers with it/,
    },
  },
  {
    on: ["podman"],
    reason: "It answers with nothing when it is asked for the use of a stopped container.",
    tests: {
      "troubleshoot_container carries why a container failed, and hides its secrets":
        /The answer is not valid JSON \(0 characters\)/,
    },
  },
  {
    on: ["podman"],
    reason: "Past events come back empty or cut short.",
    tests: {
      "every address reads on a real engine": /container start/,
    },
  },
  {
    on: ["podman"],
    reason: "The history of an image does not name its layers.",
    tests: {
      "docker_image_history tells how an image was made, the newest layer first": /layers:1/,
    },
  },
  {
    on: ["podman"],
    reason: "An image that was loaded has a digest.",
    tests: {
      "docker_inspect_image tells what an image is, who uses it, and no secret": /layers@sha256/,
    },
  },
  {
    on: ["podman-4"],
    reason: "An import takes no tag.",
    tests: {
      "all that is made bears the labels, beside those that were given": /imported:1: No such image/,
      "docker_import_image makes an image out of a local archive": /root:latest/,
      "docker_import_image makes an image out of an archive that the engine downloads": /root:latest/,
    },
  },
  {
    on: ["podman-5"],
    reason: "It puts a label of its own on what it builds.",
    tests: {
      "all that is made bears the labels, beside those that were given": /io\.buildah\.version/,
    },
  },
  {
    on: ["podman-4"],
    reason: "It takes no prune of all images: its own reason is told.",
    tests: {
      "prunes and the engine itself spare the own container, its network, volume and image":
        /specifying \"dangling\" filter more than once/,
      "docker_prune_images deletes what no container uses: untagged images, with all also tagged ones":
        /specifying \"dangling\" filter more than once/,
    },
  },
  {
    on: ["podman-5"],
    reason: "Images have their names in full, with localhost/ or docker.io/ in front.",
    tests: {
      "docker_prune_images deletes what no container uses: untagged images, with all also tagged ones":
        /localhost\/mcp-/,
    },
  },
  {
    on: ["podman"],
    reason: "Images have their names in full, with localhost/ or docker.io/ in front.",
    tests: {
      "docker_remove_image and docker_prune_images ask first, with what would be lost": /localhost\/mcp-/,
    },
  },
  {
    on: ["podman-4"],
    reason: "It deletes an image that a stopped container has.",
    tests: {
      "docker_remove_image refuses an image in use, forced only where nothing runs": /Untagged/,
    },
  },
  {
    on: ["podman-4"],
    reason: "It does not tell the layers it pushes.",
    tests: {
      "an image is pushed, removed, and pulled by its tag and by its digest": /:1\.0'/,
    },
  },
  {
    on: ["podman-4"],
    reason: "A push with a token is refused where it asks for layers first.",
    tests: {
      "a registry that asks for tokens takes a password and the token of an earlier login":
        /DKR-016.*error parsing HTTP 401/s,
    },
  },
  {
    on: ["podman-4"],
    reason: "It sets a limit of processes of its own, which needs CAP_SYS_RESOURCE.",
    tests: {
      "the settings of a container hold inside of it": /RLIMIT_NPROC/,
    },
  },
];
