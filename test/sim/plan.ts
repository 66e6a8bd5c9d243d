/** What people and the cloud do in one history, from its seed: uploads, deletions, retries, outages, nonsense in queues. */
import { type Content, CONTENT_WEIGHTS } from "./contents";
import { CRASH_MOMENTS, CRASH_POINTS, type FaultChoice } from "./faults";
import { HOUR, MINUTE, SECOND } from "./machine";
import { Random } from "./random";

export type QueueName = "ingest" | "track" | "storyboard" | "worker";

export type Action = { id: string; at: number } & (
  | {
      do: "upload";
      key: string;
      content: Content;
      /** What becomes of its event. Late: by minutes or hours. */
      event: "sent" | "lost" | "late" | "twice";
      /** The bytes of the key's last upload once more. */
      same: boolean;
      /** S3 lists a multipart upload under the time of its beginning. Milliseconds that it took. */
      took: number;
    }
  | { do: "delete"; key: string }
  | { do: "retry" | "approve" | "cancel"; pick: number }
  | { do: "nonsense"; queue: QueueName; pick: number }
  | { do: "outage"; hours: number }
);

export interface Plan {
  actions: Action[];
  faults: FaultChoice;
  /** Do S3's events name a version? */
  versioned: boolean;
  /** Milliseconds after which nothing goes wrong any more. */
  heals: number;
}

const WEIGHTS = { upload: 40, delete: 4, retry: 30, approve: 12, cancel: 6, nonsense: 8, outage: 3 };

function upload(random: Random): Omit<Extract<Action, { do: "upload" }>, "id" | "at"> {
  return {
    do: "upload",
    // Few keys, so that uploads replace each other.
    key: random.pick(["a.mp4", "b b.mov", "folder/ç.mkv", "a.mp4", "d", "e.webm", "f/"]),
    content: random.weighted(CONTENT_WEIGHTS),
    event: random.weighted({ sent: 70, lost: 12, late: 10, twice: 8 }),
    same: random.chance(0.15),
    took: random.chance(0.2) ? Math.round(random.between(MINUTE, 3 * HOUR)) : 0,
  };
}

function action(random: Random, id: string, at: number, kind: keyof typeof WEIGHTS): Action {
  switch (kind) {
    case "upload":
      return { id, at, ...upload(random) };
    case "delete":
      return { id, at, do: kind, key: random.pick(["a.mp4", "b b.mov", "folder/ç.mkv"]) };
    case "nonsense":
      return { id, at, do: kind, queue: random.pick(["ingest", "track", "storyboard", "worker"]), pick: random.int(8) };
    case "outage":
      return { id, at, do: kind, hours: random.chance(0.7) ? 1 + random.int(8) : 24 + random.int(6) };
    default:
      return { id, at, do: kind, pick: random.int(1000) };
  }
}

/** Some cells of the crash-point table, each aimed at an early try of its effect. */
function targets(random: Random): string[] {
  // Retries are rare: theirs is aimed at more often.
  const points = [...Object.values(CRASH_POINTS), CRASH_POINTS["retry written"], CRASH_POINTS["retry written"]];
  const moments = Object.values(CRASH_MOMENTS);
  return Array.from({ length: 1 + random.int(3) }, () => {
    const [site, fault] = [random.pick<string>(random.pick(points)), random.pick<string>(random.pick(moments))];
    return `${site}#${1 + random.int(2)}=${fault}`;
  });
}

export function planOf(seed: number): Plan {
  const random = new Random(seed, 1);
  const span = random.pick([5 * MINUTE, HOUR, 4 * HOUR]);
  const count = 4 + random.int(10);
  // Two things at one instant are more telling than two in one hour.
  let at = 0;
  const actions = Array.from({ length: count }, (_, index) => {
    at += random.chance(0.2) ? 0 : random.between(0, (2 * span) / count);
    return action(random, `a${index + 1}`, Math.round(at), index < 2 ? "upload" : random.weighted(WEIGHTS));
  });
  const percent = random.pick([0, 1, 2, 4, 8, 20]);
  return {
    actions,
    faults: { percent, targets: percent === 0 && random.chance(0.2) ? [] : targets(random) },
    versioned: random.chance(0.5),
    heals: Math.round(at + random.between(30 * SECOND, 2 * HOUR)),
  };
}
