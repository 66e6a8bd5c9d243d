import { randomBytes } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { TitleDetail } from "../../../contracts/api";

/**
 * A stand-in for edge and api with one film, for page states that the real platform does not reach on demand: empty and odd
 * lists, refusals, cookies that live for seconds. Nothing of it is proof that the platform serves rightly.
 */
export interface FakePlatform {
  origin: string;
  state: FakeState;
  /** Every cookie given out so far opens nothing any more, as after a change of keys. */
  revoke: () => void;
  close: () => Promise<void>;
}

export interface FakeState {
  titles: Partial<TitleDetail>[];
  /** Titles on one page of the list. */
  pageSize: number;
  /** Seconds that a playback cookie holds. */
  lease: number;
  /** An answer in place of the usual one, by `METHOD path`. */
  refuse: Map<string, { status: number; code: string }>;
  /** `METHOD path status` of every request. */
  log: string[];
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
  ".vtt": "text/vtt",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".mpd": "application/dash+xml",
  ".m4s": "video/iso.segment",
};

/** As strict as the page can bear: it is what the distribution should send. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self' blob:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function startFakePlatform(pages: string, media: string): Promise<FakePlatform> {
  const state: FakeState = { titles: [], pageSize: 100, lease: 600, refuse: new Map(), log: [] };
  const cookies = new Map<string, number>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    response.on("finish", () => state.log.push(`${request.method} ${url.pathname} ${response.statusCode}`));
    response.setHeader("content-security-policy", CSP);
    response.setHeader("x-content-type-options", "nosniff");
    const refusal = state.refuse.get(`${request.method} ${url.pathname}`);
    if (refusal) return json(response, refusal.status, { error: { code: refusal.code, message: refusal.code } });
    if (url.pathname.startsWith("/api/")) return answerApi(state, cookies, request, response, url);
    if (url.pathname.startsWith("/posters/")) return sendFile(response, join(media, "poster.jpg"));
    if (url.pathname.startsWith("/media/")) return answerMedia(cookies, media, request, response, url.pathname);
    return sendFile(response, join(pages, normalize(url.pathname === "/" ? "/index.html" : url.pathname)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { origin: `http://127.0.0.1:${port}`, state, revoke: () => cookies.clear(), close };
}

function answerApi(
  state: FakeState,
  cookies: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  if (url.pathname === "/api/titles") {
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const to = from + state.pageSize;
    return json(response, 200, {
      titles: state.titles.slice(from, to),
      nextCursor: to < state.titles.length ? String(to) : null,
    });
  }
  const [, , , videoId = "", action] = url.pathname.split("/");
  const title = state.titles.find((one) => one.videoId === videoId);
  if (!title) return json(response, 404, { error: { code: "not_found", message: "no such title" } });
  if (action !== "playback" || request.method !== "POST") return json(response, 200, title);
  const token = randomBytes(8).toString("hex");
  const expires = Date.now() + state.lease * 1000;
  cookies.set(`${videoId}:${token}`, expires);
  response.setHeader("set-cookie", `fake=${token}; Path=/media/${videoId}/; HttpOnly; SameSite=Lax`);
  const folder = `/media/${videoId}/asset/`;
  return json(response, 200, {
    videoId,
    hls: `${folder}stream.m3u8`,
    dash: `${folder}stream.mpd`,
    thumbnails: `${folder}thumbnails.vtt`,
    poster: title.poster ?? null,
    expiresAt: new Date(expires).toISOString(),
  });
}

function answerMedia(
  cookies: Map<string, number>,
  media: string,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const [, , videoId, , file = ""] = path.split("/");
  const token = /(?:^|; )fake=([0-9a-f]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  if ((cookies.get(`${videoId}:${token}`) ?? 0) < Date.now()) {
    response.statusCode = 403;
    response.end();
    return;
  }
  sendFile(response, join(media, normalize(`/${file}`)), request.headers.range);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

function sendFile(response: ServerResponse, path: string, range?: string): void {
  if (!existsSync(path) || !statSync(path).isFile()) {
    response.statusCode = 404;
    response.end();
    return;
  }
  const { size } = statSync(path);
  response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) {
    response.setHeader("content-length", size);
    createReadStream(path).pipe(response);
    return;
  }
  const start = Number(from);
  const end = to ? Math.min(Number(to), size - 1) : size - 1;
  response.writeHead(206, { "content-range": `bytes ${start}-${end}/${size}`, "content-length": end - start + 1 });
  createReadStream(path, { start, end }).pipe(response);
}
