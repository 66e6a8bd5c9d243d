/** The database on one machine, its owner, its migrations, and the bounds of the pool. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { sql } from "kysely";
import { startDatabase, type LocalDatabase } from "../../local/database.js";
import { openDatabase, PoolFullError } from "../../services/database/connect.js";
import { migrate, MIGRATIONS } from "../../services/database/migrate.js";
import { applyChange } from "../../services/worker/src/applyChange.js";
import { titleChange } from "./support/titles.js";

const ROOT = resolve(__dirname, "../..");

const open = (url: string, rest: object = {}) =>
  openDatabase({ url, maxConnections: 2, statementTimeout: 5_000, poolWait: 5_000, ...rest });

/** Raw messages of PostgreSQL's protocol 3.0. */
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};
const parse = (query: string): Buffer => message("P", text(""), text(query), Buffer.alloc(2));
const rest = Buffer.concat([
  message("B", text(""), text(""), Buffer.alloc(6)),
  message("E", text(""), int32(0)),
  message("S"),
]);
const startUp = ((): Buffer => {
  const body = Buffer.concat([
    int32(196_608),
    text("user"),
    text("postgres"),
    text("database"),
    text("postgres"),
    Buffer.alloc(1),
  ]);
  return Buffer.concat([int32(body.length + 4), body]);
})();

class RawClient {
  readonly socket: Socket;
  received = "";
  constructor(url: string) {
    this.socket = connect(Number(new URL(url).port), "127.0.0.1");
    this.socket.on("data", (chunk: Buffer) => (this.received += chunk.toString("latin1")));
  }
  send(bytes: Buffer): void {
    this.received = "";
    this.socket.write(bytes);
  }
  async until(part: string): Promise<string> {
    while (!this.received.includes(part)) await new Promise((done) => setTimeout(done, 5));
    return this.received;
  }
}
const READY = "Z\0\0\0\u0005";

