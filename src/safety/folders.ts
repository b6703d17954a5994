import { Refusal } from "./refusal.ts";

/** The refusal to read a path of this machine that lies in no folder the operator named; `folder` would permit it. */
export function folderRefusal(path: string, folder = path): Refusal {
  const reason = "it lies in none of the folders that this server may read";
  return new Refusal({ rule: "folders", reason, flag: `--folders=${folder}`, field: "folder", value: path });
}
