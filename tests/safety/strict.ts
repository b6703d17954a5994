import type { SafetyOptions } from "../../src/safety/safety.ts";

/** What an operator permits who sets nothing, without labels. */
export const strict: SafetyOptions = {
  destructive: "confirm",
  readOnly: false,
  allowTools: [],
  denyTools: [],
  allowPrivileged: false,
  allowDockerSocket: false,
  sockets: [],
  allowHostNamespaces: false,
  allowCapabilities: [],
  allowDevices: false,
  allowUnconfined: false,
  allowMounts: [],
  showSecrets: false,
  managedOnly: false,
  labels: false,
  version: "1.2.3",
};
