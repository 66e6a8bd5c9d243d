/** Whether a title plays: through the edge, with the cookies of its playback, or in a folder. The least of it. */
import { strict as assert } from "node:assert";

/** Files that a playlist names, beside the playlist. */
export const named = (playlist: string): string[] => [
  ...[...playlist.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => String(uri)),
  ...playlist.split("\n").filter((line) => line !== "" && !line.startsWith("#")),
];

const read = async (url: URL, cookie: string): Promise<Response> => {
  const reply = await fetch(url, { headers: { cookie } });
  assert.equal(reply.status, 200, url.href);
  return reply;
};

/** Fetches the manifests and every file of every playlist. @returns how many segments and headers there are. */
export async function playThroughEdge(viewer: string, videoId: string, hls: string): Promise<number> {
  const playback = await fetch(`${viewer}/api/titles/${videoId}/playback`, { method: "POST" });
  assert.equal(playback.status, 200);
  const cookie = playback.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const main = new URL(`${viewer}/${hls}`);
  assert.equal((await fetch(main)).status, 403, "without its cookies");
  const playlists = named(await (await read(main, cookie)).text()).map((name) => new URL(name, main));
  assert.ok(playlists.length > 0);
  let files = 0;
  for (const playlist of playlists) {
    const text = await (await read(playlist, cookie)).text();
    assert.match(text, /#EXT-X-ENDLIST/);
    for (const name of named(text)) {
      const bytes = await (await read(new URL(name, playlist), cookie)).arrayBuffer();
      assert.ok(bytes.byteLength > 0, name);
      files += 1;
    }
  }
  return files;
}
