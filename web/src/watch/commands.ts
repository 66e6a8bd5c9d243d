import { signal } from "@preact/signals";
import { speakTime } from "../pure/time";
import { stepSpeed, type Action } from "../pure/shortcuts";
import type { Player } from "./player";

/** iPhone has no element fullscreen: there only the video itself can fill the screen. */
interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

/** What the viewer asked for, by button, key or touch. One place, so that each does the same. */
export class Commands {
  /** Said aloud to screen readers and shown for a moment over the picture. `id` changes with each. */
  readonly notice = signal<{ text: string; id: number } | null>(null);
  readonly help = signal(false);

  constructor(readonly player: Player) {}

  say(text: string): void {
    this.notice.value = { text, id: (this.notice.peek()?.id ?? 0) + 1 };
  }

  run(action: Action): void {
    const { media, video } = this.player;
    switch (action.do) {
      case "toggle":
        return this.toggle();
      case "skip":
        media.seek(video.currentTime + action.by);
        return this.say(`${action.by > 0 ? "+" : "−"}${Math.abs(action.by)} s`);
      case "jump":
        media.seek(media.duration.peek() * action.to);
        return this.say(`${action.to * 100} %`);
      case "start":
        return media.seek(0);
      case "end":
        return media.seek(media.duration.peek());
      case "volume":
        return this.setVolume(video.volume + action.by);
      case "speed":
        return this.setSpeed(stepSpeed(media.rate.peek(), action.by));
      case "mute":
        video.muted = !video.muted;
        return this.say(video.muted ? "Muted" : "Sound on");
      case "captions":
        return this.toggleCaptions();
      case "fullscreen":
        return void this.toggleFullscreen();
      case "pip":
        return void this.togglePip();
      case "help":
        this.help.value = !this.help.peek();
    }
  }

  toggle(): void {
    const { video, media, ready, frame } = this.player;
    if (!ready.peek()) return;
    if (!video.paused) return video.pause();
    // The big button goes away with the start, and the focus that was on it would be lost.
    if (!media.started.peek()) frame.focus({ preventScroll: true });
    if (media.ended.peek()) media.seek(0);
    void this.player.play();
  }

  setVolume(share: number): void {
    const { video } = this.player;
    video.volume = Math.min(1, Math.max(0, Math.round(share * 100) / 100));
    video.muted = video.volume === 0;
    this.say(`Volume ${Math.round(video.volume * 100)} %`);
  }

  setSpeed(rate: number): void {
    this.player.setRate(rate);
    this.say(`Speed ${rate}×`);
  }

  toggleCaptions(): void {
    const { captions, caption } = this.player;
    const first = captions.peek()[0];
    if (!first) return this.say("No captions");
    this.player.showCaption(caption.peek() === null ? first : null);
    this.say(caption.peek() === null ? "Captions off" : "Captions on");
  }

  async toggleFullscreen(): Promise<void> {
    const { frame, video } = this.player;
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else if (document.fullscreenEnabled) await frame.requestFullscreen({ navigationUI: "hide" });
      else (video as AppleVideo).webkitEnterFullscreen?.();
    } catch {
      this.say("Full screen is not allowed here");
    }
  }

  async togglePip(): Promise<void> {
    if (!document.pictureInPictureEnabled) return this.say("No picture in picture in this browser");
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.player.video.requestPictureInPicture();
    } catch {
      this.say("Picture in picture is not possible now");
    }
  }

  /** For the seek bar's end of a drag. */
  seek(to: number): void {
    this.player.media.seek(to);
    this.say(speakTime(to));
  }
}
