import { signal } from "@preact/signals";

/** What the controls show of the video element, as signals. */
export class MediaState {
  readonly paused = signal(true);
  readonly ended = signal(false);
  readonly started = signal(false);
  /** Seconds. */
  readonly time = signal(0);
  readonly duration = signal(0);
  readonly bufferedTo = signal(0);
  /** Share of full volume. */
  readonly volume = signal(1);
  readonly muted = signal(false);
  readonly rate = signal(1);
  /** The shorter side of the picture on the screen, pixels; 0 while there is none. */
  readonly shownHeight = signal(0);
  readonly inPip = signal(false);
  readonly #off = new AbortController();

  constructor(readonly video: HTMLVideoElement) {
    const events =
      "play pause ended timeupdate seeking seeked durationchange progress volumechange ratechange resize playing emptied loadeddata";
    for (const name of events.split(" ")) video.addEventListener(name, this.#read, { signal: this.#off.signal });
    const pip = (inside: boolean) => () => (this.inPip.value = inside);
    video.addEventListener("enterpictureinpicture", pip(true), { signal: this.#off.signal });
    video.addEventListener("leavepictureinpicture", pip(false), { signal: this.#off.signal });
    this.#read();
  }

  readonly #read = (): void => {
    const { video } = this;
    this.paused.value = video.paused;
    this.ended.value = video.ended;
    if (video.played.length > 0) this.started.value = true;
    this.time.value = video.currentTime;
    this.duration.value = Number.isFinite(video.duration) ? video.duration : 0;
    this.bufferedTo.value = bufferedEnd(video);
    this.volume.value = video.volume;
    this.muted.value = video.muted || video.volume === 0;
    // While it waits for data, Shaka holds the element at speed 0: that is not the speed that was chosen.
    if (video.playbackRate > 0) this.rate.value = video.playbackRate;
    this.shownHeight.value = Math.min(video.videoWidth, video.videoHeight);
  };

  /** Shows a time before the element has moved there, so that the bar does not jump back. */
  seek(to: number): void {
    const end = this.duration.peek();
    const time = Math.max(0, end > 0 ? Math.min(end, to) : to);
    this.video.currentTime = time;
    this.time.value = time;
  }

  dispose(): void {
    this.#off.abort();
  }
}

/** End of the buffered range around the current time, seconds. */
function bufferedEnd(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.25 && currentTime <= buffered.end(index)) return buffered.end(index);
  }
  return currentTime;
}
