import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { TitleDetail } from "../../contracts/api";
import { buildWeb } from "../../web/build";
import { findMediaTools } from "../../local/ffmpeg";
import { startFakePlatform, type FakePlatform } from "../web/support/fakePlatform";
import { FIXTURE_SECONDS, makeFixtureMedia } from "../web/support/fixtureMedia";
import { DESKTOP, film, launchBrowser, openPage, PHONE, until, untilPlaying, type Watched } from "./support/browser";
import { readyVenv } from "../support/ministack";

/** States that the real platform does not reach on demand, on a stand-in that serves the real pages and one real film. */
const id = (n: number): string => `019a0000-0000-7000-8000-${String(n).padStart(12, "0")}`;

const whole = (n: number, over: Partial<TitleDetail> = {}): Partial<TitleDetail> => ({
  videoId: id(n),
  title: `Title ${n}`,
  duration: 42,
  poster: `/posters/${id(n)}/a.jpg`,
  height: 720,
  publishedAt: "2026-11-20T10:00:00Z",
  renditions: [{ width: 1280, height: 720, bitrate: 1_200_000 }],
  ...over,
});

describe("the pages in a browser", function () {
  this.timeout(120_000);
  const media = mkdtempSync(join(tmpdir(), "vod-pages-"));
  let fake: FakePlatform;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    await makeFixtureMedia(findMediaTools(await readyVenv()).ffmpeg, media);
    fake = await startFakePlatform((await buildWeb()).dir, media);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await fake?.close();
    rmSync(media, { recursive: true, force: true });
  });
  beforeEach(async () => {
    Object.assign(fake.state, { titles: [], pageSize: 100, lease: 600, refuse: new Map(), log: [] });
    context = await browser.newContext({ ...DESKTOP, locale: "en-GB" });
  });
  afterEach(() => context.close());

  const open = (hash: string): Promise<Watched> => openPage(context, `${fake.origin}/${hash}`);
  const watch = async (n = 1): Promise<Watched> => {
    fake.state.titles = [whole(1), whole(2)];
    const opened = await open("#/");
    await opened.page.locator(`a.card-link[href*="${id(n)}"]`).click();
    await untilPlaying(opened.page);
    return opened;
  };

  describe("the list", () => {
    it("says that there is nothing yet", async () => {
      const { page, complaints } = await open("#/");
      await page.getByRole("heading", { name: "Nothing to watch yet" }).waitFor();
      assert.deepEqual(complaints, []);
    });

    it("says what is wrong and tries again", async () => {
      fake.state.titles = [whole(1), whole(2)];
      fake.state.refuse.set("GET /api/titles", { status: 503, code: "overloaded" });
      const { page } = await open("#/");
      await page.getByRole("alert").getByText("HTTP 503 · overloaded").waitFor();
      fake.state.refuse.clear();
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByRole("heading", { name: "Title 2" }).waitFor();
    });

    it("shows titles in any state as text and leaves out what cannot be opened", async () => {
      fake.state.titles = [
        whole(1, { title: "<img src=x onerror=alert(1)>" }),
        whole(2, { title: "", poster: null, height: 0, duration: Number.NaN, publishedAt: "garbage" }),
        whole(3, { title: "مرحبا بالعالم", poster: "//evil.example/a.jpg" }),
        whole(4, { title: "\u202Egnirts \u200B".repeat(300), duration: -5 }),
        whole(5, { title: "Ź̸̛a̵".repeat(500) }),
        { videoId: id(6) },
        { title: "no id" },
      ];
      const { page, complaints } = await open("#/");
      await page.locator(".card-title").first().waitFor();
      const names = await page.locator(".card-title").allTextContents();
      assert.deepEqual(names.slice(0, 3), ["<img src=x onerror=alert(1)>", "Untitled", "مرحبا بالعالم"]);
      assert.equal(names.length, 6);
      assert.equal(names[5], "Untitled");
      assert.equal(await overflow(page), 0);
      assert.deepEqual(complaints, []);
      for (const n of [1, 2, 4, 5, 6]) {
        await page.goto(`${fake.origin}/#/watch/${id(n)}`);
        await page.locator("h1.watch-title").waitFor();
        assert.equal(await overflow(page), 0, `title ${n}`);
      }
      assert.deepEqual(complaints, []);
    });

    it("reads the next page on demand and shows no title twice", async () => {
      fake.state.titles = [1, 2, 3, 4, 5].map((n) => whole(n));
      fake.state.pageSize = 2;
      const { page } = await open("#/");
      const more = page.getByRole("button", { name: "Show more" });
      for (const count of [2, 4, 5]) {
        await until(
          "cards",
          () => page.locator(".card-title").count(),
          (now) => now === count,
        );
        if (count < 5) await more.click();
      }
      assert.equal(await more.count(), 0);
      const shown = await page.locator(".card-title").allTextContents();
      assert.deepEqual(shown, ["Title 1", "Title 2", "Title 3", "Title 4", "Title 5"]);
    });

    it("answers an unknown address and an unknown title in words", async () => {
      const { page } = await open("#/nowhere");
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
      await page.goto(`${fake.origin}/#/watch/${id(99)}`);
      await page.getByRole("heading", { name: "This title is not here" }).waitFor();
      await page.getByRole("link", { name: "All titles", exact: true }).click();
      await page.getByRole("heading", { name: "Nothing to watch yet" }).waitFor();
    });
  });

  describe("the player", () => {
    it("loads the player's library only when a title is opened", async () => {
      fake.state.titles = [whole(1)];
      const { page } = await open("#/");
      await page.getByRole("link", { name: "Play" }).waitFor();
      const library = (): boolean => fake.state.log.some((line) => line.includes("shaka-player"));
      assert.equal(library(), false);
      await page.getByRole("link", { name: "Play" }).click();
      await untilPlaying(page);
      assert.equal(library(), true);
    });

    it("obeys the keyboard", async () => {
      const { page, complaints } = await watch();
      await page.keyboard.press("k");
      await until(
        "paused",
        () => film(page),
        (one) => one.paused,
      );
      const jumps: [string, number][] = [["3", 12.6], ["l", 22.6], ["ArrowLeft", 17.6], ["j", 7.6], ["ArrowRight", 12.6], ["0", 0]]; // prettier-ignore
      for (const [key, time] of jumps) {
        await page.keyboard.press(key);
        await until(
          `after ${key}`,
          () => film(page),
          (one) => Math.abs(one.time - time) < 0.1,
        );
      }
      await page.keyboard.press(">");
      await untilRate(page, 1.25);
      await page.keyboard.press("<");
      await page.keyboard.press("<");
      await untilRate(page, 0.75);
      await page.keyboard.press("m");
      assert.equal((await film(page)).muted, true);
      await page.keyboard.press("m");
      await page.keyboard.press("ArrowDown");
      assert.deepEqual([(await film(page)).muted, (await film(page)).volume], [false, 0.95]);
      await page.keyboard.press(" ");
      await until(
        "plays on",
        () => film(page),
        (one) => !one.paused,
      );
      await page.keyboard.press("f");
      await page.getByRole("button", { name: "Leave full screen" }).waitFor();
      await page.keyboard.press("f");
      await page.getByRole("button", { name: "Full screen", exact: true }).waitFor();
      assert.deepEqual(complaints, []);
    });

    it("lets a focused button have the space key, and a combination go to the browser", async () => {
      const { page } = await watch();
      await page.getByRole("button", { name: "Mute" }).focus();
      await page.keyboard.press(" ");
      assert.deepEqual([(await film(page)).muted, (await film(page)).paused], [true, false]);
      await page.keyboard.press("Control+k");
      assert.equal((await film(page)).paused, false);
    });

    it("opens and closes the help sheet by the key, and lists the keys", async () => {
      const { page } = await watch();
      const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
      await page.keyboard.press("?");
      await sheet.waitFor();
      assert.equal(await sheet.locator("dd").count(), 12);
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "hidden" });
      await page.keyboard.press("?");
      await sheet.waitFor();
      await page.keyboard.press("?");
      await sheet.waitFor({ state: "hidden" });
      await page.keyboard.press("k");
      await until(
        "keys act again",
        () => film(page),
        (one) => one.paused,
      );
    });

    it("is worked through its menus by the keyboard alone", async () => {
      const { page } = await watch();
      await page.getByRole("button", { name: "Settings" }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("menuitemradio", { name: "Normal" }).and(page.locator(":focus")).waitFor();
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await untilRate(page, 2);
      await page.getByRole("button", { name: "Settings" }).and(page.locator(":focus")).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem", { name: "Speed 2×" }).waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await page.getByRole("menu").count(), 0);
    });

    it("remembers where one stopped", async () => {
      const { page } = await watch();
      await page.keyboard.press("k");
      await page.keyboard.press("5");
      await until(
        "middle",
        () => film(page),
        (one) => Math.abs(one.time - 21) < 0.1,
      );
      await page.getByRole("link", { name: "Home, all titles" }).click();
      await page.getByRole("link", { name: "Resume at 0:21" }).click();
      const resumed = await untilPlaying(page);
      assert.ok(resumed.time >= 21 && resumed.time < 30, `at ${resumed.time}`);
    });

    it("changes the format at the same place and keeps it in the address", async () => {
      const { page } = await watch();
      await page.keyboard.press("5");
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByRole("menuitem", { name: "Format HLS" }).click();
      await page.getByRole("menuitemradio", { name: "DASH" }).click();
      await until(
        "the other manifest",
        () => Promise.resolve(fake.state.log.join()),
        (log) => log.includes("stream.mpd 200"),
      );
      const after = await until(
        "plays on",
        () => film(page),
        (one) => one.time >= 21 && !one.paused,
      );
      assert.ok(after.time < 32, `at ${after.time}`);
      assert.match(page.url(), /\?format=dash$/);
    });

    it("renews its permission before it ends", async () => {
      fake.state.lease = 3;
      const { page, complaints } = await watch();
      const renewals = (): number => fake.state.log.filter((line) => line.startsWith("POST")).length;
      for (const key of ["3", "6", "9"]) {
        const before = renewals();
        await new Promise((done) => setTimeout(done, 3_200));
        await page.keyboard.press(key);
        await page.mouse.move(600, 300);
        await page.getByRole("slider", { name: "Time" }).hover();
        await until(
          "renewed",
          () => Promise.resolve(renewals()),
          (now) => now > before,
        );
      }
      assert.deepEqual(
        fake.state.log.filter((line) => line.endsWith(" 403")),
        [],
      );
      assert.deepEqual(complaints, []);
    });

    it("goes on by itself when a cookie is refused before its time", async () => {
      const { page } = await watch();
      fake.revoke();
      await page.keyboard.press("9");
      const after = await until(
        "the end",
        () => film(page),
        (one) => one.ended,
      );
      assert.deepEqual(await page.getByRole("alert").allTextContents(), []);
      assert.ok(after.time > FIXTURE_SECONDS - 1, `ended at ${after.time}`);
      assert.ok(fake.state.log.some((line) => line.endsWith(" 403")));
    });

    it("says in words that it is refused for good, and tries again when it is asked to", async () => {
      fake.state.titles = [whole(1)];
      const manifest = `GET /media/${id(1)}/asset/stream.m3u8`;
      fake.state.refuse.set(manifest, { status: 403, code: "denied" });
      const { page } = await open(`#/watch/${id(1)}`);
      await page.getByRole("heading", { name: "You may not watch this title" }).waitFor();
      fake.state.refuse.clear();
      await page.getByRole("button", { name: "Try again" }).click();
      await untilPlaying(page);
    });

    it("waits for a click where the browser wants one", async () => {
      fake.state.titles = [whole(1)];
      const { page } = await open(`#/watch/${id(1)}`);
      const big = page.locator(".centre.waiting").getByRole("button", { name: "Play" });
      await big.waitFor();
      assert.equal((await film(page)).paused, true);
      await big.click();
      await untilPlaying(page);
      // The page hears of a film's progress four times a second.
      await page.locator(".centre.waiting").waitFor({ state: "detached" });
      assert.equal(await page.locator(".centre.waiting").count(), 0);
    });
  });

  it("fits a phone: two columns, big targets, the menu as a sheet", async () => {
    await context.close();
    context = await browser.newContext(PHONE);
    fake.state.titles = [1, 2, 3, 4].map((n) => whole(n));
    const { page, complaints } = await open("#/");
    await page.getByRole("link", { name: "Play" }).tap();
    await untilPlaying(page);
    assert.equal(await overflow(page), 0);
    await page.locator(".stage[data-controls=hidden]").waitFor();
    await page.touchscreen.tap(60, 170);
    await page.locator(".stage[data-controls=shown]").waitFor();
    assert.deepEqual(await smallTargets(page), []);
    await page.getByRole("button", { name: "Settings" }).tap();
    const sheet = page.getByRole("menu");
    const foot = async () => {
      const box = await sheet.boundingBox();
      return box && [box.x, box.width, box.y + box.height];
    };
    await until("the sheet has risen", foot, (box) => JSON.stringify(box) === "[0,390,844]");
    assert.deepEqual(complaints, []);
  });
});

/** The player holds the element at speed 0 while it waits for data. */
const untilRate = (page: Page, rate: number): Promise<unknown> => until("the speed", () => film(page), (one) => one.rate === rate); // prettier-ignore

interface Measured {
  scrollWidth: number;
  clientWidth: number;
}

/** Pixels by which the page is wider than the window. */
const overflow = (page: Page): Promise<number> =>
  page.locator("html").evaluate((html: Measured) => Math.max(0, html.scrollWidth - html.clientWidth));

/** Names of the buttons in sight that are smaller than 44 × 44 pixels (WCAG 2.5.5). */
async function smallTargets(page: Page): Promise<string[]> {
  const small: string[] = [];
  for (const button of await page.getByRole("button").all()) {
    const box = await button.boundingBox();
    if (box && (box.width < 44 || box.height < 44)) small.push((await button.getAttribute("aria-label")) ?? "?");
  }
  return small;
}
