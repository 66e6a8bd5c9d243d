import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Playback, TitleDetail, TitleList } from "../../contracts/api";
import { ROOT_CREDENTIALS } from "../../local/cloud/ministack";
import { ROOT } from "../../local/launcher/layout";
import { DESKTOP, film, launchBrowser, openPage, PHONE, until, untilPlaying, type Watched } from "./support/browser";
import { cookieOf, signCookie } from "./support/cookies";
import { startTestPlatform, type TestPlatform } from "./support/platform";

/** The whole platform as `npm start` brings it up, in a real browser. */
describe("the viewer on the platform", function () {
  this.timeout(120_000);
  let platform: TestPlatform;
  let browser: Browser;
  let context: BrowserContext;
  let first: TitleDetail;
  let second: TitleDetail;

  before(async function () {
    this.timeout(600_000);
    platform = await startTestPlatform();
    browser = await launchBrowser();
    first = await titleNamed("Big Buck Bunny");
    await upload("second ‮<i>title&amp; ü.mp4");
    second = await titleNamed("second ‮<i>title&amp; ü").catch((error: unknown) => {
      console.error(platform.logs());
      throw error;
    });
  });
  after(async function () {
    this.timeout(120_000);
    await browser?.close();
    await platform?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext({ ...DESKTOP, locale: "en-GB" });
  });
  afterEach(() => context.close());

  const api = async <T>(path: string, method = "GET"): Promise<T> => {
    const reply = await fetch(platform.viewer + path, { method });
    assert.equal(reply.status, 200, path);
    return (await reply.json()) as T;
  };
  const playback = (title: TitleDetail): Promise<Response> =>
    fetch(`${platform.viewer}/api/titles/${title.videoId}/playback`, { method: "POST" });

  async function titleNamed(name: string): Promise<TitleDetail> {
    const list = await until(
      `the title ${name}`,
      () => api<TitleList>("/api/titles"),
      ({ titles }) => titles.some((one) => one.title === name),
      180,
    );
    const videoId = list.titles.find((one) => one.title === name)?.videoId ?? "";
    return api<TitleDetail>(`/api/titles/${videoId}`);
  }

  /** A file dropped straight into the ingest bucket. */
  async function upload(key: string): Promise<void> {
    const { endpoint, region } = platform.aws;
    const s3 = new S3Client({ endpoint, region, credentials: ROOT_CREDENTIALS, forcePathStyle: true });
    const Body = readFileSync(join(ROOT, "samples/bigbuckbunny.mp4"));
    await s3.send(new PutObjectCommand({ Bucket: String(platform.outputs.ingestBucket), Key: key, Body }));
    s3.destroy();
  }

  const watch = async (title: TitleDetail, query = ""): Promise<Watched> => {
    const opened = await openPage(context, `${platform.viewer}/#/watch/${title.videoId}${query}`);
    await opened.page.locator(".centre.waiting").getByRole("button", { name: "Play" }).click();
    return opened;
  };

  /** Paths of everything that a title's two manifests name, read with its own cookie. */
  async function filesOf(title: TitleDetail): Promise<{ manifests: string[]; segments: string[]; cookie: string }> {
    const reply = await playback(title);
    const cookie = cookieOf(reply);
    const { hls, dash, thumbnails } = (await reply.json()) as Playback;
    const read = async (path: string): Promise<string> => {
      const answer = await fetch(platform.viewer + path, { headers: { cookie } });
      assert.equal(answer.status, 200, path);
      return answer.text();
    };
    const uris = (playlist: string, path: string): string[] =>
      [...playlist.matchAll(/^(?!#)(\S+)$|URI="([^"]+)"/gm)].map(([, line, uri]) =>
        resolvePath(line ?? uri ?? "", path),
      );
    const rungs = uris(await read(hls), hls).filter((path) => path.endsWith(".m3u8"));
    const segments = (await Promise.all(rungs.map(async (path) => uris(await read(path), path)))).flat();
    await read(dash);
    return { manifests: [hls, dash, ...rungs], segments: [...segments, ...(thumbnails ? [thumbnails] : [])], cookie };
  }
  const resolvePath = (uri: string, base: string): string => new URL(uri, `http://x${base}`).pathname;

  const statuses = (paths: string[], cookie?: string): Promise<number[]> =>
    Promise.all(
      paths.map(async (path) => {
        const reply = await fetch(platform.viewer + path, { headers: cookie ? { cookie } : {} });
        await reply.arrayBuffer();
        return reply.status;
      }),
    );
  const all = (paths: string[], status: number): number[] => paths.map(() => status);

  it("lists the sample and a dropped file, with posters, as text", async () => {
    const { page, complaints } = await openPage(context, `${platform.viewer}/`);
    await page.locator(".card-title").first().waitFor();
    const names = await page.locator(".card-title").allTextContents();
    assert.deepEqual(names, [second.title, first.title]);
    const posters = page.locator(".card img.poster");
    await until("posters", () => posters.evaluateAll(naturalWidths), (widths) => widths.length === 2 && widths.every((one) => one > 0)); // prettier-ignore
    assert.deepEqual(complaints, []);
  });

  for (const format of ["hls", "dash"] as const) {
    it(`plays ${format.toUpperCase()} to its end`, async () => {
      const { page, complaints } = await watch(first, `?format=${format}`);
      const playing = await untilPlaying(page);
      assert.equal(playing.error, null);
      assert.ok(Math.abs(playing.duration - first.duration) < 0.5, `${playing.duration} s, not ${first.duration} s`);
      const end = await until(
        "the end",
        () => film(page),
        (one) => one.ended,
      );
      assert.ok(end.time > first.duration - 0.5, `ended at ${end.time}`);
      assert.equal(await page.getByRole("alert").count(), 0);
      assert.deepEqual(complaints, []);
    });

    it(`switches the quality of ${format.toUpperCase()}`, async () => {
      assert.ok(first.renditions.length >= 2);
      const { page, complaints } = await watch(first, `?format=${format}`);
      await untilPlaying(page);
      const byHeight = [...first.renditions].sort((a, b) => a.height - b.height);
      for (const rung of [byHeight[0], byHeight.at(-1), byHeight[0]]) {
        assert.ok(rung);
        await chooseQuality(page, `${Math.min(rung.width, rung.height)}p`);
        await page.keyboard.press("0");
        if ((await film(page)).paused) await page.keyboard.press("k");
        const shown = await until(
          `the picture of ${rung.height} lines`,
          () => film(page),
          (one) => one.height === rung.height || one.ended,
        );
        assert.deepEqual([shown.width, shown.height, shown.error], [rung.width, rung.height, null]);
        assert.equal(await page.locator(".gear .badge").textContent(), `${rung.height}p`);
      }
      assert.deepEqual(complaints, []);
    });
  }

  it("shows the picture of the time under the pointer", async () => {
    const { page, complaints } = await watch(first);
    await untilPlaying(page);
    const bar = page.getByRole("slider", { name: "Time" });
    const box = await bar.boundingBox();
    assert.ok(box);
    const seen: string[] = [];
    for (const share of [0.1, 0.9]) {
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
      const image = page.locator(".preview-window img");
      await until(
        "the sprite",
        () => image.evaluateAll(naturalWidths),
        ([width]) => (width ?? 0) > 0,
      );
      assert.match(
        (await image.getAttribute("src")) ?? "",
        new RegExp(`^/media/${first.videoId}/[^/]+/sprite-\\d+\\.jpg$`),
      );
      seen.push(`${await image.getAttribute("style")} ${await page.locator(".preview-time").textContent()}`);
    }
    assert.notEqual(seen[0], seen[1]);
    await page.mouse.down();
    await page.mouse.up();
    await until(
      "the place that was clicked",
      () => film(page),
      (one) => one.time >= first.duration * 0.85,
    );
    assert.deepEqual(complaints, []);
  });

  it("opens nothing without a cookie", async () => {
    const { manifests, segments, cookie } = await filesOf(first);
    assert.ok(manifests.length >= 4 && segments.length >= 4, JSON.stringify({ manifests, segments }));
    const paths = [...manifests, ...segments];
    assert.deepEqual(await statuses(paths, cookie), all(paths, 200));
    assert.deepEqual(await statuses(paths), all(paths, 403));
  });

  it("opens no other title with a title's cookie", async () => {
    const [mine, other] = [await filesOf(first), await filesOf(second)];
    const paths = [...other.manifests, ...other.segments];
    assert.deepEqual(await statuses(paths, mine.cookie), all(paths, 403));
    assert.deepEqual(await statuses(paths, other.cookie), all(paths, 200));
  });

  it("keeps the cookies of two titles apart in one browser", async () => {
    const { page } = await watch(first);
    await untilPlaying(page);
    const [mine, other] = [await filesOf(first), await filesOf(second)];
    const inPage = (path: string): Promise<number> => page.evaluate(fetchStatus, path);
    assert.deepEqual([await inPage(mine.manifests[0] ?? ""), await inPage(other.manifests[0] ?? "")], [200, 403]);
    const { page: two } = await watch(second);
    await untilPlaying(two);
    assert.deepEqual([await inPage(mine.manifests[0] ?? ""), await inPage(other.manifests[0] ?? "")], [200, 200]);
  });

  it("opens nothing with a cookie that has ended, and does with the same one that has not", async () => {
    const { manifests, segments } = await filesOf(first);
    const paths = [...manifests, ...segments];
    const now = Math.floor(Date.now() / 1000);
    assert.deepEqual(await statuses(paths, await signCookie(platform, first.videoId, now + 300)), all(paths, 200));
    assert.deepEqual(await statuses(paths, await signCookie(platform, first.videoId, now - 1)), all(paths, 403));
  });

  it("obeys the keyboard and shows its help sheet", async () => {
    const { page, complaints } = await watch(first);
    await untilPlaying(page);
    await page.keyboard.press("k");
    await page.keyboard.press("5");
    await until(
      "the middle",
      () => film(page),
      (one) => one.paused && Math.abs(one.time - one.duration / 2) < 0.1,
    );
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Home");
    await until(
      "the start",
      () => film(page),
      (one) => one.time === 0,
    );
    assert.deepEqual(complaints, []);
  });

  it("plays on a phone", async () => {
    await context.close();
    context = await browser.newContext(PHONE);
    const { page, complaints } = await openPage(context, `${platform.viewer}/`);
    await page.getByRole("link", { name: "Play" }).tap();
    const playing = await untilPlaying(page);
    assert.equal(playing.error, null);
    assert.ok((await page.screenshot()).length > 20_000);
    assert.deepEqual(complaints, []);
  });

  it("sends the pages with their security headers, and the page keeps to them", async () => {
    const reply = await fetch(`${platform.viewer}/`);
    const policy = reply.headers.get("content-security-policy") ?? "";
    for (const rule of ["script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'"]) {
      assert.ok(policy.split("; ").includes(rule), `${rule} in ${policy}`);
    }
    assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
  });
});

async function chooseQuality(page: Page, label: string): Promise<void> {
  await page.mouse.move(640, 300);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("menuitem", { name: /^Quality/ }).click();
  await page.getByRole("menuitemradio", { name: label, exact: true }).click();
}

/** Runs in the page. */
const naturalWidths = (images: unknown[]): number[] =>
  (images as { naturalWidth: number }[]).map((image) => image.naturalWidth);

/** Runs in the page, with the browser's own cookies. */
const fetchStatus = async (path: string): Promise<number> => (await fetch(path)).status;
