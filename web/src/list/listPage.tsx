import { useEffect } from "preact/hooks";
import type { TitleSummary } from "../../../contracts/api";
import { loadPosition } from "../pure/resume";
import { watchHash } from "../pure/route";
import { formatClock, formatLength } from "../pure/time";
import { formatDay, heightBadge, nameOf } from "../pure/titleText";
import { Icon } from "../ui/icons";
import { Poster } from "../ui/poster";
import { EmptyLibrary, ProblemPanel } from "../ui/states";
import { storage } from "../ui/storage";
import { Card, CardSkeleton } from "./card";
import { library } from "./library";

export function ListPage() {
  useEffect(() => {
    document.title = "Vod";
    void library.refresh();
  }, []);
  const titles = library.titles.value;
  const problem = library.problem.value;
  if (titles === null && problem) {
    return (
      <main class="page" id="main">
        <ProblemPanel problem={problem} onRetry={() => void library.refresh()} />
      </main>
    );
  }
  if (titles === null) return <ListSkeleton />;
  const [newest] = titles;
  if (!newest) {
    return (
      <main class="page" id="main">
        <EmptyLibrary />
      </main>
    );
  }
  return (
    <main class="page" id="main">
      <Hero title={newest} />
      {titles.length > 1 && <Grid titles={titles} />}
      {problem && <ProblemPanel problem={problem} onRetry={() => void library.loadMore()} />}
      {library.more.value && !problem && (
        <button
          type="button"
          class="button more"
          disabled={library.loadingMore.value}
          onClick={() => void library.loadMore()}
        >
          {library.loadingMore.value ? "Loading …" : "Show more"}
        </button>
      )}
    </main>
  );
}

function Grid({ titles }: { titles: TitleSummary[] }) {
  return (
    <section aria-labelledby="all-titles">
      <h2 class="section-title" id="all-titles">
        All titles
      </h2>
      <ul class="grid">
        {titles.map((title) => (
          <Card key={title.videoId} title={title} />
        ))}
      </ul>
    </section>
  );
}

function Hero({ title }: { title: TitleSummary }) {
  const position = loadPosition(storage(), title.videoId);
  const facts = [formatLength(title.duration), heightBadge(title.height), formatDay(title.publishedAt)].filter(Boolean);
  return (
    <section class="hero" aria-label="Newest title">
      <div class="hero-picture">
        <Poster videoId={title.videoId} title={title.title} path={title.poster} eager />
      </div>
      <div class="hero-text">
        <p class="eyebrow">New</p>
        <h1 class="hero-title" dir="auto">
          {nameOf(title.title)}
        </h1>
        <ul class="facts">
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        <a class="button primary large" href={watchHash(title.videoId)}>
          <Icon name="play" />
          {position ? `Resume at ${formatClock(position.time)}` : "Play"}
        </a>
      </div>
    </section>
  );
}

function ListSkeleton() {
  return (
    <main class="page" id="main" aria-busy="true">
      <p class="hidden-text" role="status">
        Loading titles
      </p>
      <div class="hero skeleton" aria-hidden="true" />
      <ul class="grid" aria-hidden="true">
        {Array.from({ length: 8 }, (_, index) => (
          <CardSkeleton key={index} />
        ))}
      </ul>
    </main>
  );
}
