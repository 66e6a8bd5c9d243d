/** The little of an HLS multivariant playlist (RFC 8216 §4.3.4.2) that the ledger keeps. */
import type { Rendition } from "../contracts/ledger";

const STREAM = /^#EXT-X-STREAM-INF:(.*)$/gm;

/** The video renditions, highest bandwidth first. Variants without a RESOLUTION (sound alone) are left out. */
export function readRenditions(playlist: string): Rendition[] {
  const lines = [...playlist.matchAll(STREAM)].map(([, attributes]) => attributes ?? "");
  const renditions = lines.flatMap((attributes) => {
    const bandwidth = /(?:^|,)BANDWIDTH=(\d+)/.exec(attributes)?.[1];
    const resolution = /(?:^|,)RESOLUTION=(\d+)x(\d+)/.exec(attributes);
    if (bandwidth === undefined || !resolution) return [];
    return [{ width: Number(resolution[1]), height: Number(resolution[2]), bitrate: Number(bandwidth) }];
  });
  return renditions.sort((a, b) => b.bitrate - a.bitrate);
}
