import type { Service } from "../project.ts";

/** The services so that each comes behind those it depends on; where that leaves a choice, by their names. */
export function inOrder(services: ReadonlyMap<string, Service>): string[] {
  return topological([...services.keys()].sort(), (name) => [...services.get(name)?.depends_on?.keys() ?? []]);
}

/** The names so that each comes behind those that `before` tells for it. Cycles are cut where they are met. */
export function topological(names: readonly string[], before: (name: string) => readonly string[]): string[] {
  const known = new Set(names);
  const seen = new Set<string>();
  const order: string[] = [];
  const visit = (name: string) => {
    if (seen.has(name) || !known.has(name)) return;
    seen.add(name);
    for (const other of [...before(name)].sort()) visit(other);
    order.push(name);
  };
  for (const name of names) visit(name);
  return order;
}
