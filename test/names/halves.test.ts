import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OnceRow } from "../../local/launcher/once.js";
import { type Ran, runOnce } from "../films/support/runOnce.js";
import { sample } from "../support/sample.js";
import { checkPlays } from "./support/checkPlays.js";
import { mediaTools } from "./support/clip.js";
import { halves } from "./support/halves.js";

describe("half of the media missing", function () {
  this.timeout(900_000);
  let folder: string;
  let files: string[];
  let ran: Ran;
  const out = (): string => join(folder, "out");
  const nameOf = (file: string): string => file.slice(folder.length + 1);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "vod-halves-"));
    const cases = sample("films with a part missing", await halves(folder), 6);
    files = cases.map(({ name, body }) => {
      const file = join(folder, name);
      writeFileSync(file, body);
      return file;
    });
    ran = await runOnce(files, out());
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("each ends ready, rejected or failed, with a reason", () => {
    const rows = ran.rows.map((row, index): [string, OnceRow | undefined] => [nameOf(files[index] ?? ""), row]);
    const counts: Record<string, number> = {};
    for (const [name, row] of rows) {
      assert.ok(row, `${name} has no end: ${ran.stderr.slice(-2000)}`);
      counts[row.state] = (counts[row.state] ?? 0) + 1;
      assert.ok(["ready", "rejected", "failed"].includes(row.state), `${name}: ${row.state}`);
      if (row.state !== "ready") assert.ok((row.reason?.text ?? "").length > 10, `${name}: ${row.reason?.text}`);
    }
    console.log(`  ${JSON.stringify(counts)}`);
  });

  it("what is called ready plays: all segments decode, both manifests agree, the lengths are true", async () => {
    const tools = await mediaTools();
    const wrong: string[] = [];
    for (const [index, row] of ran.rows.entries()) {
      if (row?.state !== "ready") continue;
      await checkPlays(tools, join(out(), row.videoId), row).catch((error: Error) => {
        wrong.push(`${nameOf(files[index] ?? "")}: ${error.message}`);
      });
    }
    assert.deepEqual(wrong, []);
  });
});
