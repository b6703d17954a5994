import { Refusal } from "./refusal.ts";

/** The refusal to read a path of this machine that lies in no folder the operator named. */
export function folderRefusal(path: string): Refusal {
  const reason = "it lies in none of the folders that this server may read";
  return new Refusal({ rule: "folders", reason, flag: `--folders=${path}`, field: "folder", value: path });
}
