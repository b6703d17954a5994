/** A mount, as the short syntax says it. */
export interface ShortMount {
  type: "bind" | "volume";
  source?: string;
  target: string;
  read_only?: true;
  bind?: { selinux?: string; propagation?: string };
  volume?: { nocopy?: true };
}

/** The mount in `[SOURCE:]TARGET[:OPTIONS]`; or why there is none. */
export function parseMount(spec: string): ShortMount | string {
  if (spec === "") return "invalid empty volume spec";
  if (spec.length < 3) return { type: "volume", target: spec };
  const sections = splitSections(spec);
  if (sections.includes("")) return `invalid spec: ${spec}: empty section between colons`;
  if (sections.length > 3) return `invalid spec: ${spec}: too many colons`;
  const [source = "", target, options = ""] = sections;
  if (target === undefined) return { type: "volume", target: source, volume: {} };
  return withOptions({ source, target, isBind: isPath(source) }, options.split(","));
}

/** At colons, but not in `${...}`, and not behind a letter that may be a Windows drive. */
function splitSections(spec: string): string[] {
  const sections: string[] = [];
  let section = "";
  let depth = 0;
  for (let i = 0; i < spec.length; i++) {
    const char = spec.charAt(i);
    if (char === "{" && spec[i - 1] === "$") depth++;
    if (char === "}" && depth > 0) depth--;
    if (char !== ":" || depth > 0 || /^\p{L}$/u.test(section)) {
      section += char;
    } else {
      sections.push(section);
      section = "";
    }
  }
  return [...sections, section];
}

/** A path of the host, and not the name of a volume. */
function isPath(source: string): boolean {
  return /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
}

const propagations = ["rprivate", "private", "rshared", "shared", "rslave", "slave"];

/** Options that are not known are ignored, as Compose does. */
function withOptions(
  { source, target, isBind }: { source: string; target: string; isBind: boolean },
  options: readonly string[],
): ShortMount {
  const selinux = options.findLast((option) => option === "z" || option === "Z");
  const propagation = options.findLast((option) => propagations.includes(option));
  const bind = { ...(selinux && { selinux }), ...(propagation && { propagation }) };
  const access = options.findLast((option) => option === "ro" || option === "rw");
  return {
    type: isBind ? "bind" : "volume",
    source,
    target,
    ...(access === "ro" && { read_only: true }),
    ...((isBind || selinux || propagation) && { bind }),
    ...((!isBind || options.includes("nocopy")) && { volume: options.includes("nocopy") ? { nocopy: true } : {} }),
  };
}
