/** What the architecture document (§6, monthly cost in production) expects for 10,000 users: USD a month, from and to. */
import type { Category } from "./pricing/pricing";

export const EXPECTED_FOR = 10_000;

export const EXPECTED: Readonly<Partial<Record<Category, readonly [from: number, to: number]>>> = {
  Compute: [200, 400],
  Storage: [200, 400],
  MediaConvert: [100, 300],
  Network: [100, 200],
  Monitoring: [50, 100],
};

export const EXPECTED_TOTAL: readonly [from: number, to: number] = [650, 1_400];
