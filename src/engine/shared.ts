/** Something that goes on telling until it is stopped. */
export interface Source {
  /** Resolves when from here on nothing is missed; never rejects. */
  opened: Promise<void>;
  stop(): void;
}

/** One source for however many listen. */
export interface Shared<T> {
  /** Resolves once nothing is missed any more, to the function that ends it. */
  listen(hear: (told: T) => void): Promise<() => void>;
}

/** The source that `start` makes is there from the first listener to the last. */
export function shared<T>(start: (tell: (told: T) => void) => Source, ended: () => void = () => {}): Shared<T> {
  const listeners = new Set<{ hear(told: T): void }>();
  let source: Source | undefined;
  const tell = (told: T) => {
    for (const { hear } of [...listeners]) hear(told);
  };
  return {
    async listen(hear) {
      // An object of its own: the same function may listen twice.
      const listener = { hear };
      listeners.add(listener);
      source ??= start(tell);
      await source.opened;
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        source?.stop();
        source = undefined;
        ended();
      };
    },
  };
}
