/** The figures as a table, for the terminal and, between markers, for docs/performance.md. */
import { reaches, type Figure, type Results } from "./figure";

export const MARKERS = { start: "<!-- figures: start -->", end: "<!-- figures: end -->" } as const;

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const limitOf = ({ limit, unit }: Figure): string =>
  limit === null ? "" : `${limit.kind === "max" ? "≤" : "≥"} ${number(limit.value)} ${unit}`;
const verdict = (figure: Figure): string =>
  ({ true: "yes", false: "**no**", null: "" })[String(reaches(figure)) as "true" | "false" | "null"];

/** GitHub-flavoured Markdown; also readable as it is in a terminal. */
export function markdown({ commit, dirty, date, machine, figures }: Results): string {
  const rows = figures.map((figure) =>
    [
      figure.what,
      `${number(figure.value)} ${figure.unit}`,
      limitOf(figure),
      verdict(figure),
      figure.baseline === null ? "" : `${figure.baseline.what}: ${number(figure.baseline.value)}`,
      figure.how,
      `\`${figure.command}\``,
    ].join(" | "),
  );
  return [
    `Measured ${date} at commit ${commit}${dirty ? " with uncommitted changes" : ""}, on ${machine}.`,
    "",
    "| figure | value | bar | reached | baseline | how | command |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

/** Puts the table between the markers of a document. @throws Error when the document lacks them. */
export function replaceTable(document: string, table: string): string {
  const from = document.indexOf(MARKERS.start);
  const to = document.indexOf(MARKERS.end);
  if (from < 0 || to < from) throw new Error(`document has no ${MARKERS.start} … ${MARKERS.end} → add both lines`);
  return `${document.slice(0, from + MARKERS.start.length)}\n\n${table}\n\n${document.slice(to)}`;
}
