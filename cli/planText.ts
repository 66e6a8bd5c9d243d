/** A plan for people: a tree folded by component, then the violations, then the price. */
import type { Cost } from "../cost/estimate";
import { CATEGORIES } from "../cost/pricing/pricing";
import { EXPECTED, EXPECTED_FOR, EXPECTED_TOTAL } from "../cost/expected";
import type { Violation } from "../policies/evaluate";
import type { Plan } from "./planner";
import { paint } from "./shell";

const usd = (value: number): string =>
  `$${value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
/** `aws:s3/bucketPolicy:BucketPolicy` → `s3 BucketPolicy`. */
const shortType = (type: string): string => type.replace(/^aws:([^/]+)\/[^:]+:/, "$1 ");

/** For each component, or null for the program itself: the resources of which it is the nearest component above. */
function byComponent(resources: Plan["resources"]): Map<string | null, Plan["resources"]> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const owner = (urn: string | null): string | null => {
    const above = urn === null ? undefined : byUrn.get(urn);
    return above === undefined ? null : above.custom ? owner(above.parent) : above.urn;
  };
  return Map.groupBy(
    resources.filter(({ custom }) => custom),
    ({ parent }) => owner(parent),
  );
}

/** One entry for each component: how many resources of which types. */
export function treeLines({ resources }: Pick<Plan, "resources">): string[] {
  const owned = byComponent(resources);
  const entry = (title: string, own: Plan["resources"]): string => {
    const counts = [...Map.groupBy(own, (resource) => shortType(resource.type))]
      .map(([of, list]) => `${of}${list.length > 1 ? ` ×${list.length}` : ""}`)
      .sort();
    const rows = fold(counts, 110).map((row) => `\n    ${paint("dim", row)}`);
    return `  ${title} ${plural(own.length, "resource")}${rows.join("")}`;
  };
  const components = resources.filter(({ custom }) => !custom);
  const entries = components.map(({ urn, type, name }) =>
    entry(`${type.split(":").pop()} ${paint("dim", `"${name}"`)}`, owned.get(urn) ?? []),
  );
  const loose = owned.get(null);
  return loose === undefined ? entries : [...entries, entry("outside any component", loose)];
}

/** Joins words with commas into rows of at most `width` characters. */
function fold(words: string[], width: number): string[] {
  const rows: string[] = [];
  for (const word of words) {
    const last = rows.at(-1);
    if (last === undefined || last.length + word.length + 2 > width) rows.push(word);
    else rows[rows.length - 1] = `${last}, ${word}`;
  }
  return rows;
}

export function violationLines(violations: readonly Violation[]): string[] {
  if (violations.length === 0) return [`${paint("green", "✓")} no policy is violated`];
  return violations.map(({ level, policy, urn, message }) => {
    const mark = level === "mandatory" ? paint("red", "✗") : paint("yellow", "!");
    const [, , types = "", name = ""] = urn.split("::");
    return `${mark} ${policy} (${level}) ${shortType(types.split("$").pop() ?? "")} "${name}"\n    ${message}`;
  });
}

type Range = readonly [from: number, to: number];

/** A range that was expected, and whether the value keeps to it. */
function against(value: number, [from, to]: Range): string {
  const range = `expected: $${from.toLocaleString("en-US")}–${to.toLocaleString("en-US")}`;
  return value > to
    ? paint("yellow", `${range}, it is dearer`)
    : paint("dim", value < from ? `${range}, it is cheaper` : range);
}

/** `compare` sets the architecture document's expectation beside each category. */
export function costLines({ lines, total }: Cost, compare = false): string[] {
  const width = Math.max(...lines.map(({ item }) => item.length));
  const rows = CATEGORIES.flatMap((category) => {
    const own = lines.filter((line) => line.category === category);
    if (own.length === 0) return [];
    const known = own.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);
    const expected = EXPECTED[category];
    const note = compare && expected !== undefined ? `  ${against(known, expected)}` : "";
    return [
      `  ${category.padEnd(width + 2)} ${usd(known).padStart(10)}${note}`,
      ...own.map(
        ({ item, monthly, why }) =>
          `    ${item.padEnd(width)} ${(monthly === null ? "not known" : usd(monthly)).padStart(10)}  ${paint("dim", why ?? "")}`,
      ),
    ];
  });
  const open = lines.filter(({ monthly }) => monthly === null).length;
  const rest = open === 0 ? "" : `, and ${plural(open, "item")} whose price is not known`;
  const whole = `  ${paint("bold", `${usd(total)} a month${rest}`)}`;
  if (!compare) return [...rows, whole];
  const users = EXPECTED_FOR.toLocaleString("en-US");
  return [...rows, whole, `  The architecture document, for ${users} users: ${against(total, EXPECTED_TOTAL)}`];
}

/** One line that says it all, for the start. */
export function summary({ stack, resources, violations, cost }: Plan): string {
  const created = resources.filter(({ custom }) => custom).length;
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const verdict =
    violations.length === 0
      ? "no policy violated"
      : `${plural(violations.length, "policy violation")}, ${mandatory} of them mandatory`;
  const open = cost.lines.filter(({ monthly }) => monthly === null).map(({ item }) => item);
  const unknown = open.length === 0 ? "" : ` (not known: ${open.join("; ")})`;
  return `${stack}: ${plural(created, "resource")}, ${verdict}, ${usd(cost.total)} a month idle${unknown}`;
}

export function planText(plan: Plan): string {
  const created = plan.resources.filter(({ custom }) => custom).length;
  return [
    paint(
      "bold",
      `Stack ${plan.stack}: ${plural(created, "resource")} in ${plural(plan.resources.length - created, "component")}`,
    ),
    ...treeLines(plan),
    "",
    ...violationLines(plan.violations),
    "",
    paint("bold", "Cost of a month in which nobody uses it, us-east-1, on demand"),
    ...costLines(plan.cost),
  ].join("\n");
}
