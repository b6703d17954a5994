/** What an image is for, or an engine runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/**
 * Whether an image is for the platform that is named, as `linux/arm64/v8`; a name of the system or of the architecture
 * alone fits any with it. They are compared as containerd's platforms package does, which engines and Compose use.
 */
export function isFor(platform: string, image: Platform): boolean {
  const [first = "", second, third = ""] = platform.toLowerCase().split("/");
  const { os, architecture, variant } = normalised(image);
  if (second === undefined) return first === os || normalised({ architecture: first }).architecture === architecture;
  const wanted = normalised({ os: first, architecture: second, variant: third });
  return wanted.os === os && wanted.architecture === architecture && wanted.variant === variant;
}

/** `linux/arm64/v8` */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join("/");
}

const aliases = new Map([
  ["x86_64", "amd64"],
  ["x86-64", "amd64"],
  ["aarch64", "arm64"],
  ["i386", "386"],
  ["armhf", "arm"],
  ["armel", "arm"],
]);

/** The variant that is meant where none is told, and is then not told. */
const usual = new Map([["amd64", "v1"], ["arm64", "v8"], ["arm", "v7"]]);

function normalised({ os = "", architecture, variant = "" }: Partial<Platform> & Pick<Platform, "architecture">) {
  const name = architecture.toLowerCase();
  const known = aliases.get(name) ?? name;
  const told = name === "armel" ? "v6" : /^\d/.test(variant) ? `v${variant}` : variant;
  return { os: os.toLowerCase(), architecture: known, variant: told === usual.get(known) ? "" : told };
}
