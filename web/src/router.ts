import { signal } from "@preact/signals";
import { parseRoute, watchHash, type Format, type Route } from "./pure/route";

export const route = signal<Route>(parseRoute(location.hash));

export function startRouter(): void {
  window.addEventListener("hashchange", () => {
    const before = route.peek();
    const next = parseRoute(location.hash);
    route.value = next;
    const samePage =
      before.page === next.page &&
      !(before.page === "watch" && next.page === "watch" && before.videoId !== next.videoId);
    if (!samePage) window.scrollTo(0, 0);
  });
}

/** Keeps the format in the address, so that a reload or a shared link plays the same; adds no step to the history. */
export function rememberFormat(videoId: string, format: Format): void {
  history.replaceState(null, "", watchHash(videoId, format));
}
