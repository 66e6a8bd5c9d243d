import { actionOf, type Action } from "../pure/shortcuts";
import type { Chrome } from "./chrome";
import type { Commands } from "./commands";

/** These scroll the page when the film has not the focus. */
const NEEDS_FOCUS: ReadonlySet<Action["do"]> = new Set<Action["do"]>(["volume", "start", "end"]);

/** Keys act wherever the focus is on the page, except where they mean something else: in a field, a menu or a dialog. */
export function listenToKeys(commands: Commands, chrome: Chrome): () => void {
  const { frame } = commands.player;
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || target.closest("input, textarea, select, [contenteditable], [role=menu], dialog"))
      return;
    const inside = frame.contains(target);
    if (inside) chrome.wake();
    const action = actionOf(event);
    if (!action || (NEEDS_FOCUS.has(action.do) && !inside)) return;
    // A focused button or link is pressed by the space key; it must not also pause the film.
    if (event.key === " " && target.closest("button, a[href]")) return;
    if (event.repeat && !["skip", "volume"].includes(action.do)) return;
    event.preventDefault();
    chrome.wake();
    commands.run(action);
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}
