/** The api over HTTP on a real PostgreSQL (PGlite over its socket, with pg); KMS is played by a key of the test. */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Kysely } from "kysely";
import { pino } from "pino";
import type { Playback, TitleDetail, TitleList } from "../../contracts/api.js";
import { startDatabase, type LocalDatabase } from "../../local/database.js";
import { parseCookies, refusalOf } from "../../local/edge/signedCookies.js";
import { titlesOf, type Titles } from "../../services/api/src/data/titles.js";
import { SECURITY_HEADERS } from "../../services/api/src/http/headers.js";
import { buildServer, type ApiOptions } from "../../services/api/src/server.js";
import { openDatabase } from "../../services/database/connect.js";
import type { Database } from "../../services/database/schema.js";
import { applyChange } from "../../services/worker/src/applyChange.js";
import { eventually } from "../support/service.js";
import { failedChange, fill, idOf, titleChange } from "./support/titles.js";

const ORIGIN = "https://vod.example.com";
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = publicKey.export({ type: "spki", format: "pem" }) as string;

describe("the api", () => {
  const dir = mkdtempSync(join(tmpdir(), "vod-api-"));
  let local: LocalDatabase;
  let db: Kysely<Database>;
  let app: FastifyInstance;
  let url: string;
  let log: string[] = [];
  let kmsAway = false;
  let databaseAway = false;
  let now = Date.UTC(2026, 10, 1);

  /** The real queries, with a switch. */
  const switchable = (titles: Titles): Titles => {
    const through =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        databaseAway ? Promise.reject(new Error("connect ECONNREFUSED")) : call(...args);
    return { list: through(titles.list), find: through(titles.find), ping: through(titles.ping) };
  };
  const build = (pressure: ApiOptions["pressure"]): Promise<FastifyInstance> =>
    buildServer({
      pressure,
      titles: switchable(titlesOf(db)),
      signatures: {
        sign: async (message) => {
          if (kmsAway) throw new Error("KMS is away");
          return sign("sha256", message, privateKey);
        },
        keyPairId: "K1",
        origin: ORIGIN,
        now: () => now,
      },
      logger: pino({ base: null }, { write: (line: string) => void log.push(line) }),
    });
  /** The titles' bytes are fresh for two seconds. */
  const stale = (): Promise<void> => new Promise((done) => setTimeout(done, 2_050));

  before(async () => {
    local = await startDatabase({ directory: dir });
    db = openDatabase({ url: local.url, maxConnections: 4, statementTimeout: 2_000, poolWait: 2_500 });
    await fill(db, 7);
    await applyChange(db, failedChange(8));
    // The database is in this process too, and takes more memory than a service may.
    app = await build({ maxRssBytes: 2 ** 40, maxEventLoopDelay: 60_000 });
    url = await app.listen({ host: "127.0.0.1", port: 0 });
  });
  beforeEach(() => {
    log = [];
    kmsAway = false;
    databaseAway = false;
  });
  after(async () => {
    await app?.close();
    await db?.destroy();
    await local?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(url + path, { headers });
  const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
  const play = (number: number, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/api/titles/${idOf(number)}/playback`, { method: "POST", ...init });
  const codeOf = async (reply: Response): Promise<string> =>
    ((await reply.json()) as { error: { code: string } }).error.code;

  it("lists what plays, newest first, page by page, each title once", async () => {
    const pages: string[][] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: TitleList = await json(`/api/titles?limit=3${cursor && `&cursor=${cursor}`}`);
      pages.push(page.titles.map(({ title }) => title));
      cursor = page.nextCursor;
    }
    assert.deepEqual(pages, [["Film 7", "Film 6", "Film 5"], ["Film 4", "Film 3", "Film 2"], ["Film 1"]]);
  });

  it("skips and repeats nothing when many titles share one instant", async () => {
    const at = "2026-09-01T00:00:00.123456Z";
    for (const number of [21, 22, 23, 24, 25]) await applyChange(db, titleChange(number, { at }));
    try {
      await stale();
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: TitleList = await json(`/api/titles?limit=2${cursor && `&cursor=${cursor}`}`);
        seen.push(...page.titles.map(({ title }) => title));
        cursor = page.nextCursor;
      }
      assert.deepEqual(seen.slice(7), ["Film 25", "Film 24", "Film 23", "Film 22", "Film 21"]);
    } finally {
      await db.deleteFrom("titles").where("video_id", "in", [21, 22, 23, 24, 25].map(idOf)).execute();
      await stale();
    }
  });

  it("shows a title by paths, and nothing of its source", async () => {
    const detail = await json<TitleDetail>(`/api/titles/${idOf(3)}`);
    assert.deepEqual(detail, {
      videoId: idOf(3),
      title: "Film 3",
      duration: 60.5,
      poster: `/posters/${idOf(3)}/${idOf(900_003)}.jpg`,
      height: 720,
      publishedAt: "2026-10-01T00:00:03.000000Z",
      renditions: [
        { width: 640, height: 360, bitrate: 700_000 },
        { width: 1280, height: 720, bitrate: 3_000_000 },
      ],
    });
  });

  it("answers 304 to who has the same bytes", async () => {
    const first = await get("/api/titles");
    const etag = first.headers.get("etag") ?? "";
    const second = await get("/api/titles", { "if-none-match": etag });
    assert.deepEqual([second.status, await second.text(), second.headers.get("etag")], [304, "", etag]);
    assert.equal(first.headers.get("cache-control"), "no-cache");
  });

  it("sets cookies that open this title and no other, signed with SHA-256", async () => {
    const reply = await play(3);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get("cache-control"), "no-store");
    const playback = (await reply.json()) as Playback;
    assert.equal(playback.hls, `/media/${idOf(3)}/${idOf(900_003)}/stream.m3u8`);
    assert.equal(playback.thumbnails, `/media/${idOf(3)}/${idOf(900_003)}/thumbnails.vtt`);
    const set = reply.headers.getSetCookie();
    assert.equal(set.length, 4);
    for (const one of set)
      assert.match(one, new RegExp(`; Path=/media/${idOf(3)}/; HttpOnly; Secure; SameSite=Strict$`));
    const cookies = parseCookies(set.map((one) => one.split(";", 1)[0]).join("; "));
    const bytes = (name: string): Buffer =>
      Buffer.from((cookies.get(name) ?? "").replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
    const policy = bytes("CloudFront-Policy").toString();
    assert.ok(verify("sha256", Buffer.from(policy), createPublicKey(PEM), bytes("CloudFront-Signature")));
    const ends = Date.parse(playback.expiresAt);
    assert.equal(
      policy,
      `{"Statement":[{"Resource":"${ORIGIN}/media/${idOf(3)}/*","Condition":{"DateLessThan":{"AWS:EpochTime":${ends / 1000}}}}]}`,
    );
    const refusal = (path: string, at = now): string | undefined =>
      refusalOf({ url: ORIGIN + path, cookies, address: "1.2.3.4", now: at }, new Map([["K1", PEM]]))?.code;
    assert.equal(refusal(playback.hls), undefined);
    assert.equal(refusal(`/media/${idOf(4)}/${idOf(900_004)}/stream.m3u8`), "AccessDenied");
    assert.equal(refusal(`/media/${idOf(3)}2/x`), "AccessDenied");
    assert.equal(refusal(playback.hls, ends), "AccessDenied");
    assert.equal(refusal(playback.hls, ends - 1), undefined);
  });

  it("plays on while KMS and the database are away", async () => {
    const first = (await (await play(4)).json()) as Playback;
    kmsAway = databaseAway = true;
    await stale();
    now += 2 * 3_600_000;
    const second = await play(4);
    assert.equal(second.status, 200);
    assert.deepEqual(await second.json(), first);
    assert.equal((await get(`/api/titles/${idOf(4)}`)).status, 200);
    const other = await play(5);
    assert.deepEqual([other.status, await codeOf(other), other.headers.get("retry-after")], [503, "unavailable", "2"]);
    const ready = await get("/ready");
    assert.deepEqual(
      [ready.status, await ready.json()],
      [503, { ready: false, checks: { database: "failed", signing: "failed" } }],
    );
    assert.equal((await get("/health")).status, 200);
    kmsAway = databaseAway = false;
    assert.notEqual(((await (await play(4)).json()) as Playback).expiresAt, first.expiresAt);
    assert.equal((await get("/ready")).status, 200);
  });

  it("says 503 and not 404 for a title that it cannot look up", async () => {
    databaseAway = true;
    const reply = await get(`/api/titles/${idOf(6)}`);
    assert.deepEqual([reply.status, await codeOf(reply)], [503, "unavailable"]);
  });

  it("sets no cookies for a page of another site", async () => {
    for (const [site, status] of [
      ["cross-site", 403],
      ["same-site", 403],
      ["same-origin", 200],
      ["none", 200],
    ] as const) {
      const { headers, status: got } = await play(3, { headers: { "sec-fetch-site": site } });
      assert.deepEqual([got, headers.getSetCookie().length], [status, status === 200 ? 4 : 0], site);
    }
  });

  const refused: [method: string, path: string, status: number, code: string][] = [
    ["GET", "/api/titles?limit=0", 400, "invalid_request"],
    ["GET", "/api/titles?limit=101", 400, "invalid_request"],
    ["GET", "/api/titles?limit=1000000000", 400, "invalid_request"],
    ["GET", "/api/titles?limit=1.5", 400, "invalid_request"],
    ["GET", "/api/titles?limit=1&limit=2", 400, "invalid_request"],
    ["GET", "/api/titles?cursor=forged", 400, "invalid_cursor"],
    ["GET", `/api/titles?cursor=${"a".repeat(201)}`, 400, "invalid_request"],
    ["GET", "/api/titles/1%27%20OR%201=1", 400, "invalid_request"],
    ["GET", `/api/titles/${idOf(99)}`, 404, "not_found"],
    ["GET", `/api/titles/${idOf(8)}`, 404, "not_found"],
    ["POST", `/api/titles/${idOf(8)}/playback`, 404, "not_found"],
    ["GET", `/api/titles/${idOf(3)}/playback`, 405, "method_not_allowed"],
    ["DELETE", `/api/titles/${idOf(3)}`, 405, "method_not_allowed"],
    ["PATCH", "/api/titles", 405, "method_not_allowed"],
    ["OPTIONS", "/api/titles", 405, "method_not_allowed"],
    ["PROPFIND", "/api/titles", 405, "method_not_allowed"],
    ["GET", "/", 404, "not_found"],
    ["GET", "/metrics", 404, "not_found"],
    ["GET", "/%zz", 400, "invalid_request"],
    ["GET", `/api/titles/${"a".repeat(300)}`, 414, "url_too_long"],
  ];
  for (const [method, path, status, code] of refused)
    it(`${method} ${path.slice(0, 60)} answers ${status} ${code}, with every security header`, async () => {
      const reply = await fetch(url + path, { method });
      assert.deepEqual([reply.status, await codeOf(reply)], [status, code]);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) assert.equal(reply.headers.get(name), value, name);
      assert.equal(reply.headers.get("access-control-allow-origin"), null);
      if (status === 405) assert.match(reply.headers.get("allow") ?? "", /GET|POST/);
    });

  it("refuses a body beyond its bound, and one of another kind, with every security header", async () => {
    const large = await play(3, {
      body: JSON.stringify({ x: "y".repeat(2_000) }),
      headers: { "content-type": "application/json" },
    });
    assert.deepEqual(
      [large.status, await codeOf(large), large.headers.get("x-frame-options")],
      [413, "body_too_large", "DENY"],
    );
    const xml = await play(3, { body: "<x/>", headers: { "content-type": "application/xml" } });
    assert.deepEqual([xml.status, await codeOf(xml)], [415, "unsupported_media_type"]);
    const poison = await play(3, { body: '{"__proto__":{"a":1}}', headers: { "content-type": "application/json" } });
    assert.equal(poison.status, 400);
  });

  /** What HTTP clients will not send. */
  const raw = (text: string): Promise<string> =>
    new Promise((done, fail) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(text));
      let reply = "";
      socket.on("data", (chunk: Buffer) => (reply += chunk.toString()));
      socket.on("close", () => done(reply));
      socket.on("error", fail);
    });

  for (const [name, text, line] of [
    ["a method that is none", "BREW /api/titles HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"],
    ["what is not HTTP", "hello\r\n\r\n", "HTTP/1.1 4"],
    [
      "a header without end",
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`,
      "HTTP/1.1 431 Request Header Fields Too Large",
    ],
  ] as const)
    it(`answers ${name} with an error and every security header`, async () => {
      const reply = await raw(text);
      assert.ok(reply.startsWith(line), reply.slice(0, 80));
      for (const [header, value] of Object.entries(SECURITY_HEADERS))
        assert.ok(reply.includes(`${header}: ${value}\r\n`), header);
      assert.match(reply.split("\r\n\r\n")[1] ?? "", /^\{"error":\{"code":"/);
    });

  it("hides a fault of its own behind 500", async () => {
    const broken = await buildServer({
      titles: { ...titlesOf(db), find: () => Promise.resolve({ videoId: "x" } as never) },
      signatures: { sign: () => Promise.reject(new Error()), keyPairId: "K1", origin: ORIGIN },
      pressure: { maxRssBytes: 2 ** 40 },
      logger: pino({ enabled: false }),
    });
    const reply = await broken.inject(`/api/titles/${idOf(1)}`);
    assert.deepEqual(
      [reply.statusCode, reply.json()],
      [500, { error: { code: "internal", message: "Something went wrong on our side." } }],
    );
    assert.equal(reply.headers["x-content-type-options"], "nosniff");
    await broken.close();
  });

  it("sheds load beyond its bounds with 503 and Retry-After, and stays healthy", async () => {
    const crowded = await build({ maxRssBytes: 1 });
    try {
      const shed = async (): Promise<boolean> => (await crowded.inject("/api/titles")).statusCode === 503;
      await eventually("the first measurement", shed);
      const reply = await crowded.inject("/api/titles");
      assert.deepEqual(
        [reply.json<{ error: { code: string } }>().error.code, reply.headers["retry-after"]],
        ["overloaded", "2"],
      );
      assert.equal(reply.headers["x-content-type-options"], "nosniff");
      assert.equal((await crowded.inject("/health")).statusCode, 200);
    } finally {
      await crowded.close();
    }
  });

  it("logs refusals by path, and no cookie, query or header", async () => {
    await get("/api/titles?cursor=private-cursor", {
      cookie: "session=private-cookie",
      authorization: "private-token",
    });
    const line = log
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find(({ path }) => path === "/api/titles");
    assert.deepEqual([line?.statusCode, line?.method], [400, "GET"]);
    assert.equal(log.join("").includes("private"), false);
  });

  it("describes every route that answers viewers in its OpenAPI document", async () => {
    const document = await json<{ openapi: string; paths: Record<string, object> }>("/api/openapi.json");
    assert.equal(document.openapi, "3.0.3");
    const routes = Object.entries(document.paths).map(([path, methods]) => `${Object.keys(methods).join()} ${path}`);
    assert.deepEqual(routes.sort(), [
      "get /api/titles",
      "get /api/titles/{videoId}",
      "post /api/titles/{videoId}/playback",
    ]);
  });
});
