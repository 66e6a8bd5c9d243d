import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { formatClock, speakTime } from "../pure/time";
import { tileAt } from "../pure/vtt";
import type { Chrome } from "./chrome";
import type { Commands } from "./commands";

/** Pixels. */
const PREVIEW = { width: 192, height: 132 };

/** The time line: click, drag or keys; over it the picture of the time under the pointer. */
export function SeekBar({ commands, chrome }: { commands: Commands; chrome: Chrome }) {
  const { media } = commands.player;
  const track = useRef<HTMLDivElement>(null);
  /** Seconds under the pointer; null without one. */
  const pointed = useSignal<number | null>(null);
  const dragging = useSignal(false);
  const duration = media.duration.value;
  const shown = dragging.value && pointed.value !== null ? pointed.value : media.time.value;
  const share = (time: number): number => (duration > 0 ? Math.min(1, Math.max(0, time / duration)) : 0);
  return (
    <div
      class={`seek${dragging.value ? " dragging" : ""}`}
      role="slider"
      tabIndex={0}
      aria-label="Time"
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={`${speakTime(shown)} of ${speakTime(duration)}`}
      {...handlers(commands, chrome, track, pointed, dragging)}
    >
      {pointed.value !== null && duration > 0 && (
        <Preview commands={commands} time={pointed.value} share={share(pointed.value)} track={track.current} />
      )}
      <div class="seek-track" ref={track}>
        <div class="seek-buffered" style={{ transform: `scaleX(${share(media.bufferedTo.value)})` }} />
        <div class="seek-played" style={{ transform: `scaleX(${share(shown)})` }} />
      </div>
      <div class="seek-knob-lane" style={{ transform: `translateX(${share(shown) * 100}%)` }}>
        <div class="seek-knob" />
      </div>
    </div>
  );
}

function handlers(
  commands: Commands,
  chrome: Chrome,
  track: { current: HTMLDivElement | null },
  pointed: Signal<number | null>,
  dragging: Signal<boolean>,
) {
  const { player } = commands;
  const timeAt = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * player.media.duration.peek();
  };
  const finish = (commit: boolean) => (event: PointerEvent) => {
    if (!dragging.peek()) return;
    dragging.value = false;
    chrome.pinned.value = false;
    if (commit) commands.seek(timeAt(event));
    if (event.pointerType === "touch") pointed.value = null;
  };
  return {
    onPointerEnter: () => void player.ensureAccess(),
    onPointerMove: (event: PointerEvent) => {
      if (event.pointerType !== "touch" || dragging.peek()) pointed.value = timeAt(event);
    },
    onPointerLeave: () => {
      if (!dragging.peek()) pointed.value = null;
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || !player.ready.peek()) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      dragging.value = true;
      chrome.pinned.value = true;
      pointed.value = timeAt(event);
    },
    onPointerUp: finish(true),
    onPointerCancel: finish(false),
  };
}

interface PreviewProps {
  commands: Commands;
  time: number;
  share: number;
  track: HTMLElement | null;
}

function Preview({ commands, time, share, track }: PreviewProps) {
  const tile = tileAt(commands.player.tiles.value, time);
  const scale = tile ? Math.min(PREVIEW.width / tile.width, PREVIEW.height / tile.height) : 1;
  const width = tile ? tile.width * scale : 56;
  const room = track?.clientWidth ?? 0;
  const left = Math.max(0, Math.min(room - width, share * room - width / 2));
  return (
    <div class="preview" style={{ transform: `translateX(${left}px)`, width: `${width}px` }} aria-hidden="true">
      {tile && (
        <div class="preview-window" style={{ height: `${tile.height * scale}px` }}>
          <img
            src={tile.url}
            alt=""
            draggable={false}
            style={{ transform: `scale(${scale}) translate(${-tile.x}px, ${-tile.y}px)` }}
          />
        </div>
      )}
      <span class="preview-time">{formatClock(time, commands.player.media.duration.value)}</span>
    </div>
  );
}
