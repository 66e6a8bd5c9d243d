/**
 * By Pulumi's own Go code: SDKs of the components in three languages, written from the checked-in schema, compiled, and used
 * by a program each; and the project files.
 */
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const ROOT = resolve(__dirname, "../..");
const PROGRAMS = join(__dirname, "programs");
const OUT = join(ROOT, ".local/sdks");
const GO = join(ROOT, "tools/go");
const TSC = join(ROOT, "node_modules/.bin/tsc");
/** A cold build of the generators takes a minute and a half of two idle cores. */
const PATIENCE_MS = 20 * 60_000;

/** @throws AssertionError with all that the command wrote, unless it ends well. */
function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${error?.message ?? ""}${stdout}${stderr}`);
  return stdout;
}

const give = (file: string, path: string): void => cpSync(join(PROGRAMS, file), join(OUT, path));

/** A virtual environment with the pinned packages, made once for each list of them. */
function python(): string {
  const list = join(PROGRAMS, "requirements.txt");
  const stamp = createHash("sha256").update(readFileSync(list)).digest("hex").slice(0, 12);
  const venv = join(ROOT, `.local/sdk-python-${stamp}`);
  const command = join(venv, "bin/python");
  if (!existsSync(join(venv, "complete"))) {
    rmSync(venv, { recursive: true, force: true });
    run("python3", ["-m", "venv", venv], ROOT);
    const quiet = ["--quiet", "--disable-pip-version-check"];
    run(command, ["-m", "pip", "install", ...quiet, "--only-binary", ":all:", "-r", list], ROOT);
    writeFileSync(join(venv, "complete"), "");
  }
  return command;
}

interface ProjectFile {
  name: string;
  config?: Record<string, unknown>;
  template?: { config: Record<string, unknown> };
}

interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

describe("SDKs from the schema", function () {
  this.timeout(PATIENCE_MS);

  before(() => {
    rmSync(OUT, { recursive: true, force: true });
    mkdirSync(OUT, { recursive: true });
  });

  it("are written without a warning", () => {
    const said = run(GO, ["run", ".", join(ROOT, "plugin/schema.json"), OUT], join(ROOT, "tools/codegen"));
    const languages = said.trim().split("\n").sort();
    assert.deepEqual(
      languages.map((line) => line.replace(/\d+/, "N")),
      ["go: N files", "nodejs: N files", "python: N files"],
    );
  });

  it("compile in Go, and so does a program", () => {
    give("go.mod", "go/go.mod");
    give("go.sum", "go/go.sum");
    mkdirSync(join(OUT, "go/program"));
    give("program.go", "go/program/main.go");
    run(GO, ["build", "./..."], join(OUT, "go"));
    run(GO, ["vet", "./..."], join(OUT, "go"));
  });

  it("compile in TypeScript, and so does a program", () => {
    give("program.ts.txt", "nodejs/program.ts");
    const config = { extends: "./tsconfig.json", compilerOptions: { noEmit: true }, files: ["index.ts", "program.ts"] };
    writeFileSync(join(OUT, "nodejs/tsconfig.program.json"), JSON.stringify(config));
    run(TSC, ["-p", "tsconfig.program.json"], join(OUT, "nodejs"));
  });

  it("compile in Python, and a program registers the components with the schema's names", () => {
    const command = python();
    run(command, ["-m", "compileall", "-q", "pulumi_vod"], join(OUT, "python"));
    const install = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"];
    run(command, ["-m", "pip", ...install, "--force-reinstall", "."], join(OUT, "python"));
    const lines = run(command, ["recordProgram.py"], PROGRAMS).trim().split("\n");
    const platform = { stack: "dev", region: "us-east-1", accountId: "111122223333", logRetentionDays: 365 };
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as Registration),
      [
        { type: "vod:index:VodKeys", name: "keys", inputs: { platform, recoveryRegion: "us-west-2" } },
        {
          type: "vod:index:VodStorage",
          name: "storage",
          inputs: {
            platform,
            recoveryRegion: "us-west-2",
            mediaKeyArn: "media",
            mediaReplicaKeyArn: "replica",
          },
        },
        {
          type: "vod:index:VodNetwork",
          name: "network",
          inputs: { platform, zones: ["a", "b"], nat: "single", flowLogBucketArn: "arn:aws:s3:::logs" },
        },
      ],
    );
  });
});

describe("project files", function () {
  this.timeout(PATIENCE_MS);

  it("are read by Pulumi itself: what is declared, and what pulumi new asks", () => {
    const examples = readdirSync(join(ROOT, "examples")).sort();
    const files = [
      "Pulumi.yaml",
      ...examples.map((name) => `examples/${name}/Pulumi.yaml`),
      "plugin/PulumiPlugin.yaml",
    ];
    const said = run(GO, ["run", "./projects", ...files.map((file) => join(ROOT, file))], join(ROOT, "tools/codegen"));
    const expected = files.slice(0, -1).map((file) => {
      const { name, config = {}, template } = parse(readFileSync(join(ROOT, file), "utf8")) as ProjectFile;
      const asked = Object.keys(template?.config ?? {}).length;
      return `${name}: ${Object.keys(config).length} settings, ${asked} asked`;
    });
    assert.deepEqual(said.trim().split("\n"), [...expected, "plug-in: nodejs"]);
    assert.match(said, /^vod: \d+ settings, 5 asked$/m);
  });
});
