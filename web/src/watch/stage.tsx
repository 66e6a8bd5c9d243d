import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { TitleDetail } from "../../../contracts/api";
import { loadPosition } from "../pure/resume";
import type { Format } from "../pure/route";
import { formatClock } from "../pure/time";
import { nameOf } from "../pure/titleText";
import { rememberFormat } from "../router";
import { Poster } from "../ui/poster";
import { ProblemPanel } from "../ui/states";
import { storage } from "../ui/storage";
import { Commands } from "./commands";
import { ControlBar, CentreControls } from "./controls";
import { HelpSheet } from "./helpSheet";
import { listenToKeys } from "./keyboard";
import { describeToSystem } from "./mediaSession";
import { Player } from "./player";
import { keepPosition } from "./position";
import { Surface } from "./surface";
import { createChrome, type Chrome } from "./chrome";

interface Props {
  videoId: string;
  format: Format | null;
  start: number | null;
  detail: TitleDetail | null;
}

/** HLS by default: it is the one that also plays where the browser has its own player only (iPhone before iOS 17.1). */
const DEFAULT_FORMAT: Format = "hls";

/** The film and everything over it. */
export function Stage({ videoId, format, start, detail }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const commands = useSignal<Commands | null>(null);
  const chrome = useSignal<Chrome | null>(null);
  useEffect(() => {
    if (!video.current || !frame.current) return undefined;
    return mount(new Player(videoId, video.current, frame.current), commands, chrome, format ?? DEFAULT_FORMAT, start);
  }, []);
  useEffect(() => {
    if (format) void commands.peek()?.player.setFormat(format);
  }, [format]);
  useEffect(() => (detail ? describeToSystem(detail, commands.peek()) : undefined), [detail]);
  const hidden = chrome.value !== null && !chrome.value.visible.value;
  return (
    <div
      class={`stage${hidden ? " quiet-pointer" : ""}`}
      ref={frame}
      tabIndex={-1}
      role="region"
      aria-label={`Player: ${nameOf(detail?.title)}`}
      data-controls={hidden ? "hidden" : "shown"}
    >
      <video ref={video} class="film" playsInline preload="auto" aria-label={nameOf(detail?.title)} />
      {commands.value && chrome.value ? (
        <Overlays commands={commands.value} chrome={chrome.value} videoId={videoId} detail={detail} />
      ) : null}
    </div>
  );
}

function mount(
  player: Player,
  commands: Signal<Commands | null>,
  chrome: Signal<Chrome | null>,
  format: Format,
  start: number | null,
): () => void {
  const mine = new Commands(player);
  const myChrome = createChrome(player);
  commands.value = mine;
  chrome.value = myChrome;
  const saved = start === null ? loadPosition(storage(), player.videoId) : null;
  const at = start ?? saved?.time ?? 0;
  // Without a click on this page the browser would refuse sound: then the big button waits for one.
  const play = navigator.userActivation?.hasBeenActive ?? true;
  void player.open({ format, at, play }).then(() => {
    if (saved && !player.problem.peek()) mine.say(`Resumed at ${formatClock(saved.time)}`);
  });
  player.frame.focus({ preventScroll: true });
  const stops = [keepPosition(player), listenToKeys(mine, myChrome), myChrome.dispose];
  return () => {
    for (const stop of stops) stop();
    void player.destroy();
  };
}

function Overlays({
  commands,
  chrome,
  videoId,
  detail,
}: {
  commands: Commands;
  chrome: Chrome;
  videoId: string;
  detail: TitleDetail | null;
}) {
  const { player } = commands;
  const problem = player.problem.value;
  const started = player.media.started.value;
  return (
    <>
      {!started && (
        <div class="stage-poster" aria-hidden="true">
          {detail && <Poster videoId={videoId} title={detail.title} path={detail.poster} eager />}
        </div>
      )}
      <Surface commands={commands} chrome={chrome} />
      {player.buffering.value && !problem && <div class="spinner" role="status" aria-label="Loading" />}
      {problem ? (
        <div class="stage-problem">
          <ProblemPanel problem={problem} onRetry={() => void player.retry()} />
        </div>
      ) : (
        <>
          <CentreControls commands={commands} />
          <ControlBar
            commands={commands}
            chrome={chrome}
            onFormat={(format) => {
              rememberFormat(videoId, format);
              void player.setFormat(format).then(() => commands.say(format.toUpperCase()));
            }}
          />
        </>
      )}
      <Notice commands={commands} />
      <HelpSheet open={commands.help} />
    </>
  );
}

/** What was just done, for the eye and for the ear. */
function Notice({ commands }: { commands: Commands }) {
  const notice = commands.notice.value;
  return (
    <>
      {notice && (
        <div class="bubble" key={notice.id} aria-hidden="true">
          {notice.text}
        </div>
      )}
      <p class="hidden-text" aria-live="polite">
        {notice?.text}
      </p>
    </>
  );
}
