/** Exact fractions: frame rates and pixel aspects are never decimals. */
export interface Ratio {
  numerator: number;
  denominator: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** In lowest terms. Both parts must be whole and above zero. */
export function ratio(numerator: number, denominator = 1): Ratio {
  const divisor = gcd(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const valueOf = ({ numerator, denominator }: Ratio): number => numerator / denominator;

/** Reads a fraction as the SDK gives it; null for one that is missing, zero, negative or not whole. */
export function readRatio(given: { Numerator?: number; Denominator?: number } | undefined): Ratio | null {
  const numerator = given?.Numerator ?? 0;
  const denominator = given?.Denominator ?? 1;
  const whole = Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator);
  return whole && numerator > 0 && denominator > 0 ? ratio(numerator, denominator) : null;
}
