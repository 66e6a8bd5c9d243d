/** What every price function of the estimator is made of. */
import type { ResourceRecord } from "../../model/record";
import { PRICES, type PriceId } from "../prices";
import type { Usage } from "../usage";

/** The categories of the architecture document's own estimate, and one for what guards the rest. */
export const CATEGORIES = ["Compute", "Storage", "MediaConvert", "Network", "Monitoring", "Security"] as const;
export type Category = (typeof CATEGORIES)[number];

export interface CostLine {
  category: Category;
  item: string;
  /** USD a month; null when a price is not known. */
  monthly: number | null;
  /** How it comes about, or why it is not known. */
  why?: string;
}

/** Prices the resources of one type; `count` tells how many there are of another, `of` which. */
export type Pricing = (
  resources: readonly ResourceRecord[],
  usage: Usage,
  count: (type: string) => number,
  of: (type: string) => readonly ResourceRecord[],
) => CostLine[];

/** `lambdaArmGbSecond` × 3 and the like, summed. */
export const sum = (...parts: [PriceId, number][]): number =>
  parts.reduce((total, [id, count]) => total + PRICES[id].usd * count, 0);
export const line = (category: Category, item: string, monthly: number | null, why: string): CostLine => ({
  category,
  item,
  monthly,
  why,
});

/** `1 key`, `5 keys`. */
export const counted = (of: readonly unknown[], noun: string): string =>
  `${of.length} ${noun}${of.length === 1 ? "" : "s"}`;
export const beyond = (amount: number, free: number): number => Math.max(0, amount - free);
export const usd = (value: number, digits = 2): string => `$${value.toFixed(digits)}`;
export const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");
