/** Finished media played to its end by Shaka in a real browser, from a plain file server. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import type { Browser } from "playwright-core";
import { ROOT } from "../../../local/launcher/layout";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".mpd": "application/dash+xml",
};
const PAGE = `<!doctype html><video muted></video><script src="/shaka.js"></script>`;
const SHAKA = join(ROOT, "node_modules/shaka-player/dist/shaka-player.compiled.js");

/** Serves the files below a folder on a free port of this machine. */
export async function serveFolder(folder: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, reply) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    if (path === "/") return reply.setHeader("content-type", "text/html").end(PAGE);
    const file = path === "/shaka.js" ? SHAKA : normalize(join(folder, path));
    const inside = file === SHAKA || file.startsWith(folder + sep);
    if (!inside || !existsSync(file) || !statSync(file).isFile()) return reply.writeHead(404).end();
    reply.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    return createReadStream(file).pipe(reply);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

export interface Played {
  /** Seconds. */
  duration: number;
  ended: boolean;
  /** Pixels of the picture that was shown last. */
  width: number;
  /** As menus show them; `chosen`: the one that played. */
  sounds: { language: string; label: string | null; chosen: boolean }[];
  /** What the player complained of. */
  error: string | null;
}

/** What the page's script sees; its types are not those of the tests. */
interface ShakaPage {
  shaka: {
    Player: new () => {
      attach(video: unknown): Promise<void>;
      load(uri: string): Promise<void>;
      addEventListener(type: "error", listener: (event: { detail: unknown }) => void): void;
      getAudioTracks(): { language: string; label: string | null; active: boolean }[];
    };
  };
  document: { querySelector(selector: string): VideoElement };
}
interface VideoElement {
  duration: number;
  ended: boolean;
  videoWidth: number;
  playbackRate: number;
  play(): Promise<void>;
}

/**
 * @param manifest path below the served folder
 * @param seconds after which it has not ended
 */
export async function playToEnd(browser: Browser, url: string, manifest: string, seconds: number): Promise<Played> {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return await page.evaluate(
      async ({ uri, limit }): Promise<Played> => {
        const { shaka, document } = globalThis as unknown as ShakaPage;
        const video = document.querySelector("video");
        const player = new shaka.Player();
        let error: string | null = null;
        player.addEventListener("error", ({ detail }) => (error = JSON.stringify(detail)));
        await player.attach(video);
        await player.load(uri).catch((failure: unknown) => (error = JSON.stringify(failure)));
        const end = Date.now() + limit * 1000;
        if (error === null) await video.play();
        while (error === null && !video.ended && Date.now() < end) await new Promise((next) => setTimeout(next, 100));
        const sounds = player
          .getAudioTracks()
          .map(({ language, label, active }) => ({ language, label, chosen: active }));
        return { duration: video.duration, ended: video.ended, width: video.videoWidth, sounds, error };
      },
      { uri: manifest, limit: seconds },
    );
  } finally {
    await page.close();
  }
}
