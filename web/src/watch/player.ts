import { signal } from "@preact/signals";
import type shakaTypes from "shaka-player/dist/shaka-player.compiled-es2021.js";
import { RequestFailed } from "../api";
import { explain, type Failure, type Problem } from "../pure/problem";
import { qualitiesOf, type Quality } from "../pure/quality";
import type { Format } from "../pure/route";
import { ownPath } from "../pure/titleText";
import { parseTiles, type Tile } from "../pure/vtt";
import { MediaState } from "./mediaState";
import { Session } from "./session";

type Shaka = typeof shakaTypes;
type Track = shakaTypes.extern.VideoTrack;
export type CaptionTrack = shakaTypes.extern.TextTrack;

/** Shaka's numbers: `shaka.util.Error.Severity.CRITICAL`, `shaka.util.Error.Code.BAD_HTTP_STATUS`, `LOAD_INTERRUPTED`. */
const CRITICAL = 2;
const BAD_HTTP_STATUS = 1001;
const LOAD_INTERRUPTED = 7000;
/** Seconds of the old picture kept when the quality changes: enough to go on without a stall. */
const SWITCH_MARGIN = 1;
/** Milliseconds after a renewal within which another refusal is taken as final. */
const FINAL = 30_000;

let library: Promise<Shaka> | null = null;

/** Fetched when the first title is opened, not with the page: it is five times the page's size. */
function loadShaka(): Promise<Shaka> {
  library ??= import("shaka-player/dist/shaka-player.compiled-es2021.js").then(({ default: shaka }) => {
    shaka.polyfill.installAll();
    return shaka;
  });
  library.catch(() => (library = null));
  return library;
}

/** One title in one video element. */
export class Player {
  readonly media: MediaState;
  readonly ready = signal(false);
  readonly buffering = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly qualities = signal<Quality<Track>[]>([]);
  /** `auto` or the id of a quality. */
  readonly chosen = signal("auto");
  readonly captions = signal<CaptionTrack[]>([]);
  /** Id of the caption track that is shown; null is off. */
  readonly caption = signal<number | null>(null);
  readonly tiles = signal<Tile[]>([]);
  /** The browser wants a click before sound may play. */
  readonly blocked = signal(false);
  readonly format = signal<Format>("hls");

  #shaka: shakaTypes.Player | null = null;
  #session: Session | null = null;
  #renewedAt = 0;
  #renewing = false;
  #gone = false;
  #opening: Promise<void> = Promise.resolve();

  constructor(
    readonly videoId: string,
    readonly video: HTMLVideoElement,
    readonly frame: HTMLElement,
  ) {
    this.media = new MediaState(video);
  }

  /** Opens the title at a time (seconds); a later call closes the earlier one's stream. */
  open(options: { format: Format; at: number; play: boolean }): Promise<void> {
    this.#opening = this.#opening.then(() => this.#open(options));
    return this.#opening;
  }

