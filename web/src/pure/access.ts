/** When the playback cookie must be renewed. All times are milliseconds of the viewer's own clock. */

export interface Lease {
  renewAt: number;
  expiresAt: number;
}

/**
 * The lease of a playback answer. The viewer's clock may be wrong, so the length is taken from the server's own two times
 * (`Date` header and `expiresAt`) and counted from the moment it was asked for. A fifth of it, at most 60 s, is kept as margin.
 * @param asked when the request was sent
 * @param serverDate the reply's `Date` header, null when it is missing: then the two clocks are taken as equal
 */
export function leaseOf(expiresAt: string, serverDate: string | null, asked: number): Lease {
  const end = Date.parse(expiresAt);
  // The header names whole seconds, rounded down: the answer may be a second younger than it says.
  const sent = serverDate === null ? asked : Date.parse(serverDate) + 1000;
  const length = Number.isFinite(end) && Number.isFinite(sent) ? Math.max(0, end - sent) : 0;
  return { renewAt: asked + length - Math.min(60_000, length / 5), expiresAt: asked + length };
}
