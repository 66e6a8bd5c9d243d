/** The quality menu, from the player's video tracks. */

/** What we need of a Shaka video track. Pixels, bits per second. */
export interface VideoTrack {
  active: boolean;
  width: number | null;
  height: number | null;
  bandwidth: number;
}

export interface Quality<Track extends VideoTrack> {
  /** Stable within one load: `1280x720`. */
  id: string;
  /** `720p`: the shorter side, so that an upright film is named like a lying one. */
  label: string;
  active: boolean;
  track: Track;
}

/** Best first; of two tracks of one size the one with more bits per second is kept. Tracks without a size are left out. */
export function qualitiesOf<Track extends VideoTrack>(tracks: readonly Track[]): Quality<Track>[] {
  const bySize = new Map<string, Quality<Track>>();
  for (const track of [...tracks].sort((a, b) => area(b) - area(a) || b.bandwidth - a.bandwidth)) {
    if (!track.width || !track.height) continue;
    const id = `${track.width}x${track.height}`;
    const known = bySize.get(id);
    if (known) known.active ||= track.active;
    else bySize.set(id, { id, label: `${Math.min(track.width, track.height)}p`, active: track.active, track });
  }
  const list = [...bySize.values()];
  const twice = new Set(list.map((one) => one.label).filter((label, index, all) => all.indexOf(label) !== index));
  for (const one of list) if (twice.has(one.label)) one.label = `${one.track.width} × ${one.track.height}`;
  return list;
}

const area = (track: VideoTrack): number => (track.width ?? 0) * (track.height ?? 0);
