/** The supervisor with a program of ours in PgBouncer's place, which notes the signals and the file that it reads. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Supervisor } from "../../images/pgbouncer/src/supervisor.js";
import { eventually } from "../support/service.js";

const PROGRAM = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const file = process.argv[2];
const note = (word) => appendFileSync(file + ".notes", word + " " + /^vod = .*password='(.*)'$/m.exec(readFileSync(file, "utf8"))[1] + "\\n");
process.on("SIGHUP", () => note("reload"));
process.on("SIGINT", () => { note("stop"); process.exit(0); });
setInterval(() => undefined, 1000);
note("start");
`;
const SETTINGS = { writer: "w", reader: "r", database: "vod", user: "vod_api", poolSize: 5 };

describe("PgBouncer's supervisor", () => {
  let dir = "";
  const path = (name: string): string => join(dir, name);
  const notes = (): string[] =>
    existsSync(path("ini.notes")) ? readFileSync(path("ini.notes"), "utf8").trim().split("\n") : [];
  const lines: string[] = [];
  const supervise = (
    sign: () => Promise<{ writer: string; reader: string }>,
    program = path("program"),
    renewEvery = 20,
  ): Supervisor =>
    new Supervisor({
      settings: SETTINGS,
      sign,
      program,
      file: path("ini"),
      log: pino({}, { write: (line: string) => void lines.push(line) }),
      renewEvery,
      retryAfter: 10,
    });

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "vod-pgbouncer-"));
    writeFileSync(path("program"), PROGRAM);
    chmodSync(path("program"), 0o755);
    lines.length = 0;
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("renews the password, after a failure too, and lets transactions end", async () => {
    let signed = 0;
    const supervisor = supervise(async () => {
      // The renewals wait for the program, which must have begun to listen to signals.
      if (signed > 0) await eventually("the start", async () => notes().length > 0);
      signed += 1;
      if (signed === 2) throw new Error("no credentials");
      return { writer: `token-${signed}`, reader: "r" };
    });
    const end = supervisor.run();
    await eventually("a second renewal", async () => notes().filter((note) => note.startsWith("reload")).length >= 2);
    supervisor.stop();
    assert.equal(await end, 0);
    const [first, second, third] = notes();
    assert.deepEqual([first, second, third], ["start token-1", "reload token-3", "reload token-4"]);
    assert.match(notes().at(-1) ?? "", /^stop token-/);
    assert.ok(lines.some((line) => line.includes("could not be renewed") && line.includes("no credentials")));
    assert.ok(!lines.some((line) => line.includes("token-")), "a password was logged");
    assert.equal(statSync(path("ini")).mode & 0o777, 0o600);
  });

  it("does not start without a first password, nor without the program", async () => {
    await assert.rejects(supervise(() => Promise.reject(new Error("no role"))).run(), /no role/);
    await assert.rejects(supervise(async () => ({ writer: "a", reader: "b" }), path("none")).run(), /ENOENT/);
  });

  it("ends the container when the program ends by itself", async () => {
    writeFileSync(path("program"), `#!${process.execPath}\nprocess.exit(3);\n`);
    const sign = async (): Promise<{ writer: string; reader: string }> => ({ writer: "a", reader: "b" });
    assert.equal(await supervise(sign, path("program"), 60_000).run(), 1);
    assert.ok(lines.some((line) => line.includes("code 3")));
  });
});
