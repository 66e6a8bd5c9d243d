/** The player's keyboard: one table that both the player and the help sheet read. */

export type Action =
  | { do: "toggle" | "mute" | "fullscreen" | "pip" | "captions" | "help" | "start" | "end" }
  /** Seconds, relative. */
  | { do: "skip"; by: number }
  /** Share of the duration, 0 to 0.9. */
  | { do: "jump"; to: number }
  /** Steps of the list of speeds. */
  | { do: "speed"; by: 1 | -1 }
  /** Share of full volume, relative. */
  | { do: "volume"; by: number };

/** What we need of a KeyboardEvent. */
export interface Press {
  key: string;
  ctrlKey?: boolean;
  altKey?: boolean;
  metaKey?: boolean;
  isComposing?: boolean;
}

const KEYS: Readonly<Record<string, Action>> = {
  " ": { do: "toggle" },
  k: { do: "toggle" },
  arrowleft: { do: "skip", by: -5 },
  arrowright: { do: "skip", by: 5 },
  j: { do: "skip", by: -10 },
  l: { do: "skip", by: 10 },
  arrowup: { do: "volume", by: 0.05 },
  arrowdown: { do: "volume", by: -0.05 },
  home: { do: "start" },
  end: { do: "end" },
  f: { do: "fullscreen" },
  m: { do: "mute" },
  p: { do: "pip" },
  c: { do: "captions" },
  "<": { do: "speed", by: -1 },
  ">": { do: "speed", by: 1 },
  "?": { do: "help" },
};

/** What a key press means, or null. Letters count in either case; with Ctrl, Alt or Meta a press belongs to the browser. */
export function actionOf(press: Press): Action | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  if (/^[0-9]$/.test(press.key)) return { do: "jump", to: Number(press.key) / 10 };
  const key = press.key.toLowerCase();
  return Object.hasOwn(KEYS, key) ? (KEYS[key] ?? null) : null;
}

export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The next speed in a direction; stays at the ends. A speed between two steps moves to the neighbour. */
export function stepSpeed(current: number, by: 1 | -1): number {
  const next = by > 0 ? SPEEDS.find((speed) => speed > current + 0.001) : SPEEDS.findLast((s) => s < current - 0.001);
  return next ?? current;
}

/** Rows of the help sheet. */
export const HELP: readonly { keys: readonly string[]; text: string }[] = [
  { keys: ["Space", "K"], text: "Play or pause" },
  { keys: ["←", "→"], text: "Back or forward 5 s" },
  { keys: ["J", "L"], text: "Back or forward 10 s" },
  { keys: ["0", "–", "9"], text: "Jump to 0 % – 90 %" },
  { keys: ["Home", "End"], text: "To the start or the end" },
  { keys: ["↑", "↓"], text: "Volume" },
  { keys: ["M"], text: "Mute" },
  { keys: ["<", ">"], text: "Slower or faster" },
  { keys: ["C"], text: "Captions" },
  { keys: ["F"], text: "Full screen" },
  { keys: ["P"], text: "Picture in picture" },
  { keys: ["?"], text: "This sheet" },
];
