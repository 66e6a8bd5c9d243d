/** What the environment may say, checked once at the start. */
import type { EnvironmentOf } from "../../../../contracts/environment.js";
import { SERVICE_ENVIRONMENT } from "../../../../contracts/environment.js";

export interface Settings {
  stack: string;
  host: string;
  port: number;
  mediaOrigin: string;
  signingKeyId: string;
  keyPairId: string;
  databaseUrl: string;
  maxConnections: number;
}

type Required = EnvironmentOf<typeof SERVICE_ENVIRONMENT.api>;

/** Default size of the pool: 30 tasks of 10 stay below the 450 connections of the smallest Aurora class. */
const DEFAULT_CONNECTIONS = "10";
/** All interfaces, as a container must; on one machine HOST=127.0.0.1 is set. */
const DEFAULT_HOST = "0.0.0.0";

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${name} is not possible · ${text} → a whole number from ${least} to ${most}`);
  return value;
}

/** Viewers' cookies are `Secure`: plain HTTP works on this machine only, where browsers make an exception. */
function originOf(text: string): string {
  const url = URL.parse(text);
  const loopback = url?.hostname === "127.0.0.1" || url?.hostname === "localhost" || url?.hostname === "[::1]";
  const allowed = url?.protocol === "https:" || (url?.protocol === "http:" && loopback);
  // A star in the host would be a wildcard in every cookie's policy.
  if (!url || !allowed || url.origin !== text || /[*?]/.test(text))
    throw new Error(`MEDIA_ORIGIN is not possible · ${text} → scheme and host alone, https:// (http:// on loopback)`);
  return text;
}

/** @throws Error that names the variable, its value and what is allowed; never a value that may hold a password. */
export function readSettings(required: Required, optional: Record<string, string | undefined>): Settings {
  if (!/^postgres(ql)?:\/\//.test(required.DATABASE_URL))
    throw new Error("DATABASE_URL is not possible → postgres://user:password@host:port/database");
  return {
    stack: required.STACK,
    host: optional.HOST || DEFAULT_HOST,
    port: whole("PORT", required.PORT, 0, 65_535),
    mediaOrigin: originOf(required.MEDIA_ORIGIN),
    signingKeyId: required.SIGNING_KEY_ID,
    keyPairId: required.KEY_PAIR_ID,
    databaseUrl: required.DATABASE_URL,
    maxConnections: whole("DATABASE_POOL", optional.DATABASE_POOL || DEFAULT_CONNECTIONS, 1, 100),
  };
}
