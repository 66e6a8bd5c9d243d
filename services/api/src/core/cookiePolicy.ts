/** CloudFront signed cookies with a custom policy, as text: pure. Source: CloudFront Developer Guide, "Set signed cookies that use a custom policy". */

/** The URL of everything a title plays, as CloudFront compares it: one wildcard, and a slash before it so that `<id>2/` stays shut. */
export const titleResource = (origin: string, videoId: string): string => `${origin}/media/${videoId}/*`;

/** The cookies' Path. It differs by title: two tabs that play two titles do not overwrite each other's cookies. */
export const titlePath = (videoId: string): string => `/media/${videoId}/`;

/** The exact bytes that are signed: no white space, the time a whole number of seconds since 1970. */
export function policyText(resource: string, expires: number): string {
  return JSON.stringify({
    Statement: [{ Resource: resource, Condition: { DateLessThan: { "AWS:EpochTime": Math.floor(expires) } } }],
  });
}

/** Base64 with the characters that a cookie must not hold replaced as CloudFront wants it. */
export const cloudFrontBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("base64").replaceAll("+", "-").replaceAll("=", "_").replaceAll("/", "~");

export interface SignedPolicy {
  policy: string;
  signature: Uint8Array;
  /** Id of CloudFront's public key. */
  keyPairId: string;
}

/**
 * The values of `Set-Cookie`. Session cookies: the policy's own time ends them, and a browser that is closed forgets them.
 * CloudFront fixes the four names, so no `__Secure-` prefix.
 */
export function signedCookies(signed: SignedPolicy, videoId: string): string[] {
  const values = {
    "CloudFront-Policy": cloudFrontBase64(Buffer.from(signed.policy)),
    "CloudFront-Signature": cloudFrontBase64(signed.signature),
    "CloudFront-Key-Pair-Id": signed.keyPairId,
    "CloudFront-Hash-Algorithm": "SHA256",
  };
  const attributes = `Path=${titlePath(videoId)}; HttpOnly; Secure; SameSite=Strict`;
  return Object.entries(values).map(([name, value]) => `${name}=${value}; ${attributes}`);
}
