/** `x-` attributes, which mean nothing to Compose. */
export interface Extensible {
  readonly [extension: `x-${string}`]: unknown;
}

/** Labels, options and the like. */
export type Strings = ReadonlyMap<string, string>;

/** Null unsets a variable which the image sets. */
export type Variables = ReadonlyMap<string, string | null>;
