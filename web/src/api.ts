/** The page's only way to the api. Replies are checked for what the page cannot do without; the rest may be odd. */
import type { Playback, TitleDetail, TitleList, TitleSummary } from "../../contracts/api";
import { leaseOf, type Lease } from "./pure/access";
import type { Failure } from "./pure/problem";

/** Milliseconds. The service answers within 5 s or refuses; beyond this nothing will come. */
const TIMEOUT = 15_000;

export class RequestFailed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.from);
  }
}

async function call(
  path: string,
  method: "GET" | "POST",
): Promise<{ body: Record<string, unknown>; date: string | null }> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { accept: "application/json" },
    });
  } catch {
    throw new RequestFailed({ from: "network" });
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new RequestFailed({ from: "api", status: response.status, code: errorCode(body) });
  if (typeof body !== "object" || body === null) throw unexpected(response.status);
  return { body: body as Record<string, unknown>, date: response.headers.get("date") };
}

const unexpected = (status: number): RequestFailed =>
  new RequestFailed({ from: "api", status, code: "unexpected_reply" });

function errorCode(body: unknown): string {
  const error = (body as { error?: { code?: unknown } } | null)?.error;
  return typeof error?.code === "string" ? error.code.slice(0, 60) : "";
}

const hasId = (title: unknown): title is TitleSummary =>
  typeof (title as TitleSummary | null)?.videoId === "string" && (title as TitleSummary).videoId !== "";

/** A title without an id cannot be opened and is left out; everything else about it may be missing. */
export async function fetchTitles(cursor: string | null = null): Promise<TitleList> {
  const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  const { body } = await call(`/api/titles${query}`, "GET");
  if (!Array.isArray(body.titles)) throw unexpected(200);
  const next = body.nextCursor;
  return { titles: body.titles.filter(hasId), nextCursor: typeof next === "string" && next !== "" ? next : null };
}

export async function fetchTitle(videoId: string): Promise<TitleDetail> {
  const { body } = await call(`/api/titles/${encodeURIComponent(videoId)}`, "GET");
  if (!hasId(body)) throw unexpected(200);
  return body as unknown as TitleDetail;
}

/** Asks for the cookies of one title. */
export async function startPlayback(videoId: string): Promise<{ playback: Playback; lease: Lease }> {
  const asked = Date.now();
  const { body, date } = await call(`/api/titles/${encodeURIComponent(videoId)}/playback`, "POST");
  const playback = body as unknown as Playback;
  if (typeof playback.hls !== "string" || typeof playback.dash !== "string") throw unexpected(200);
  return { playback, lease: leaseOf(String(playback.expiresAt), date, asked) };
}
