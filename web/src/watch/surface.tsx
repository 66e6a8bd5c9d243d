import { useRef } from "preact/hooks";
import type { Chrome } from "./chrome";
import type { Commands } from "./commands";

/** Milliseconds between the two taps of a double tap. */
const DOUBLE = 300;

/**
 * The picture itself as a control. Mouse: click plays or pauses, double click fills the screen. Touch: a tap shows or hides
 * the controls, a double tap on the left or right third goes 10 s back or forward.
 */
export function Surface({ commands, chrome }: { commands: Commands; chrome: Chrome }) {
  const lastTap = useRef(0);
  const touched = useRef(false);
  const onTap = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const third = (event.clientX - box.left) / box.width;
    const double = event.timeStamp - lastTap.current < DOUBLE;
    lastTap.current = event.timeStamp;
    if (double && third < 1 / 3) return commands.run({ do: "skip", by: -10 });
    if (double && third > 2 / 3) return commands.run({ do: "skip", by: 10 });
    if (chrome.visible.peek() && !commands.player.media.paused.peek()) chrome.rest();
    else chrome.wake();
  };
  return (
    <div
      class="surface"
      onPointerDown={(event) => (touched.current = event.pointerType === "touch")}
      onPointerMove={(event) => event.pointerType !== "touch" && chrome.wake()}
      onPointerLeave={(event) => event.pointerType !== "touch" && chrome.rest()}
      onClick={(event) => (touched.current ? onTap(event) : commands.toggle())}
      onDblClick={() => !touched.current && commands.run({ do: "fullscreen" })}
    />
  );
}
