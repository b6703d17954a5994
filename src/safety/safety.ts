import type { Transport } from "../engine/request.ts";
import { guard } from "./guard.ts";
import { withRights } from "./host_rights.ts";
import { type Decide, policy, type PolicyOptions } from "./policy.ts";
import { protect, type ProtectOptions } from "./protect.ts";
import { labelling } from "./provenance.ts";
import { type RuleOptions, rules } from "./rules.ts";
import { type Hide, hider } from "./secrets.ts";
import { judgeTakenOver } from "./taken_over.ts";

/** What the operator permits. */
export interface SafetyOptions extends PolicyOptions, ProtectOptions, RuleOptions {
  /** Secrets are shown in answers, errors and records. */
  showSecrets: boolean;
  /** What this server makes bears its labels. */
  labels: boolean;
  /** Of this server, for the labels. */
  version: string;
}

/** The rules of one server. */
export interface Safety {
  decide: Decide;
  /** The daemon door around a transport. */
  guard(transport: Transport): Transport;
  hide: Hide;
}

/** Turns what the operator permits into the rules that the doors apply. */
export function safety(options: SafetyOptions): Safety {
  const judge = policy(options);
  const daemonRules = rules(options);
  const { host } = options;
  return {
    // Every caller has the same rights: over stdio there is but one.
    decide: (_caller, judged) => judge(judged),
    guard(bare) {
      const transport = host ? withRights(bare, host) : bare;
      const sending = options.labels ? labelling(transport, options.version) : transport;
      return guard(judgeTakenOver(protect(sending, options), daemonRules), daemonRules);
    },
    hide: hider({ show: options.showSecrets }),
  };
}
