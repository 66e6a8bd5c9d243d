/**
 * Writes `plugin/schema.json` and `docs/components.md` from the components' source. `--check` fails when one of them
 * differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as prettier from "prettier";
import { componentDocs } from "./componentDocs";
import { componentSchema, schemaText } from "./componentSchema";

const ROOT = resolve(__dirname, "..");

/** Both files' texts as they must be, by their paths. */
export async function generated(): Promise<Record<string, string>> {
  const schema = componentSchema();
  const docs = join(ROOT, "docs/components.md");
  const style = await prettier.resolveConfig(docs);
  return {
    "plugin/schema.json": schemaText(schema),
    "docs/components.md": await prettier.format(componentDocs(schema), { ...style, filepath: docs }),
  };
}

async function main(): Promise<void> {
  for (const [file, text] of Object.entries(await generated())) {
    const path = join(ROOT, file);
    if (!process.argv.includes("--check")) writeFileSync(path, text);
    else if (readFileSync(path, "utf8") !== text) {
      console.error(`✗ ${file} is not what the components' source says → run: npm run generate:schema`);
      process.exitCode = 1;
    }
  }
}

if (require.main === module) void main();
