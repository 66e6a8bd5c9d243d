import { build, type Metafile } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

const HERE = __dirname;
const DIR = join(HERE, "../.local/build/web");
const ASSETS = "assets";

export interface WebBuild {
  /** Absolute folder that holds the pages, `.local/build/web`. */
  dir: string;
  /** Paths in `dir` with `/`, sorted. All under `assets/` carry a hash of their content and never change; `index.html` does. */
  files: string[];
}

/**
 * Builds the viewer into `.local/build/web`. The same sources give the same bytes. Files are written one by one and `index.html`
 * last, so that a server of the folder never sees a page whose parts are missing.
 * @throws esbuild's BuildFailure when a source does not compile
 */
export async function buildWeb(): Promise<WebBuild> {
  const result = await build({
    entryPoints: { app: join(HERE, "src/main.tsx") },
    absWorkingDir: HERE,
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    target: ["es2022", "safari16"],
    outdir: join(DIR, ASSETS),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    tsconfig: join(HERE, "tsconfig.json"),
    legalComments: "eof",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const icon = await readFile(join(HERE, "favicon.svg"));
  const iconPath = `${ASSETS}/icon-${createHash("sha256").update(icon).digest("hex").slice(0, 8)}.svg`;
  const outputs = new Map<string, Uint8Array>(
    result.outputFiles.map((file) => [relative(DIR, file.path).split(sep).join("/"), file.contents]),
  );
  outputs.set(iconPath, icon);
  outputs.set("index.html", Buffer.from(page(entryOf(result.metafile), iconPath)));
  await mkdir(join(DIR, ASSETS), { recursive: true });
  for (const [path, bytes] of outputs) {
    await mkdir(dirname(join(DIR, path)), { recursive: true });
    await writeFile(join(DIR, path), bytes);
  }
  await removeOthers(new Set(outputs.keys()));
  return { dir: DIR, files: [...outputs.keys()].sort() };
}

interface Entry {
  script: string;
  style: string;
}

/** Paths of the page's own script and style, relative to `.local/build/web`. */
function entryOf(metafile: Metafile): Entry {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith("src/main.tsx"));
  if (!found?.[1].cssBundle) throw new Error("the bundle has no entry script with a style sheet");
  const inDir = (path: string): string => relative(DIR, join(HERE, path)).split(sep).join("/");
  return { script: inDir(found[0]), style: inDir(found[1].cssBundle) };
}

/** No inline script or style: the page runs under `script-src 'self'; style-src 'self'`. */
function page({ script, style }: Entry, icon: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Vod</title>
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="description" content="Video on demand" />
    <meta name="color-scheme" content="dark light" />
    <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0c0e14" />
    <meta name="theme-color" media="(prefers-color-scheme: light)" content="#faf7f2" />
    <link rel="icon" type="image/svg+xml" href="/${icon}" />
    <link rel="stylesheet" href="/${style}" />
    <script type="module" src="/${script}"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>This page plays films, which needs JavaScript. Please switch it on and reload.</noscript>
  </body>
</html>
`;
}

async function removeOthers(wanted: ReadonlySet<string>): Promise<void> {
  const present = await readdir(DIR, { recursive: true, withFileTypes: true });
  for (const entry of present) {
    const path = relative(DIR, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (entry.isFile() && !wanted.has(path)) await rm(join(DIR, path), { force: true });
  }
}
