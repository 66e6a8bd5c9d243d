import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { estimate } from "../../cost/estimate";
import { runProgram } from "../../cli/program";

const ROOT = join(__dirname, "../..");
const readme = readFileSync(join(ROOT, "README.md"), "utf8");

describe("README", () => {
  it("names the price that npm run cost prints", async () => {
    const record = await runProgram({ stack: "dev" });
    const rows = [
      ...readme.matchAll(/^\| (.+?) +\| \$([\d,]+\.\d\d)(?:, of which transfer to viewers is (\d+) %)? +\|$/gm),
    ];
    assert.equal(rows.length, 3);
    for (const [, load = "", price = "", share] of rows) {
      const [users = 0, hours = 0, titles = 0] = (load.match(/[\d,]+(?= (viewers|hours|new))/g) ?? []).map((text) =>
        Number(text.replace(",", "")),
      );
      const cost = estimate(record, { users, hours, titles });
      assert.equal(Number(price.replace(",", "")), cost.total, load);
      const network = cost.lines.filter(({ category }) => category === "Network");
      const transfer = network.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);
      if (share) assert.equal(Math.round((transfer / cost.total) * 100), Number(share));
    }
  });

  it("names only scripts, files and pictures that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ""] of readme.matchAll(/npm run (?:--silent )?([\w:]+)/g))
      assert.ok(name in scripts, `npm run ${name}`);
    for (const [, path = ""] of readme.matchAll(/\]\(([\w./-]+)\)/g)) assert.ok(existsSync(join(ROOT, path)), path);
  });
});
