import { strict as assert } from "node:assert";
import { runToEnd } from "./support/command.js";
import { CommandError, helpText, printable, type CommandSpec } from "../../cli/shell.js";

const SPEC: CommandSpec = {
  call: "npm run thing --",
  summary: "Does a thing.",
  positionals: "STACK",
  options: { level: { type: "string", multiple: true, value: "N", help: "how much" } },
  examples: [["npm run thing -- dev", "does it"]],
};

describe("what every command shares", () => {
  it("an error is one line: what, the value, what to do", () => {
    const parts = { what: "no such stack", value: "devv", action: "one of dev, prod" };
    assert.equal(new CommandError(parts).message, "no such stack · devv → one of dev, prod");
    assert.equal(new CommandError({ what: "no stack", action: "name one" }).message, "no stack → name one");
    assert.equal(new CommandError(parts).exitCode, 2);
    assert.equal(new CommandError({ ...parts, exitCode: 1 }).exitCode, 1);
  });

  it("a name that somebody chose stays in its line and steers no terminal", () => {
    assert.equal(
      printable("a\nb\r\t\u001b[31m\u009b\u2028\u202e\ud800.mp4"),
      "a\\nb\\r\\t\\u001b[31m\\u009b\\u2028\\u202e\\ud800.mp4",
    );
    assert.equal(printable("ñ 👩‍👩‍👧 فيلم \\ é"), "ñ 👩‍👩‍👧 فيلم \\ é");
    assert.equal(new CommandError({ what: "no file", value: "a\nb", action: "c" }).message, "no file · a\\nb → c");
  });

  it("the help names every option and shows the examples", () => {
    assert.equal(
      helpText(SPEC),
      [
        "Usage: npm run thing -- STACK [options]",
        "Does a thing.",
        "",
        "  --level N…  how much",
        "  --quiet     no progress, only the result and errors",
        "  --debug     errors with their stack",
        "  --help      this text",
        "",
        "Examples:",
        "  npm run thing -- dev",
        "      does it",
        "",
        "Exit status: 0 done, 1 said no, 2 wrong use or configuration, 3 a fault of ours.",
      ].join("\n"),
    );
  });

  for (const file of ["local/start.ts", "cli/plan.ts", "cli/cost.ts", "cli/policy.ts", "cli/titles.ts"]) {
    it(`${file}: --help is for stdout, a wrong option for stderr; colours only when asked for`, async () => {
      const help = await runToEnd(file, ["--help"]);
      assert.equal(help.code, 0);
      assert.equal(help.stderr, "");
      assert.match(help.stdout, /^Usage: npm [^]*\nExamples:\n {2}npm /);
      const wrong = await runToEnd(file, ["--no-such-option"], { NO_COLOR: "", FORCE_COLOR: "1" });
      assert.equal(wrong.code, 2);
      assert.equal(wrong.stdout, "");
      assert.match(wrong.stderr, /^\u001b\[31m✗\u001b\[39m Unknown option '--no-such-option' → npm [^\n]+ --help\n$/);
      const plain = await runToEnd(file, ["--no-such-option"]);
      assert.match(plain.stderr, /^✗ Unknown option/);
      const debug = await runToEnd(file, ["--no-such-option", "--debug"]);
      assert.match(debug.stderr, /\n {4}at /);
    });
  }
});
