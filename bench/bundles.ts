/** Zipped size of each handler bundle, as it would be uploaded. */
import { buildHandlers } from "../handlers/build";
import type { Figure } from "./figure";

/** DESIGN: at most 400 KB each; the storyboard carries a JPEG codec and is excepted. */
const LIMIT_KB = 400;

export async function bundleFigures(): Promise<Figure[]> {
  const bundles = await buildHandlers();
  return bundles.map(({ name, bytes }) => ({
    id: `bundle.${name}`,
    what: `bundle \`${name}\`, zipped`,
    value: bytes / 1024,
    unit: "KB",
    limit: name === "storyboard" ? null : { kind: "max", value: LIMIT_KB },
    baseline: null,
    how: "exact",
    command: "npm run build",
  }));
}
