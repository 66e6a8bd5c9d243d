/** When the playback cookie must be renewed. All times are milliseconds of the viewer's own clock. */

export interface Lease {
  renewAt: number;
  expiresAt: number;
}

/**
 * The lease of a playback answer. The viewer's clock may be wrong, so the length is taken from the server's own two times
 * (`Date` header and `expiresAt`) and counted from the moment the answer came. A fifth of it, at most 60 s, is kept as margin.
 * @param serverDate the reply's `Date` header, null when it is missing: then the two clocks are taken as equal
 */
export function leaseOf(expiresAt: string, serverDate: string | null, now: number): Lease {
  const end = Date.parse(expiresAt);
  const sent = serverDate === null ? now : Date.parse(serverDate);
  const length = Number.isFinite(end) && Number.isFinite(sent) ? Math.max(0, end - sent) : 0;
  return { renewAt: now + length - Math.min(60_000, length / 5), expiresAt: now + length };
}