  async #open({ format, at, play }: { format: Format; at: number; play: boolean }): Promise<void> {
    if (this.#gone) return;
    this.format.value = format;
    this.problem.value = null;
    this.buffering.value = true;
    this.caption.value = null;
    try {
      const [shaka, session] = await Promise.all([this.#library(), this.#startSession()]);
      if (this.#gone) return;
      this.#shaka ??= await this.#create(shaka);
      await this.#shaka.load(session.playback[format], at > 0 ? at : null);
      if (this.#gone) return;
      this.#applyChoice();
      this.ready.value = true;
      this.buffering.value = false;
      if (play) await this.play();
      if (this.tiles.peek().length === 0) await this.#loadTiles(session);
    } catch (error) {
      this.#show(error);
    }
  }

  async #library(): Promise<Shaka> {
    try {
      return await loadShaka();
    } catch {
      throw new RequestFailed({ from: "script" });
    }
  }

  async #startSession(): Promise<Session> {
    if (this.#session) await this.#session.ensure();
    else this.#session = await Session.start(this.videoId);
    return this.#session;
  }

  async #create(shaka: Shaka): Promise<shakaTypes.Player> {
    const player = new shaka.Player();
    player.setVideoContainer(this.frame);
    await player.attach(this.video);
    player.configure({
      abr: { restrictToElementSize: true },
      streaming: { bufferingGoal: 30, retryParameters: { maxAttempts: 4, baseDelay: 500, timeout: 20_000 } },
      manifest: { retryParameters: { maxAttempts: 3, baseDelay: 500, timeout: 15_000 } },
    });
    player.getNetworkingEngine()?.registerRequestFilter(async () => this.#session?.ensure());
    player.addEventListener("error", (event) => this.#fail((event as unknown as { detail: unknown }).detail));
    player.addEventListener("buffering", (event) => {
      this.buffering.value = (event as unknown as { buffering: boolean }).buffering;
    });
    for (const name of ["trackschanged", "adaptation", "variantchanged", "textchanged"]) {
      player.addEventListener(name, () => this.#readTracks(player));
    }
    return player;
  }

  #readTracks(player: shakaTypes.Player): void {
    this.qualities.value = qualitiesOf(player.getVideoTracks());
    this.captions.value = player.getTextTracks();
  }

  async play(): Promise<void> {
    try {
      await this.video.play();
      this.blocked.value = false;
    } catch (error) {
      const name = (error as DOMException).name;
      if (name === "NotAllowedError") this.blocked.value = true;
      // AbortError: a pause or a new load came in between, which is what was asked for.
      else if (name !== "AbortError") this.#fail(error);
    }
  }

  /** `auto`, or a quality's id, which is then kept over a change of format. */
  choose(id: string): void {
    this.chosen.value = id;
    this.#applyChoice();
  }

  #applyChoice(): void {
    const player = this.#shaka;
    if (!player) return;
    this.#readTracks(player);
    const quality = this.qualities.peek().find((one) => one.id === this.chosen.peek());
    if (!quality) this.chosen.value = "auto";
    player.configure({ abr: { enabled: !quality } });
    if (quality) player.selectVideoTrack(quality.track, true, SWITCH_MARGIN);
    this.#readTracks(player);
  }

  /** By Shaka, which may hold the element at 0 just now and would undo what is set there. The default outlives a new load. */
  setRate(rate: number): void {
    this.media.rate.value = rate;
    this.video.defaultPlaybackRate = rate;
    if (this.ready.peek()) this.#shaka?.trickPlay(rate, false);
    else this.video.playbackRate = rate;
  }

  showCaption(track: CaptionTrack | null): void {
    this.#shaka?.selectTextTrack(track);
    this.caption.value = track?.id ?? null;
  }

  /** Goes on at the same place with the other manifest. */
  async setFormat(format: Format): Promise<void> {
    if (format === this.format.peek() && !this.problem.peek()) return;
    await this.open({ format, at: this.video.currentTime, play: !this.video.paused });
  }

  /** After a failure: opens the stream again where it was. */
  retry(): Promise<void> {
    this.#renewedAt = 0;
    return this.#reopen(true);
  }

  #reopen(play: boolean): Promise<void> {
    return this.open({ format: this.format.peek(), at: this.media.time.peek(), play });
  }

  #fail(error: unknown): void {
    const { severity } = error as { severity?: number };
    // While a new cookie is fetched the old one's refusals still come in: the stream is opened again anyway.
    if (this.#renewing || (severity !== undefined && severity < CRITICAL)) return;
    if (this.#refused(error) && Date.now() - this.#renewedAt > FINAL) void this.#renewAndReopen();
    else this.#show(error);
  }

  #show(error: unknown): void {
    if (this.#gone || (error as { code?: number }).code === LOAD_INTERRUPTED) return;
    this.buffering.value = false;
    this.problem.value = explain(failureOf(error), navigator.onLine);
  }

  /** The edge no longer takes the cookie, though by our count it should: a clock that jumped, or keys that were changed. */
  #refused(error: unknown): boolean {
    const { code, data } = error as { code?: number; data?: unknown[] };
    return this.ready.peek() && code === BAD_HTTP_STATUS && data?.[1] === 403;
  }

  /** Not by `retryStreaming`: of a refused playlist it finds nothing to go on with. */
  async #renewAndReopen(): Promise<void> {
    this.#renewing = true;
    try {
      await this.#session?.renew();
      await this.#reopen(!this.video.paused);
    } catch (error) {
      this.#show(error);
    } finally {
      this.#renewing = false;
      this.#renewedAt = Date.now();
    }
  }

  /** Previews are a comfort: without them the bar shows times only. */
  async #loadTiles(session: Session): Promise<void> {
    const path = ownPath(session.playback.thumbnails);
    if (!path) return;
    try {
      const response = await fetch(path);
      if (response.ok) this.tiles.value = parseTiles(await response.text(), path);
    } catch (error) {
      console.warn("No previews:", (error as Error).message);
    }
  }

  /** Before pictures are asked for that do not go through Shaka. */
  async ensureAccess(): Promise<void> {
    await this.#session?.ensure().catch(() => undefined);
  }

  async destroy(): Promise<void> {
    this.#gone = true;
    this.media.dispose();
    await this.#opening;
    await this.#shaka?.destroy();
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailed) return error.failure;
  const { code, data } = error as { code?: unknown; data?: unknown };
  // A request filter that throws is wrapped (REQUEST_FILTER_ERROR): the cause says more.
  const cause = Array.isArray(data) ? data.find((part) => part instanceof RequestFailed) : undefined;
  if (cause instanceof RequestFailed) return cause.failure;
  return { from: "player", code: typeof code === "number" ? code : 0, data: Array.isArray(data) ? data : [] };
}
