/**
 * CloudFront's signed cookies, really verified: pure but for the clock that is given. Source: CloudFront Developer
 * Guide, "Use signed cookies" (canned and custom policies, hash algorithm).
 */
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { BlockList, isIPv4 } from "node:net";
import { matchesWildcard } from "./wildcard.js";

export interface SignedRequest {
  /** Scheme, host, path and query, as the viewer asked. */
  url: string;
  cookies: ReadonlyMap<string, string>;
  /** Address of the viewer. */
  address: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** Why a request is refused, in CloudFront's own words. */
export interface Refusal {
  code: "MissingKey" | "MissingPolicy" | "MissingSignature" | "InvalidKey" | "MalformedPolicy" | "AccessDenied";
  message: string;
}

const refuse = (code: Refusal["code"], message: string): Refusal => ({ code, message });
const DENIED = refuse("AccessDenied", "Access denied");
const MALFORMED = refuse("MalformedPolicy", "Malformed Policy");

/** First of a name wins: browsers send the cookie with the longest Path first (RFC 6265 §5.4). */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? "").split(";")) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

/** @returns null when the text holds characters that CloudFront's base64 has not. */
function fromCloudFrontBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9\-_~]+$/.test(text)) return null;
  return Buffer.from(text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
}

const HASHES: Readonly<Record<string, string>> = { SHA1: "sha1", SHA256: "sha256" };

export interface Statement {
  resource: string;
  /** Seconds since 1970. */
  lessThan: number;
  greaterThan?: number;
  /** IPv4 address or block. */
  sourceIp?: string;
}

const keysWithin = (value: object, allowed: string[]): boolean =>
  Object.keys(value).every((key) => allowed.includes(key));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A condition's one value: absent, or of the right kind, or (null) wrong. A number in quotes is wrong. */
function conditionValue(condition: Record<string, unknown>, operator: string, key: string): unknown {
  const block = condition[operator];
  if (block === undefined) return undefined;
  if (!isRecord(block) || !keysWithin(block, [key]) || block[key] === undefined) return null;
  return block[key];
}

const isEpoch = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value > 0;

/** @returns null when the text is not a policy as CloudFront takes it: one statement, an end in time, no unknown part. */
export function parsePolicy(text: string): Statement | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const statements = isRecord(json) && keysWithin(json, ["Statement"]) ? json.Statement : undefined;
  const statement: unknown = Array.isArray(statements) && statements.length === 1 ? statements[0] : undefined;
  if (!isRecord(statement) || !keysWithin(statement, ["Resource", "Condition"])) return null;
  const { Resource: resource = "*", Condition: condition } = statement;
  if (typeof resource !== "string" || !isRecord(condition)) return null;
  if (!keysWithin(condition, ["DateLessThan", "DateGreaterThan", "IpAddress"])) return null;
  const lessThan = conditionValue(condition, "DateLessThan", "AWS:EpochTime");
  const greaterThan = conditionValue(condition, "DateGreaterThan", "AWS:EpochTime");
  const sourceIp = conditionValue(condition, "IpAddress", "AWS:SourceIp");
  if (!isEpoch(lessThan)) return null;
  if (greaterThan !== undefined && !isEpoch(greaterThan)) return null;
  if (sourceIp !== undefined && typeof sourceIp !== "string") return null;
  return {
    resource,
    lessThan,
    ...(greaterThan !== undefined && { greaterThan }),
    ...(sourceIp !== undefined && { sourceIp }),
  };
}

/** @param block IPv4 address, or block such as 192.0.2.0/24. IPv6 is not taken by CloudFront's policies. */
export function addressWithin(address: string, block: string): boolean {
  const plain = address.replace(/^::ffff:/, "");
  const [network = "", bits = "32"] = block.split("/", 2);
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : 33;
  if (!isIPv4(plain) || !isIPv4(network) || length > 32) return false;
  const list = new BlockList();
  list.addSubnet(network, length, "ipv4");
  return list.check(plain, "ipv4");
}

export function permits(statement: Statement, request: SignedRequest): boolean {
  const seconds = request.now / 1000;
  return (
    seconds < statement.lessThan &&
    (statement.greaterThan === undefined || seconds > statement.greaterThan) &&
    (statement.sourceIp === undefined || addressWithin(request.address, statement.sourceIp)) &&
    matchesWildcard(statement.resource, request.url)
  );
}

interface Claim {
  /** The bytes that must be signed. */
  text: string;
  statement: Statement;
}

/** A custom policy is sent whole; a canned one is put together from the URL and the one time that is sent. */
function claimOf({ cookies, url }: SignedRequest): Claim | Refusal {
  const encoded = cookies.get("CloudFront-Policy");
  if (encoded !== undefined) {
    const text = fromCloudFrontBase64(encoded)?.toString("utf8");
    const statement = text === undefined ? null : parsePolicy(text);
    return text !== undefined && statement ? { text, statement } : MALFORMED;
  }
  const expires = cookies.get("CloudFront-Expires");
  if (expires === undefined) return refuse("MissingPolicy", "Missing Policy query parameter or cookie value");
  if (!/^\d{1,15}$/.test(expires)) return MALFORMED;
  const text = `{"Statement":[{"Resource":"${url}","Condition":{"DateLessThan":{"AWS:EpochTime":${Number(expires)}}}}]}`;
  const statement = parsePolicy(text);
  // A canned policy is for this URL alone; a `*` in the URL must not become a wildcard.
  return statement ? { text, statement: { ...statement, resource: "*" } } : MALFORMED;
}

/** @param signers id of a public key → PEM, of the behaviour's key groups. @returns null when the request may pass. */
export function refusalOf(request: SignedRequest, signers: ReadonlyMap<string, string>): Refusal | null {
  const keyId = request.cookies.get("CloudFront-Key-Pair-Id");
  if (!keyId) return refuse("MissingKey", "Missing Key-Pair-Id query parameter or cookie value");
  const signature = request.cookies.get("CloudFront-Signature");
  if (!signature) return refuse("MissingSignature", "Missing Signature query parameter or cookie value");
  const claim = claimOf(request);
  if ("code" in claim) return claim;
  const pem = signers.get(keyId);
  if (pem === undefined) return refuse("InvalidKey", "Unknown Key");
  const hash = HASHES[request.cookies.get("CloudFront-Hash-Algorithm") ?? "SHA1"];
  const bytes = fromCloudFrontBase64(signature);
  if (!hash || !bytes || !verify(hash, Buffer.from(claim.text), keyOf(pem), bytes)) return DENIED;
  return permits(claim.statement, request) ? null : DENIED;
}

const keys = new Map<string, KeyObject>();

/** Reading a PEM costs ten times a verification. */
function keyOf(pem: string): KeyObject {
  const known = keys.get(pem);
  if (known) return known;
  const key = createPublicKey(pem);
  keys.set(pem, key);
  return key;
}
