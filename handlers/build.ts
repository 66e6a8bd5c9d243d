/**
 * Bundles the handlers for Lambda: one ES module each, dependencies and all, the same bytes for the same sources. The
 * very same files run in the cloud and on one machine.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { FUNCTION_NAMES, type FunctionName } from "../contracts/environment";
import { literalKeys } from "./literalKeys";

const ROOT = resolve(__dirname, "..");

export interface BuiltHandler {
  name: FunctionName;
  /** Absolute folder that holds `index.mjs`. */
  dir: string;
  /** Size of the code when compressed as in the uploaded archive. */
  bytes: number;
}

/** Packages of CommonJS inside an ES module still call `require`. */
const REQUIRE =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

async function bundle(name: FunctionName, outDir: string): Promise<BuiltHandler> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [`handlers/${name}/index.ts`],
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    format: "esm",
    minify: true,
    // ES modules first, although the platform is Node: they can be shaken.
    mainFields: ["module", "main"],
    conditions: ["module", "import"],
    alias: { "@aws-sdk/credential-provider-node": join(ROOT, "handlers/aws/credentials.ts") },
    plugins: [literalKeys],
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "silent",
  });
  const code = result.outputFiles[0]?.contents;
  if (!code) throw new Error(`esbuild made no file for the handler ${name}`);
  const dir = join(outDir, name);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "index.mjs"), code);
  return { name, dir, bytes: gzipSync(code, { level: 9 }).length };
}

/** Builds every handler. @param outDir default `.local/build/handlers` of the repository. */
export function buildHandlers(outDir = join(ROOT, ".local/build/handlers")): Promise<BuiltHandler[]> {
  return Promise.all(FUNCTION_NAMES.map((name) => bundle(name, outDir)));
}

const HELP = `Usage: npm run build [-- --json]     bundle the Lambda handlers into .local/build/handlers

Examples:
  npm run build
  npm run --silent build -- --json   one JSON array of {name, dir, bytes}; bytes are compressed`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, help: { type: "boolean" }, quiet: { type: "boolean" } },
  });
  if (values.help) return console.log(HELP);
  const built = await buildHandlers();
  if (values.json) console.log(JSON.stringify(built));
  else if (!values.quiet)
    for (const { name, bytes } of built) console.log(`${name.padEnd(12)} ${(bytes / 1000).toFixed(0)} KB`);
}

if (require.main === module)
  main().catch((error: unknown) => {
    const usage = error instanceof TypeError;
    const text = error instanceof Error ? error.message : String(error);
    console.error(usage ? `✗ ${text} → npm run build -- --help` : `✗ handlers could not be bundled · ${text}`);
    process.exitCode = usage ? 2 : 3;
  });
