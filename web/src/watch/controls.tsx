import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { Format } from "../pure/route";
import { formatClock } from "../pure/time";
import { Icon, SkipIcon } from "../ui/icons";
import type { Chrome } from "./chrome";
import type { Commands } from "./commands";
import { ControlButton } from "./controlButton";
import { SeekBar } from "./seekBar";
import { SettingsMenu } from "./settingsMenu";
import { Volume } from "./volume";

function PlayButton({ commands, class: extra }: { commands: Commands; class?: string }) {
  const { paused, ended } = commands.player.media;
  const [label, icon] = ended.value
    ? (["Play again", "replay"] as const)
    : paused.value
      ? (["Play", "play"] as const)
      : (["Pause", "pause"] as const);
  return (
    <ControlButton label={label} shortcut="K" class={extra} onClick={() => commands.toggle()}>
      <Icon name={icon} />
    </ControlButton>
  );
}

function Skip({ commands, by, class: extra }: { commands: Commands; by: 10 | -10; class?: string }) {
  const forward = by > 0;
  return (
    <ControlButton
      label={forward ? "Forward 10 seconds" : "Back 10 seconds"}
      shortcut={forward ? "L" : "J"}
      class={extra}
      onClick={() => commands.run({ do: "skip", by })}
    >
      <SkipIcon forward={forward} />
    </ControlButton>
  );
}

/** Over the middle of the picture: the big play button before the start; on narrow screens also the two skips. */
export function CentreControls({ commands }: { commands: Commands }) {
  const { player } = commands;
  const waiting = player.ready.value && (!player.media.started.value || player.blocked.value);
  return (
    <div class={`centre${waiting ? " waiting" : ""}`}>
      <Skip commands={commands} by={-10} class="round" />
      <PlayButton commands={commands} class="round big" />
      <Skip commands={commands} by={10} class="round" />
    </div>
  );
}

export function ControlBar({
  commands,
  chrome,
  onFormat,
}: {
  commands: Commands;
  chrome: Chrome;
  onFormat: (format: Format) => void;
}) {
  const { player } = commands;
  const { time, duration } = player.media;
  return (
    <div class="bar" role="group" aria-label="Controls" onPointerMove={chrome.wake} onFocusIn={chrome.wake}>
      <SeekBar commands={commands} chrome={chrome} />
      <div class="bar-row">
        <PlayButton commands={commands} class="wide-only" />
        <Skip commands={commands} by={-10} class="wide-only" />
        <Skip commands={commands} by={10} class="wide-only" />
        <Volume commands={commands} />
        <span class="clock">
          {formatClock(time.value, duration.value)} <span class="quiet">/ {formatClock(duration.value)}</span>
        </span>
        <span class="spacer" />
        {player.captions.value.length > 0 && (
          <ControlButton
            label="Captions"
            shortcut="C"
            pressed={player.caption.value !== null}
            onClick={() => commands.toggleCaptions()}
          >
            <Icon name="captions" />
          </ControlButton>
        )}
        <ControlButton
          label="Keyboard shortcuts"
          shortcut="?"
          class="mouse-only"
          onClick={() => commands.run({ do: "help" })}
        >
          <Icon name="keyboard" />
        </ControlButton>
        <SettingsMenu commands={commands} chrome={chrome} onFormat={onFormat} />
        <ScreenButtons commands={commands} />
      </div>
    </div>
  );
}

function ScreenButtons({ commands }: { commands: Commands }) {
  const full = useSignal(false);
  useEffect(() => {
    const read = (): void => {
      full.value = document.fullscreenElement !== null;
    };
    document.addEventListener("fullscreenchange", read);
    return () => document.removeEventListener("fullscreenchange", read);
  }, []);
  return (
    <>
      {document.pictureInPictureEnabled && (
        <ControlButton
          label="Picture in picture"
          shortcut="P"
          pressed={commands.player.media.inPip.value}
          onClick={() => commands.run({ do: "pip" })}
        >
          <Icon name="pip" />
        </ControlButton>
      )}
      <ControlButton
        label={full.value ? "Leave full screen" : "Full screen"}
        shortcut="F"
        class="last"
        onClick={() => commands.run({ do: "fullscreen" })}
      >
        <Icon name={full.value ? "window" : "fullscreen"} />
      </ControlButton>
    </>
  );
}
