import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildWeb, type WebBuild } from "../../web/build";

/** Bytes, gzipped: what the page may load before the player. */
const SCRIPT_LIMIT = 200_000;

describe("build of the pages", function () {
  this.timeout(60_000);
  let built: WebBuild;
  let page: string;
  const read = (path: string): string => readFileSync(join(built.dir, path), "utf8");

  before(async () => {
    built = await buildWeb();
    page = read("index.html");
  });

  it("names every file but the page by its content, and links only files that are there", () => {
    for (const file of built.files) {
      if (file !== "index.html") assert.match(file, /^assets\/[\w.-]+-[0-9A-Za-z]{8}\.(js|css|svg)$/);
    }
    const linked = [...page.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((match) => match[1] ?? "");
    assert.equal(linked.length, 3);
    assert.deepEqual(
      linked.filter((path) => !built.files.includes(path)),
      [],
    );
  });

  it("has no inline script, style or handler", () => {
    assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)/);
    assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=/);
  });

  it("loads at most 200 KB of script before the player, and the player apart", () => {
    const entry = /src="\/(assets\/[^"]+\.js)"/.exec(page)?.[1] ?? "";
    const first = [entry, ...staticImports(entry)];
    const size = first.reduce((sum, path) => sum + gzipSync(read(path)).length, 0);
    assert.ok(size < SCRIPT_LIMIT, `${size} bytes`);
    const player = built.files.filter((file) => /shaka-player.*\.js$/.test(file));
    assert.equal(player.length, 1);
    assert.ok(!first.includes(player[0] ?? ""));
  });

  it("gives the same bytes again and takes old files away", async () => {
    const digest = (): string[] =>
      built.files.map((file) =>
        createHash("sha256")
          .update(readFileSync(join(built.dir, file)))
          .digest("hex"),
      );
    const before = digest();
    const stale = join(built.dir, "assets/app-OLD00000.js");
    writeFileSync(stale, "");
    const again = await buildWeb();
    assert.deepEqual(again.files, built.files);
    assert.deepEqual(digest(), before);
    assert.equal(existsSync(stale), false);
  });

  function staticImports(path: string): string[] {
    const named = [...read(path).matchAll(/(?:import|from)\s*"\.\/([^"]+)"/g)].map((match) => `assets/${match[1]}`);
    return [...new Set(named.flatMap((one) => [one, ...staticImports(one)]))];
  }
});
