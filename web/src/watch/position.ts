import { effect } from "@preact/signals";
import { savePosition } from "../pure/resume";
import { storage } from "../ui/storage";
import type { Player } from "./player";

/** Seconds of film between two notes of the position. */
const STEP = 5;

/** Notes where the viewer is: every few seconds, when the film pauses, and when the page is left. */
export function keepPosition(player: Player): () => void {
  const { media } = player;
  let noted = -1;
  const note = (): void => {
    if (!media.started.peek() || media.duration.peek() === 0) return;
    noted = media.time.peek();
    savePosition(storage(), player.videoId, { time: noted, duration: media.duration.peek() }, Date.now());
  };
  const stop = effect(() => {
    const moved = Math.abs(media.time.value - noted) >= STEP;
    if (moved || media.paused.value) note();
  });
  window.addEventListener("pagehide", note);
  return () => {
    note();
    stop();
    window.removeEventListener("pagehide", note);
  };
}
