/**
 * Bundles the pack into one CommonJS file. Pulumi `require`s the file that package.json names; given TypeScript, it would
 * type-check all of it on every preview. `@pulumi/*` stays outside: the pack must share the SDK of the process it runs in.
 */
import { join } from "node:path";
import { build } from "esbuild";

export async function buildPolicies(outfile = join(__dirname, "dist/index.js")): Promise<string> {
  await build({
    entryPoints: [join(__dirname, "index.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["@pulumi/*"],
    logLevel: "warning",
  });
  return outfile;
}

if (require.main === module) {
  void buildPolicies().then((file) => console.log(file));
}
