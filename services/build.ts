/**
 * Bundles the services as their images hold them: one file a program, with a source map.
 * Local processes run these very files.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const ROOT = resolve(__dirname, "..");
const OUT = join(ROOT, ".local/build/services");

/** Folder of the image → its programs. The migration travels in the worker's image and runs as a task of its own. */
const PROGRAMS = {
  api: { main: "services/api/src/main.ts" },
  worker: { main: "services/worker/src/main.ts", migrate: "services/database/main.ts" },
  pgbouncer: { main: "images/pgbouncer/src/main.ts" },
} as const;

export interface BuiltService {
  name: keyof typeof PROGRAMS;
  /** Holds `<program>.js` for each program. */
  dir: string;
}

/** A process that starts meanwhile reads the old file or the new one, never half of one. */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, path);
}

export async function buildServices(): Promise<BuiltService[]> {
  return Promise.all(
    Object.entries(PROGRAMS).map(async ([name, programs]) => {
      const dir = join(OUT, name);
      const { outputFiles } = await build({
        entryPoints: Object.fromEntries(Object.entries(programs).map(([key, file]) => [key, join(ROOT, file)])),
        outdir: dir,
        bundle: true,
        platform: "node",
        target: "node24",
        format: "cjs",
        sourcemap: "linked",
        minifySyntax: true,
        // pg asks for its native twin in a `try`; we do not ship it.
        external: ["pg-native"],
        logLevel: "warning",
        write: false,
      });
      await mkdir(dir, { recursive: true });
      for (const { path, contents } of outputFiles) await replaceFile(path, contents);
      return { name: name as BuiltService["name"], dir };
    }),
  );
}

if (require.main === module) {
  buildServices().then(
    (built) => built.forEach(({ name, dir }) => console.log(`${name} → ${dir}`)),
    () => {
      process.exitCode = 3;
    },
  );
}
