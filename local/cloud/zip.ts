/** Archives of folders, the same bytes for the same files. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";

/** The earliest time that the format knows: the files' own would make every archive another one. */
const NO_TIME = new Date(1980, 0, 1);

export async function zipFolder(folder: string): Promise<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files = await Promise.all(
    paths.map(async (path) => [path.slice(folder.length + 1), new Uint8Array(await readFile(path))] as const),
  );
  return zipSync(Object.fromEntries(files), { mtime: NO_TIME, level: 9 });
}
