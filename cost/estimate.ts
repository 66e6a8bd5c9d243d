/** What a recorded program costs a month. What has no price in the sheet is named, never counted as zero. */
import type { ProgramRecord, ResourceRecord } from "../model/record";
import { COMPUTE } from "./pricing/compute";
import { DATABASE } from "./pricing/database";
import { EDGE } from "./pricing/edge";
import { FREE } from "./pricing/free";
import { FRONT } from "./pricing/front";
import { GUARD } from "./pricing/guard";
import { NETWORK } from "./pricing/network";
import { CATEGORIES, line, type CostLine, type Pricing } from "./pricing/pricing";
import { SEARCH } from "./pricing/search";
import { SERVICES } from "./pricing/services";
import { STORAGE } from "./pricing/storage";
import { IDLE, usageOf, type Load } from "./usage";

export interface Cost {
  currency: "USD";
  lines: CostLine[];
  /** Of the lines that have a price. */
  total: number;
}

const BY_TYPE: Readonly<Record<string, Pricing>> = {
  ...COMPUTE,
  ...DATABASE,
  ...SEARCH,
  ...SERVICES,
  ...STORAGE,
  ...NETWORK,
  ...EDGE,
  ...FRONT,
  ...GUARD,
};

/** The month's cost of what a program registers, under a load. */
export function estimate({ resources }: Pick<ProgramRecord, "resources">, load: Load = IDLE): Cost {
  const usage = usageOf(load);
  const byType = Map.groupBy(
    resources.filter(({ custom }) => custom),
    ({ type }) => type,
  );
  const of = (type: string): readonly ResourceRecord[] => byType.get(type) ?? [];
  const count = (type: string): number => of(type).length;
  const lines = [...byType].flatMap(([type, own]): CostLine[] => {
    const pricing = BY_TYPE[type];
    if (pricing !== undefined) return pricing(own, usage, count, of);
    return FREE.has(type)
      ? []
      : [line("Compute", type, null, `${own.length} of a type that the price sheet does not know`)];
  });
  const order = ({ category }: CostLine): number => CATEGORIES.indexOf(category);
  lines.sort((a, b) => order(a) - order(b) || a.item.localeCompare(b.item, "en"));
  const rounded = lines.map((one) => ({
    ...one,
    monthly: one.monthly === null ? null : Math.round(one.monthly * 100) / 100,
  }));
  const total = Math.round(rounded.reduce((cents, { monthly }) => cents + (monthly ?? 0) * 100, 0)) / 100;
  return { currency: "USD", lines: rounded, total };
}
