/**
 * Writes `model/properties.generated.json`: required and optional inputs of every modelled type, read from the type files
 * of the installed `@pulumi/aws`. `--check` fails when the file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { MODELLED_TYPES } from "../model/behaviours";

const ROOT = resolve(__dirname, "..");
const PROVIDER = join(ROOT, "node_modules/@pulumi/aws");
const FILE = join(ROOT, "model/properties.generated.json");

/** `aws:s3/bucket:Bucket` → the members of `BucketArgs` in `s3/bucket.d.ts`. */
function propertiesOf(token: string): { required: string[]; optional: string[] } {
  const [, path = "", name = ""] = token.split(":");
  const file = join(PROVIDER, `${path}.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const args = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === `${name}Args`,
  );
  if (args === undefined) throw new Error(`${file}: no interface ${name}Args`);
  const members = args.members.filter(ts.isPropertySignature).map((member) => ({
    name: (member.name as ts.Identifier).text,
    optional: member.questionToken !== undefined,
  }));
  const names = (optional: boolean): string[] =>
    members
      .filter((member) => member.optional === optional)
      .map((member) => member.name)
      .sort();
  return { required: names(false), optional: names(true) };
}

/** The file's text as it must be. */
export function generate(): string {
  const { version } = JSON.parse(readFileSync(join(PROVIDER, "package.json"), "utf8")) as { version: string };
  const types = Object.fromEntries(MODELLED_TYPES.map((token) => [token, propertiesOf(token)]));
  return `${JSON.stringify({ source: `@pulumi/aws ${version}`, types }, null, 1)}\n`;
}

if (require.main === module) {
  const text = generate();
  if (!process.argv.includes("--check")) writeFileSync(FILE, text);
  else if (readFileSync(FILE, "utf8") !== text) {
    console.error(`✗ model/properties.generated.json is not what the provider's types say → run: npm run generate`);
    process.exitCode = 1;
  }
}
