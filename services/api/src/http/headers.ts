/** Headers of every reply, refusals included. The api serves JSON only: nothing of it may run, be framed or be sniffed. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "interest-cohort=()",
  "referrer-policy": "no-referrer",
  // Two years (hstspreload.org asks for one at least). Browsers ignore it over plain HTTP, so it harms nothing on loopback.
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Routes that may be kept say so themselves.
  "cache-control": "no-store",
};
