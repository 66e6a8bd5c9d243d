/** CloudFront's wildcards: `*` stands for any run of characters, none included, `?` for exactly one. All else is literal. */

/** Without regular expressions: a hostile policy or pattern with many stars must not cost exponential time. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  /** Where the last star stood, and how far into the text it has been stretched. */
  let star = -1;
  let stretched = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      stretched = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++stretched;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

/**
 * Whether a cache behaviour's path pattern fits a path (case counts, the query does not, the leading slash may be left
 * out: CloudFront Developer Guide, "Path pattern").
 */
export function matchesPath(pattern: string, path: string): boolean {
  return matchesWildcard(pattern.startsWith("/") ? pattern : `/${pattern}`, path);
}
