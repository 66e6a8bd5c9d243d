/** Reads a request's target: pure. */
export interface Target {
  /** As RFC 3986 §6.2.2 normalises it: dot segments gone, unreserved characters not escaped. Starts with "/". */
  path: string;
  /** Without "?"; "" for none. */
  query: string;
  /** The path with every escape undone, without its first slash. */
  key: string;
}

const UNRESERVED = /^[A-Za-z0-9\-._~]$/;

function unescapeUnreserved(path: string): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (escaped, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return UNRESERVED.test(character) ? character : escaped.toUpperCase();
  });
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const parts = path.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === "..") kept.pop();
    if (part !== ".." && part !== ".") kept.push(part);
    else if (isLast) kept.push("");
  }
  return `/${kept.join("/")}`;
}

/** @returns null when the target is no path, or its escapes are not UTF-8. */
export function parseTarget(url: string): Target | null {
  if (!url.startsWith("/")) return null;
  const at = url.indexOf("?");
  const path = withoutDots(unescapeUnreserved(at < 0 ? url : url.slice(0, at)));
  try {
    return { path, query: at < 0 ? "" : url.slice(at + 1), key: decodeURIComponent(path.slice(1)) };
  } catch {
    return null;
  }
}
