import type { TitleSummary } from "../../../contracts/api";
import { loadPosition } from "../pure/resume";
import { watchHash } from "../pure/route";
import { formatClock, formatLength, speakTime } from "../pure/time";
import { heightBadge, nameOf } from "../pure/titleText";
import { Icon } from "../ui/icons";
import { Poster } from "../ui/poster";
import { storage } from "../ui/storage";

export function Card({ title, heading = "h3" }: { title: TitleSummary; heading?: "h2" | "h3" }) {
  const name = nameOf(title.title);
  const Heading = heading;
  const length = formatLength(title.duration);
  const badge = heightBadge(title.height);
  const position = loadPosition(storage(), title.videoId);
  return (
    <li class="card">
      <a href={watchHash(title.videoId)} class="card-link">
        <span class="card-picture">
          <Poster videoId={title.videoId} title={title.title} path={title.poster} />
          <span class="card-play" aria-hidden="true">
            <Icon name="play" />
          </span>
          {badge && <span class="chip on-picture top-left">{badge}</span>}
          {length && <span class="chip on-picture bottom-right">{clock(title.duration)}</span>}
          {position && (
            <span class="card-progress">
              <span style={{ transform: `scaleX(${position.time / position.duration})` }} />
            </span>
          )}
        </span>
        <Heading class="card-title" dir="auto">
          {name}
        </Heading>
        {position && <span class="hidden-text">, stopped at {speakTime(position.time)}</span>}
      </a>
    </li>
  );
}

const clock = (seconds: number) => (
  <>
    <span aria-hidden="true">{formatClock(seconds)}</span>
    <span class="hidden-text">{speakTime(seconds)}</span>
  </>
);

export function CardSkeleton() {
  return (
    <li class="card" aria-hidden="true">
      <span class="card-picture skeleton" />
      <span class="skeleton line" />
    </li>
  );
}
