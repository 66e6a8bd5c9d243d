/** The SDK's names to the wire's: lower camel case, times in seconds. For replies without maps of the caller's own keys. */
export function toWire(value: unknown): unknown {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [`${name[0]?.toLowerCase()}${name.slice(1)}`, toWire(member)]),
  );
}
