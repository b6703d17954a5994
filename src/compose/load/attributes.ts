import { ignored, inMap, listOfOne } from "./attributes/common.ts";
import { config, model, network, secret, volume } from "./attributes/resources.ts";
import { service } from "./attributes/service.ts";
import { dictionary, list, type Shape, string, struct } from "./shape.ts";

const keys = /^[a-zA-Z0-9._-]+$/;

/**
 * The table of attributes: all that a Compose file may say, one row each. Reading, merging, completing, printing and
 * hashing walk it, and so does the support table of the docs; to add an attribute is to add its row here, in the order
 * of Compose's own model, and its name to the types of project.ts.
 */
export const project: Shape = struct({
  version: string({ consumed: true }),
  name: string(),
  include: list(
    struct({
      path: list(string(), { short: listOfOne }),
      env_file: list(string(), { short: listOfOne }),
      project_directory: string(),
    }, { short: inMap("path") }),
    { consumed: true },
  ),
  services: dictionary(service, { keys }),
  models: dictionary(model, ignored("services that use them are refused")),
  networks: dictionary(network),
  volumes: dictionary(volume, { keys }),
  secrets: dictionary(secret, { keys }),
  configs: dictionary(config, { keys }),
});
