import { Icon } from "../ui/icons";
import type { Commands } from "./commands";
import { ControlButton } from "./controlButton";

/** The slider is left out on touch screens: phones have keys for it, and iOS lets no page set it. */
export function Volume({ commands }: { commands: Commands }) {
  const { volume, muted } = commands.player.media;
  const share = muted.value ? 0 : volume.value;
  return (
    <div class="volume">
      <ControlButton
        label={muted.value ? "Sound on" : "Mute"}
        shortcut="M"
        onClick={() => commands.run({ do: "mute" })}
      >
        <Icon name={muted.value ? "muted" : "volume"} />
      </ControlButton>
      <input
        type="range"
        class="volume-slider"
        min="0"
        max="100"
        step="5"
        value={Math.round(share * 100)}
        aria-label="Volume"
        aria-valuetext={`${Math.round(share * 100)} %`}
        style={{ "--share": share }}
        onInput={(event) => commands.setVolume(Number(event.currentTarget.value) / 100)}
      />
    </div>
  );
}