describe("the local database", () => {
  const dir = mkdtempSync(join(tmpdir(), "vod-database-"));
  let local: LocalDatabase;
  before(async () => {
    local = await startDatabase({ directory: dir });
  });
  after(async () => {
    await local?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("migrates an empty database once", async () => {
    assert.deepEqual(local.migrated, Object.keys(MIGRATIONS));
    assert.deepEqual(await migrate(local.url), []);
  });

  it("lists by the index, without sorting", async () => {
    const db = open(local.url);
    await sql`SET enable_seqscan = off`.execute(db);
    const { rows } = await sql<{ "QUERY PLAN": string }>`EXPLAIN SELECT video_id FROM titles
      WHERE asset_id IS NOT NULL AND (published_at, video_id) < (now(), '00000000-0000-0000-0000-000000000000'::uuid)
      ORDER BY published_at DESC, video_id DESC LIMIT 25`.execute(db);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    await sql`SET enable_seqscan = on`.execute(db);
    await db.destroy();
    assert.match(plan, /Index (Only )?Scan using titles_newest/);
    assert.doesNotMatch(plan, /Sort/);
  });

  it("keeps half a row out", async () => {
    const db = open(local.url);
    const half = { ...titleChange(1), outputs: null };
    await assert.rejects(
      sql`INSERT INTO titles (video_id, title, state, state_asset_id, state_sequencer, state_at, asset_id)
          VALUES (${half.videoId}, 'x', 'ready', ${half.assetId}, '0', now(), ${half.assetId})`.execute(db),
      /titles_plays_whole/,
    );
    await db.destroy();
  });

  it("gives each of many clients its own rows", async () => {
    const clients = Array.from({ length: 4 }, () => open(local.url));
    const asked = Array.from({ length: 400 }, async (_, index) => {
      const db = clients[index % 4] ?? clients[0];
      const { rows } = await sql<{ n: number }>`SELECT ${index}::int AS n`.execute(db as (typeof clients)[0]);
      assert.equal(rows[0]?.n, index);
    });
    await Promise.all(asked);
    await Promise.all(clients.map((db) => db.destroy()));
  });

  it("lets no other client's statement between the messages of one, nor after one that went away", async () => {
    const [a, b] = [new RawClient(local.url), new RawClient(local.url)];
    for (const client of [a, b]) {
      client.send(startUp);
      await client.until(READY);
    }
    a.send(parse("SELECT 'of a'"));
    await a.until("1\0\0\0\u0004");
    b.send(Buffer.concat([parse("SELECT 'of b'"), rest]));
    await new Promise((done) => setTimeout(done, 50));
    a.send(rest);
    assert.match(await a.until(READY), /of a/);
    assert.match(await b.until(READY), /of b/);
    a.send(parse("SELECT 'never'"));
    await a.until("1\0\0\0\u0004");
    a.socket.destroy();
    b.send(Buffer.concat([parse("SELECT 'still'"), rest]));
    assert.match(await b.until(READY), /still/);
    b.socket.destroy();
  });

  it("has one owner", async () => {
    await assert.rejects(startDatabase({ directory: dir }), {
      name: "FolderTakenError",
      message: `database folder is in use · ${dir}, by process ${process.pid} → stop that process, or give another folder`,
    });
  });
});

describe("the database's process", () => {
  const dir = mkdtempSync(join(tmpdir(), "vod-database-process-"));
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  /** @returns the ready line and the process. */
  async function start(...args: string[]): Promise<{ child: ChildProcess; line: { url: string; migrated: string[] } }> {
    const child = spawn(join(ROOT, "tools/run"), ["local/database.ts", "--dir", dir, ...args], { cwd: ROOT });
    children.push(child);
    const out = await new Promise<string>((done, fail) => {
      let errors = "";
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      child.stdout.once("data", (chunk: Buffer) => done(chunk.toString()));
      child.once("close", (code) => fail(new Error(`${code}: ${errors}`)));
    });
    return { child, line: JSON.parse(out) as { url: string; migrated: string[] } };
  }
  const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.once("close", done));

  it("keeps what was written over a clean stop and over SIGKILL", async () => {
    for (const [number, signal] of [
      [1, "SIGKILL"],
      [2, "SIGTERM"],
      [3, "SIGKILL"],
    ] as const) {
      const { child, line } = await start();
      const db = open(line.url);
      assert.equal((await db.selectFrom("titles").select("video_id").execute()).length, number - 1);
      assert.equal(await applyChange(db, titleChange(number)), "applied");
      await db.destroy();
      child.kill(signal);
      assert.equal(await ended(child), signal === "SIGTERM" ? 0 : null);
      assert.equal(readdirSync(dir).includes("owner.json"), signal === "SIGKILL");
    }
  });

  it("takes over from an owner whose number another program got", async () => {
    writeFileSync(join(dir, "owner.json"), JSON.stringify({ pid: process.pid, started: "1" }));
    const { child } = await start();
    child.kill("SIGTERM");
    assert.equal(await ended(child), 0);
  });

  it("refuses a port that is none, in one line", async () => {
    await assert.rejects(start("--port", "70000"), {
      message: "2: ✗ no such port · 70000 → give a whole number from 0 (any free one) to 65535\n",
    });
  });
});

describe("the pool", () => {
  /** Takes connections and never answers: what a dead server behind dropped packets looks like. */
  const silent = createServer();
  let url = "";
  before(async () => {
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    url = `postgres://u@127.0.0.1:${(silent.address() as AddressInfo).port}/d`;
  });
  after(() => void silent.close());

  it("gives up on a server that does not answer, and refuses a queue beyond its bound at once", async () => {
    const db = open(url, { maxConnections: 1, poolWait: 300, maxWaiting: 2 });
    const asked = Array.from({ length: 6 }, () =>
      sql`SELECT 1`.execute(db).then(
        () => "ok",
        (error: Error) => error,
      ),
    );
    const outcomes = await Promise.all(asked);
    assert.equal(outcomes.filter((outcome) => outcome instanceof PoolFullError).length, 3);
    assert.equal(outcomes.filter((outcome) => outcome instanceof Error).length, 6);
    await db.destroy();
  });

  it("does not give the next caller a connection that is busy with a statement that timed out", async () => {
    let connections = 0;
    /** Lets everybody in; the first one's statement is never answered. */
    const half = createServer((socket) => {
      const number = ++connections;
      socket.once("data", () => {
        socket.write(Buffer.concat([message("R", int32(0)), message("Z", Buffer.from("I"))]));
        socket.on("data", () => {
          const rows = [message("1"), message("2"), message("n"), message("C", text("SELECT 0"))];
          if (number > 1) socket.write(Buffer.concat([...rows, message("Z", Buffer.from("I"))]));
        });
      });
    });
    await new Promise<void>((done) => half.listen(0, "127.0.0.1", done));
    const { port } = half.address() as AddressInfo;
    const db = open(`postgres://u@127.0.0.1:${port}/d`, { maxConnections: 1, statementTimeout: 200 });
    await assert.rejects(sql`SELECT 1`.execute(db), /Query read timeout/);
    assert.deepEqual((await sql`SELECT 1`.execute(db)).rows, []);
    assert.equal(connections, 2);
    await db.destroy();
    half.close();
  });
});
