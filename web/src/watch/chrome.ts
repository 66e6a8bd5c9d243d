import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Player } from "./player";

/** Milliseconds without a sign of the viewer after which the controls leave the picture. */
const IDLE = 2_800;

/** Whether the controls are over the picture. */
export interface Chrome {
  visible: ReadonlySignal<boolean>;
  /** Something is open that must not vanish: a menu, or a drag on the bar. */
  pinned: Signal<boolean>;
  wake: () => void;
  rest: () => void;
  dispose: () => void;
}

export function createChrome(player: Player): Chrome {
  const active = signal(true);
  const pinned = signal(false);
  let timer: number | undefined;
  const rest = (): void => {
    window.clearTimeout(timer);
    active.value = false;
  };
  const wake = (): void => {
    window.clearTimeout(timer);
    active.value = true;
    timer = window.setTimeout(rest, IDLE);
  };
  const { paused } = player.media;
  const visible = computed(() => active.value || pinned.value || paused.value || player.problem.value !== null);
  wake();
  return { visible, pinned, wake, rest, dispose: () => window.clearTimeout(timer) };
}
