/**
 * What a call may do, from harmless to costly: `read` changes nothing; `change` can be undone; `execute` runs code
 * (exec, run, build, create); `destroy` loses data.
 */
export type Risk = "read" | "change" | "execute" | "destroy";

export const risks: readonly Risk[] = ["read", "change", "execute", "destroy"];
