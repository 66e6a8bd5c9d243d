import { useSignal, type Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Format } from "../pure/route";
import { SPEEDS } from "../pure/shortcuts";
import { Icon, type IconName } from "../ui/icons";
import type { Chrome } from "./chrome";
import type { Commands } from "./commands";
import { moveInMenu } from "./menuKeys";
import type { CaptionTrack } from "./player";

type Panel = "main" | "quality" | "speed" | "captions" | "format";

interface Choice {
  label: ComponentChildren;
  checked: boolean;
  choose: () => void;
}

interface Setting {
  panel: Exclude<Panel, "main">;
  icon: IconName;
  name: string;
  value: string;
  choices: Choice[];
}

/** One button and one menu for all that one seldom changes; on a phone it is a sheet at the foot of the screen. */
export function SettingsMenu(props: { commands: Commands; chrome: Chrome; onFormat: (format: Format) => void }) {
  const { commands, chrome, onFormat } = props;
  const panel = useSignal<Panel | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const gear = useRef<HTMLButtonElement>(null);
  const close = (focus: boolean): void => {
    panel.value = null;
    if (focus) gear.current?.focus();
  };
  // Before the next key press can come, so that fast typing lands in the menu.
  useLayoutEffect(() => {
    chrome.pinned.value = panel.value !== null;
    if (panel.value === null) return undefined;
    focusFirst(root.current);
    const outside = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [panel.value]);
  const height = commands.player.media.shownHeight.value;
  return (
    <div class="settings" ref={root}>
      <button
        type="button"
        ref={gear}
        class="control gear"
        aria-label="Settings"
        aria-haspopup="menu"
        aria-expanded={panel.value !== null}
        data-tip="Settings"
        onClick={() => (panel.value = panel.value === null ? "main" : null)}
      >
        <Icon name="settings" />
        {height > 0 && <span class="badge">{height}p</span>}
      </button>
      {panel.value !== null && (
        <Menu settings={settingsOf(commands, onFormat)} panel={panel as Signal<Panel>} close={close} />
      )}
    </div>
  );
}

function focusFirst(root: HTMLElement | null): void {
  const items = root?.querySelectorAll<HTMLElement>("[role^=menuitem]");
  const checked = [...(items ?? [])].find((item) => item.getAttribute("aria-checked") === "true");
  (checked ?? items?.[0])?.focus({ preventScroll: true });
}

function Menu({
  settings,
  panel,
  close,
}: {
  settings: Setting[];
  panel: Signal<Panel>;
  close: (focus: boolean) => void;
}) {
  const setting = settings.find((one) => one.panel === panel.value);
  const back = (): void => {
    if (setting) panel.value = "main";
    else close(true);
  };
  return (
    <>
      <div class="menu-shade" aria-hidden="true" onClick={() => close(true)} />
      <div
        class="menu"
        role="menu"
        aria-label={setting?.name ?? "Settings"}
        onKeyDown={(event) => moveInMenu(event, back, () => close(true))}
        key={panel.value}
      >
        {setting ? (
          <Choices setting={setting} back={back} close={close} />
        ) : (
          <Settings settings={settings} panel={panel} />
        )}
      </div>
    </>
  );
}

function Settings({ settings, panel }: { settings: Setting[]; panel: Signal<Panel> }) {
  return (
    <>
      {settings.map((one) => (
        <button
          type="button"
          role="menuitem"
          aria-haspopup="menu"
          class="menu-item"
          key={one.panel}
          onClick={() => (panel.value = one.panel)}
        >
          <Icon name={one.icon} />
          <span class="menu-name">{one.name}</span>
          <span class="menu-value">{one.value}</span>
          <Icon name="next" />
        </button>
      ))}
    </>
  );
}

function Choices({ setting, back, close }: { setting: Setting; back: () => void; close: (focus: boolean) => void }) {
  return (
    <>
      <button
        type="button"
        role="menuitem"
        class="menu-item menu-head"
        aria-label={`Back from ${setting.name}`}
        onClick={back}
      >
        <Icon name="back" />
        <span class="menu-name">{setting.name}</span>
      </button>
      {setting.choices.map((choice, index) => (
        <button
          type="button"
          role="menuitemradio"
          aria-checked={choice.checked}
          class="menu-item"
          key={index}
          onClick={() => {
            choice.choose();
            close(true);
          }}
        >
          <span class="menu-check">{choice.checked && <Icon name="check" />}</span>
          <span class="menu-name">{choice.label}</span>
        </button>
      ))}
    </>
  );
}

function settingsOf(commands: Commands, onFormat: (format: Format) => void): Setting[] {
  const { player } = commands;
  const format = player.format.value;
  const formats = ["hls", "dash"] as const;
  const all: (Setting | null)[] = [
    quality(commands),
    speed(commands),
    captions(commands),
    {
      panel: "format",
      icon: "stream",
      name: "Format",
      value: format.toUpperCase(),
      choices: formats.map((one) => ({
        label: one.toUpperCase(),
        checked: one === format,
        choose: () => onFormat(one),
      })),
    },
  ];
  return all.filter((one) => one !== null);
}

function quality(commands: Commands): Setting | null {
  const { player } = commands;
  const list = player.qualities.value;
  if (list.length === 0) return null;
  const chosen = player.chosen.value;
  const active = list.find((one) => one.active)?.label;
  const pick = (id: string, text: string) => () => {
    player.choose(id);
    commands.say(text);
  };
  return {
    panel: "quality",
    icon: "quality",
    name: "Quality",
    value: chosen === "auto" ? ["Auto", active].filter(Boolean).join(" · ") : (active ?? ""),
    choices: [
      {
        label: <>Auto {chosen === "auto" && active && <span class="quiet">{active}</span>}</>,
        checked: chosen === "auto",
        choose: pick("auto", "Quality: automatic"),
      },
      ...list.map((one) => ({
        label: one.label,
        checked: chosen === one.id,
        choose: pick(one.id, `Quality: ${one.label}`),
      })),
    ],
  };
}

function speed(commands: Commands): Setting {
  const rate = commands.player.media.rate.value;
  const label = (one: number): string => (one === 1 ? "Normal" : `${one}×`);
  return {
    panel: "speed",
    icon: "speed",
    name: "Speed",
    value: label(rate),
    choices: SPEEDS.map((one) => ({ label: label(one), checked: one === rate, choose: () => commands.setSpeed(one) })),
  };
}

function captions({ player }: Commands): Setting | null {
  const tracks = player.captions.value;
  if (tracks.length === 0) return null;
  const shown = player.caption.value;
  return {
    panel: "captions",
    icon: "captions",
    name: "Captions",
    value: tracks.filter((track) => track.id === shown).map(captionName)[0] ?? "Off",
    choices: [
      { label: "Off", checked: shown === null, choose: () => player.showCaption(null) },
      ...tracks.map((track) => ({
        label: captionName(track),
        checked: track.id === shown,
        choose: () => player.showCaption(track),
      })),
    ],
  };
}

function captionName(track: CaptionTrack): string {
  if (track.label) return track.label;
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(track.language) ?? track.language;
  } catch {
    return track.language || "Captions";
  }
}
