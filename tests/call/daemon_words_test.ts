import assert from "node:assert/strict";
import type { EngineError } from "../../src/engine/errors.ts";
import { answeredWith, engineError, thrown } from "./fake_call.ts";

Deno.test("explain() gives each answer of the daemon its code and a next step that fits", async () => {
  const create = "POST /containers/create";
  const pull = "POST /images/create";
  const source = "POST /images/create?fromSrc";
  const rows: [EngineError, string, RegExp][] = [
    [answeredWith(404, "No such container: web"), "DKR-002", /docker_list_containers/],
    [answeredWith(404, 'no container with name or ID "web" found: no such container'), "DKR-002", /all=true/],
    [answeredWith(404, "No such image: bb:latest", create), "DKR-003", /docker_pull_image/],
    [answeredWith(404, "bb: image not known", create), "DKR-003", /docker_pull_image/],
    [answeredWith(404, "network front not found", create), "DKR-007", /network/],
    [answeredWith(404, "get data: no such volume", "DELETE /volumes/data"), "DKR-008", /volume/],
    [answeredWith(404, "No such exec instance: 12", "GET /exec/12/json"), "DKR-009", /Check the name/],
    [answeredWith(404, "Could not find the file /x in container web"), "DKR-009", /path/],
    [answeredWith(404, "something quite new"), "DKR-009", /Check the name/],
    [
      answeredWith(
        409,
        "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
      ),
      "DKR-004",
      /memory_swap/,
    ],
    [
      answeredWith(
        500,
        'Cannot update container 1f: runc did not terminate successfully: failed to write "16777216": ' +
          "write /sys/fs/cgroup/memory/docker/1f/memory.memsw.limit_in_bytes: invalid argument",
        "POST /containers/web/update",
      ),
      "DKR-004",
      /memory and swap together/,
    ],
    [answeredWith(500, "memory+swap limit should be >= memory limit"), "DKR-004", /memory and swap together/],
    [answeredWith(500, "ps: error: garbage option", "GET /containers/web/top"), "DKR-004", /ps_args/],
    [answeredWith(500, 'network mode "x" not supported by buildkit', "POST /build"), "DKR-004", /Mend the argument/],
    [
      answeredWith(500, "lstat /etc/passwd/: not a directory", "GET /containers/a/archive"),
      "DKR-004",
      /the folder above/,
    ],
    [
      answeredWith(404, "Could not find the file /run/x", "PUT /containers/a/archive"),
      "DKR-009",
      /docker_exec_command/,
    ],
    [answeredWith(404, "page not found"), "DKR-019", /update/],
    ...["archive/tar: invalid tar header", "unexpected EOF", "flate: corrupt input before offset 1"].map((
      words,
    ): [EngineError, string, RegExp] => [
      engineError(words, { kind: "stream" }, "POST /images/load"),
      "DKR-004",
      /Check the archive/,
    ]),
    [
      answeredWith(500, "open /data/tmp/docker-import-81/repositories: no such file or directory", "POST /images/load"),
      "DKR-004",
      /Check the archive/,
    ],
    [
      engineError("payload does not match any of the supported image formats", { kind: "stream" }, "POST /images/load"),
      "DKR-004",
      /Check the archive/,
    ],
    [
      engineError("unrecognized image format", { kind: "stream" }, "POST /images/load"),
      "DKR-004",
      /Check the archive/,
    ],
    [engineError("unexpected EOF", { kind: "stream" }, source), "DKR-004", /Check the archive/],
    [answeredWith(500, 'Get "http://h/x.tar": dial tcp: lookup h: no such host', source), "DKR-004", /reads the url/],
    [answeredWith(500, "Got HTTP status code >= 400: 404 Not Found", source), "DKR-004", /reads the url/],
    ...[
      'cannot overwrite directory "etc" with non-directory "/"',
      "extraction point is not a directory",
      "copier: put: /etc/passwd (/etc/passwd): exists but is not a directory",
      'copier: put: error creating "/etc": open /etc: file exists',
      "lstat /etc/passwd/x: not a directory",
    ].map((words): [EngineError, string, RegExp] => [
      answeredWith(500, words, "PUT /containers/web/archive"),
      "DKR-004",
      /below a file/,
    ]),
    [answeredWith(500, "syntax error in pattern", "GET /images/json"), "DKR-004", /Mend the pattern/],
    [
      engineError("no match for platform in manifest: not found", { kind: "stream" }, pull),
      "DKR-016",
      /not for this platform/,
    ],
    [answeredWith(404, "Not Found", "POST /build/prune"), "DKR-019", /do without/],
    [answeredWith(404, "The Docker daemon answered 404", "GET /containers/web/top"), "DKR-002", /all=true/],
    [
      answeredWith(500, "unable to find network with name or ID front: network not found", create),
      "DKR-007",
      /network/,
    ],
    [answeredWith(500, 'invalid change "RUN x" - invalid instruction RUN', "POST /commit"), "DKR-004", /Mend the line/],
    [answeredWith(500, "can only kill running containers. 1 is in state exited"), "DKR-014", /docker_start_container/],
    [answeredWith(500, '"1" is already paused: container state improper'), "DKR-014", /unpause/],
    [
      answeredWith(500, "crun: executable file `nope` not found in $PATH: No such file or directory"),
      "DKR-004",
      /command/,
    ],
    [answeredWith(500, "UNIQUE constraint failed: ContainerConfig.Name"), "DKR-014", /rename/],
    [answeredWith(409, "unable to delete image by ID with more than one tag"), "DKR-014", /several tags/],
    [answeredWith(400, "client version 1.99 is too new. Maximum supported API version is 1.51"), "DKR-019", /auto/],
    [answeredWith(400, "invalid mount config", create), "DKR-004", /Mend the argument/],
    [answeredWith(400, 'exec: "nope": executable file not found in $PATH: unknown'), "DKR-004", /command/],
    [answeredWith(403, "authorization denied by plugin opa: no"), "DKR-005", /plugin/],
    [answeredWith(403, "forbidden"), "DKR-005", /does not permit/],
    [answeredWith(409, 'Conflict. The container name "/web" is already in use by container "1"'), "DKR-014", /rename/],
    [
      answeredWith(409, "You cannot remove a running container 1. Stop the container before"),
      "DKR-014",
      /stop_container/,
    ],
    [answeredWith(409, "Container 1 is not running"), "DKR-014", /docker_start_container/],
    [answeredWith(409, "Container 1 is paused, unpause the container before exec"), "DKR-014", /unpause/],
    [answeredWith(409, "remove data: volume is in use - [1]"), "DKR-014", /docker_inspect_volume/],
    [answeredWith(409, "conflict: unable to delete 1 (must be forced) - image is being used"), "DKR-014", /uses it/],
    [answeredWith(403, "network front id 1 has active endpoints"), "DKR-014", /docker_disconnect_container/],
    [answeredWith(409, "network with name front already exists"), "DKR-014", /another name/],
    [answeredWith(403, "Pool overlaps with other one on this address space"), "DKR-014", /another subnet/],
    [
      answeredWith(404, "could not find an available, non-overlapping IPv6 address pool among the defaults"),
      "DKR-014",
      /subnet of its own/,
    ],
    [answeredWith(400, "network front is ambiguous (2 matches found on name)"), "DKR-014", /the id/],
    [answeredWith(403, "endpoint with name web already exists in network front"), "DKR-014", /already/],
    [answeredWith(500, "container 1 is not connected to the network front"), "DKR-014", /docker_inspect_network/],
    [answeredWith(403, "bridge is a pre-defined network and cannot be removed"), "DKR-014", /another one/],
    [
      answeredWith(400, "container cannot be disconnected from host network or connected to host network"),
      "DKR-014",
      /another one/,
    ],
    [answeredWith(404, 'plugin "nonesuch" not found'), "DKR-004", /driver/],
    [answeredWith(404, 'create x: error looking up volume plugin no: plugin "no" not found'), "DKR-004", /driver/],
    [answeredWith(409, "removal of container 1 is already in progress"), "DKR-014", /inspect/],
    [answeredWith(500, "write /var/lib/docker/x: no space left on device"), "DKR-015", /Free space/],
    [answeredWith(500, "a fault"), "DKR-015", /daemon's own/],
    [
      answeredWith(404, "pull access denied for x, repository does not exist or may require login", pull),
      "DKR-016",
      /credentials/,
    ],
    [answeredWith(404, "manifest for bb:9 not found: manifest unknown", pull), "DKR-016", /tag/],
    [answeredWith(500, "Get https://r.example/v2/: dial tcp: no such host", pull), "DKR-016", /cannot reach/],
    [
      engineError("toomanyrequests: You have reached your pull rate limit", { kind: "stream" }, pull),
      "DKR-016",
      /Wait/,
    ],
    [engineError("the build broke", { kind: "stream" }, "POST /build"), "DKR-015", /daemon's own/],
  ];
  for (const [error, code, next] of rows) {
    const failure = await thrown(error);
    assert.equal(failure.code, code, error.message);
    assert.match(failure.next, next, error.message);
  }
});
