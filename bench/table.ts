/** The figures as a table, for the terminal and for docs/performance.md. */
import { atCommit } from "../tools/revision";
import { reaches, type Figure, type Results } from "./figure";

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
const limitOf = ({ limit, unit }: Figure): string =>
  limit === null ? "" : `${limit.kind === "max" ? "≤" : "≥"} ${number(limit.value)} ${unit}`;
const verdict = (figure: Figure): string =>
  ({ true: "yes", false: "**no**", null: "" })[String(reaches(figure)) as "true" | "false" | "null"];

/** GitHub-flavoured Markdown; also readable as it is in a terminal. */
export function markdown(results: Results): string {
  const { date, machine, figures } = results;
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
    `Measured ${date} at commit ${atCommit(results)}, on ${machine}.`,
    "",
    "| figure | value | bar | reached | baseline | how | command |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}
