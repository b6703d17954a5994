/** What was refused and how an operator could allow it. */
export interface RefusalFacts {
  /** The rule that refused: `privileged`, `docker-socket`, `policy`. */
  rule: string;
  /** Why, as a clause: `it gives the container every right on the host`. */
  reason: string;
  /** The start-up flag that would allow it: `--allow-privileged`. */
  flag: string;
  /** Where in the request, and what stood there; absent where the whole call is refused. */
  field?: string;
  value?: string;
}

/** Thrown instead of doing what the rules of this server forbid. Nothing has been sent. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly rule: string;
  readonly reason: string;
  readonly flag: string;
  readonly field: string | undefined;
  readonly value: string | undefined;

  constructor(facts: RefusalFacts) {
    super(facts.field === undefined ? facts.reason : `${facts.field} is "${facts.value ?? ""}": ${facts.reason}`);
    this.rule = facts.rule;
    this.reason = facts.reason;
    this.flag = facts.flag;
    this.field = facts.field;
    this.value = facts.value;
  }
}
