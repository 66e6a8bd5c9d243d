/** Fetches what the start is about to print: an address that does not answer is not printed. */
import type { Playback, TitleList } from "../../contracts/api.js";
import type { Platform } from "./platform.js";

async function fetchOk(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((error: Error) => {
    throw new Error(`${url} cannot be fetched: ${String(error.cause ?? error)}`, { cause: error });
  });
  if (!response.ok) throw new Error(`${init?.method ?? "GET"} ${url} answered ${response.status}`);
  return response;
}

/** Seconds that the newest title may take from the bus to the catalogue. */
const CATALOGUE_SECONDS = 20;

/** Waits until the list holds the title. @throws Error when it does not in time. */
async function waitForTitle(viewer: string, videoId: string): Promise<void> {
  const deadline = Date.now() + CATALOGUE_SECONDS * 1000;
  for (;;) {
    const reply = await fetch(`${viewer}/api/titles/${videoId}`);
    if (reply.ok) return;
    if (Date.now() > deadline) throw new Error(`title ${videoId} is ready, but the catalogue answers ${reply.status}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Asks for a title's cookies and fetches both manifests with them. @returns the page that plays it. */
async function checkTitle(viewer: string, videoId: string): Promise<string> {
  await waitForTitle(viewer, videoId);
  const reply = await fetchOk(`${viewer}/api/titles/${videoId}/playback`, { method: "POST" });
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const { hls, dash } = (await reply.json()) as Playback;
  for (const path of [hls, dash]) await (await fetchOk(`${viewer}${path}`, { headers: { cookie } })).arrayBuffer();
  return `${viewer}/#/watch/${videoId}`;
}

/** @param ready videoId that must play; without it the newest of the catalogue is tried. @returns the page of a title, or null when there is none. */
export async function checkUrls({ viewer, api }: Platform, ready: string | null): Promise<string | null> {
  await (await fetchOk(`${viewer}/`)).arrayBuffer();
  await (await fetchOk(`${api}/ready`)).arrayBuffer();
  const list = (await (await fetchOk(`${viewer}/api/titles`)).json()) as TitleList;
  const videoId = ready ?? list.titles[0]?.videoId;
  return videoId ? checkTitle(viewer, videoId) : null;
}
