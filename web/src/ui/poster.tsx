import { useState } from "preact/hooks";
import { huesOf, nameOf, ownPath } from "../pure/titleText";

/** The picture of a title; without one, or when it does not load, a coloured card with its first letter. */
export function Poster({
  videoId,
  title,
  path,
  eager,
}: {
  videoId: string;
  title: unknown;
  path: unknown;
  eager?: boolean;
}) {
  const [broken, setBroken] = useState<string | null>(null);
  const source = ownPath(path);
  if (source && broken !== source) {
    return (
      <img
        class="poster"
        src={source}
        alt=""
        loading={eager ? "eager" : "lazy"}
        decoding="async"
        draggable={false}
        onError={() => setBroken(source)}
      />
    );
  }
  const [from, to] = huesOf(videoId);
  return (
    <span class="poster placeholder" style={{ "--from": from, "--to": to }} aria-hidden="true">
      <bdi>{firstLetter(nameOf(title))}</bdi>
    </span>
  );
}

/** The first character as people see it, with its accents, but no more than a few code points of them. */
function firstLetter(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name);
  return [...(first?.segment ?? "")].slice(0, 8).join("").toUpperCase();
}
