/** What the start ends with: at most 12 lines. */
import { paint } from "../../cli/shell.js";
import type { Platform } from "./platform.js";

export interface Ending {
  platform: Platform;
  /** Since the command began. */
  seconds: number;
  /** Page of a title that plays, when there is one. */
  watch: string | null;
  /** Milliseconds that the DATABASE_URL of somebody else's server replaces PGlite. */
  externalDatabase: boolean;
}

const row = (name: string, text: string): string => `  ${paint("dim", name.padEnd(9))} ${text}`;

export function endingLines({ platform, seconds, watch, externalDatabase }: Ending): string[] {
  const { created, simulated, ffmpegVersion, standIns } = platform;
  const database = externalDatabase ? "the database of DATABASE_URL" : "PGlite for Aurora";
  return [
    paint("bold", `${paint("green", "✓")} the platform is up, ${seconds.toFixed(1)} s`),
    row("viewer", paint("cyan", `${platform.viewer}/`)),
    ...(watch ? [row("watch", paint("cyan", watch))] : []),
    row("api", paint("cyan", `${platform.viewer}/api/titles`)),
    row("real", `${created} resources of the program, its bundles, its grants; the api, the worker, the pages`),
    row("stand-in", `MiniStack for AWS; ffmpeg ${ffmpegVersion} for MediaConvert; ${database}`),
    row("simulated", `${simulated} resources (network, CloudFront, ECS, databases, user pools and the like)`),
    ...standIns.map((text, index) => row(index === 0 ? "differs" : "", text)),
    row("next", "npm run titles -- list · Ctrl-C stops everything and keeps the titles"),
  ];
}
