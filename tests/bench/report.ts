/** What one bench found. */
export interface Section {
  title: string;
  /** How it was measured, in a sentence or two. */
  how: string;
  rows: readonly Row[];
}

/** One line of the table; an empty text where there is nothing to say. */
export interface Row {
  what: string;
  floor: string;
  measured: string;
  /** Measured against floor: `3.1 x`, `+0.8 ms`. */
  compared: string;
  aim?: Aim;
}

export interface Aim {
  text: string;
  met: boolean;
}

/** The sections as Markdown that can be read on a terminal as well. */
export function tables(sections: readonly Section[]): string {
  return sections.map(({ title, how, rows }) => `## ${title}\n\n${how}\n\n${table(rows)}`).join("\n");
}

function table(rows: readonly Row[]): string {
  const body = rows.map(({ what, floor, measured, compared, aim }) => [what, floor, measured, compared, verdict(aim)]);
  const lines = [["", "floor", "measured", "compared", "aim"], ...body];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)));
  const render = (cells: string[], fill = " ") =>
    `| ${widths.map((w, i) => (cells[i] ?? "").padEnd(w, fill)).join(" | ")} |`;
  const [head = [], ...rest] = lines;
  return [render(head), render([], "-"), ...rest.map((cells) => render(cells)), ""].join("\n");
}

function verdict(aim: Aim | undefined): string {
  return aim ? `${aim.text}: ${aim.met ? "met" : "**not met**"}` : "";
}

/** `12.3 ms`: three digits that count, and no more. */
export function amount(value: number, unit: string): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  const [whole = "", fraction] = value.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${unit}`;
}

/** `+1.2 ms` or `-1.2 ms`. */
export function difference(value: number, unit: string): string {
  return `${value < 0 ? "-" : "+"}${amount(Math.abs(value), unit)}`;
}
