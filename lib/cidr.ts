/** IPv4 networks as `a.b.c.d/n`, by arithmetic on their first address. */

interface Network {
  /** First address, 0 to 2^32 - 1. */
  first: number;
  /** Length of the prefix. */
  bits: number;
}

const size = (bits: number): number => 2 ** (32 - bits);

/** @throws Error when the text is no network, or names an address inside one. */
function parse(cidr: string): Network {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a, b, c, d, bits] = (match ?? []).slice(1).map(Number);
  const octets = [a, b, c, d] as number[];
  if (bits === undefined || bits > 32 || octets.some((octet) => octet > 255)) {
    throw new Error(`"${cidr}" is no IPv4 network → such as 10.0.0.0/16`);
  }
  const first = octets.reduce((value, octet) => value * 256 + octet, 0);
  if (first % size(bits) !== 0) {
    throw new Error(
      `"${cidr}" is an address inside a network → ${format({ first: first - (first % size(bits)), bits })}`,
    );
  }
  return { first, bits };
}

function format({ first, bits }: Network): string {
  const octet = (shift: number): number => Math.floor(first / 2 ** shift) % 256;
  return `${octet(24)}.${octet(16)}.${octet(8)}.${octet(0)}/${bits}`;
}

/** True for what `parse` takes. */
export function isCidr(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Length of a network's prefix. @throws Error when the text is no network. */
export const prefixLength = (cidr: string): number => parse(cidr).bits;

/**
 * The network number `index` among those of `bits` bits in a larger one: `subnet("10.0.0.0/16", 20, 1)` is 10.0.16.0/20.
 * @throws Error when it does not lie inside.
 */
export function subnet(cidr: string, bits: number, index: number): string {
  const outer = parse(cidr);
  const first = outer.first + index * size(bits);
  if (bits < outer.bits || bits > 32 || index < 0 || first + size(bits) > outer.first + size(outer.bits)) {
    throw new Error(`${cidr} has no network number ${index} of ${bits} bits`);
  }
  return format({ first, bits });
}

/** True when every address of `inner` is one of `outer`. */
export function contains(outer: string, inner: string): boolean {
  const [big, small] = [parse(outer), parse(inner)];
  return small.bits >= big.bits && small.first - (small.first % size(big.bits)) === big.first;
}

/** True when the two share an address. */
export const overlap = (one: string, other: string): boolean => contains(one, other) || contains(other, one);
