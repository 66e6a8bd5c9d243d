import type { TitleDetail } from "../../../contracts/api";
import { nameOf, ownPath } from "../pure/titleText";
import type { Commands } from "./commands";

/** Tells the system's own media controls (lock screen, headphones, keyboard) what plays and what they may do. */
export function describeToSystem(detail: TitleDetail, commands: Commands | null): (() => void) | undefined {
  if (!("mediaSession" in navigator) || !commands) return undefined;
  const session = navigator.mediaSession;
  const poster = ownPath(detail.poster);
  session.metadata = new MediaMetadata({ title: nameOf(detail.title), artwork: poster ? [{ src: poster }] : [] });
  session.setActionHandler("seekbackward", () => commands.run({ do: "skip", by: -10 }));
  session.setActionHandler("seekforward", () => commands.run({ do: "skip", by: 10 }));
  return () => {
    session.metadata = null;
    session.setActionHandler("seekbackward", null);
    session.setActionHandler("seekforward", null);
  };
}
