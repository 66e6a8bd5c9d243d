/**
 * Lets esbuild drop the operations of an AWS client that nobody calls.
 *
 * The SDK's generated schemas name their members through constants, `{ [_hH]: … }`. A computed key may call somebody's
 * `toString`, so esbuild keeps every array that holds one, and with it all hundred operations of S3. The constants are
 * plain strings in the same file: written as literal keys, what is unused goes.
 */
import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

const SCHEMAS = /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
const CONSTANT = /^const (\w+) = ("[^"]*");$/gm;
const COMPUTED_KEY = /\[(\w+)\]:/g;

/** The same module with each computed key that a string constant names written out; others stay as they are. */
export function withLiteralKeys(code: string): string {
  const literals = new Map([...code.matchAll(CONSTANT)].map(([, name = "", literal = ""]) => [name, literal]));
  return code.replace(COMPUTED_KEY, (all, name: string) => {
    const literal = literals.get(name);
    return literal ? `${literal}:` : all;
  });
}

/** For esbuild's `plugins`: treats the schema files of `@aws-sdk/client-*`. */
export const literalKeys: Plugin = {
  name: "literal-keys",
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, "utf8")),
    }));
  },
};
