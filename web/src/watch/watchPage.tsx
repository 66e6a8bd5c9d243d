import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TitleDetail } from "../../../contracts/api";
import { fetchTitle } from "../api";
import { Card } from "../list/card";
import { explainError, library } from "../list/library";
import type { Problem } from "../pure/problem";
import type { Route } from "../pure/route";
import { formatLength } from "../pure/time";
import { formatDay, formatRate, heightBadge, nameOf, windowTitle } from "../pure/titleText";
import { ProblemPanel } from "../ui/states";
import { Stage } from "./stage";

/** Cards of other titles under the film. */
const SUGGESTIONS = 8;

export function WatchPage({ route }: { route: Extract<Route, { page: "watch" }> }) {
  const detail = useSignal<TitleDetail | null>(null);
  const problem = useSignal<Problem | null>(null);
  const load = async (): Promise<void> => {
    problem.value = null;
    try {
      detail.value = await fetchTitle(route.videoId);
      document.title = `${windowTitle(detail.value.title)} · Vod`;
    } catch (error) {
      problem.value = explainError(error);
    }
  };
  useEffect(() => {
    document.title = "Vod";
    void load();
    if (library.titles.peek() === null) void library.refresh();
  }, []);
  if (problem.value) {
    return (
      <main class="page" id="main">
        <ProblemPanel problem={problem.value} onRetry={() => void load()} />
      </main>
    );
  }
  return (
    <main class="page watch" id="main">
      <Stage videoId={route.videoId} format={route.format} start={route.start} detail={detail.value} />
      {detail.value ? <Facts detail={detail.value} /> : <FactsSkeleton />}
      <More except={route.videoId} />
    </main>
  );
}

function Facts({ detail }: { detail: TitleDetail }) {
  const facts = [formatLength(detail.duration), formatDay(detail.publishedAt)].filter(Boolean);
  const listed = Array.isArray(detail.renditions) ? detail.renditions : [];
  const renditions = listed.filter((one) => heightBadge(one?.height) && heightBadge(one?.width));
  return (
    <section class="about">
      <h1 class="watch-title" dir="auto">
        {nameOf(detail.title)}
      </h1>
      <ul class="facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      {renditions.length > 0 && (
        <ul class="renditions" aria-label="Qualities">
          {renditions.map(({ width, height, bitrate }, index) => (
            <li key={index} class="chip" title={`${width} × ${height}`}>
              {Math.min(width, height)}p <span class="quiet">{formatRate(bitrate)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function FactsSkeleton() {
  return (
    <section class="about" aria-busy="true" aria-label="Loading">
      <span class="skeleton line tall" />
      <span class="skeleton line short" />
    </section>
  );
}

function More({ except }: { except: string }) {
  const others = (library.titles.value ?? []).filter((title) => title.videoId !== except).slice(0, SUGGESTIONS);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="more-titles">
      <h2 class="section-title" id="more-titles">
        More to watch
      </h2>
      <ul class="grid">
        {others.map((title) => (
          <Card key={title.videoId} title={title} />
        ))}
      </ul>
    </section>
  );
}
