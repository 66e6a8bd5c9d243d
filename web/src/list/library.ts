import { signal } from "@preact/signals";
import type { TitleSummary } from "../../../contracts/api";
import { fetchTitles, RequestFailed } from "../api";
import { explain, type Problem } from "../pure/problem";

/** The list of titles, shared by the pages and kept while one goes back and forth. */
export class Library {
  /** Null until the first answer. */
  readonly titles = signal<TitleSummary[] | null>(null);
  readonly problem = signal<Problem | null>(null);
  readonly more = signal(false);
  readonly loadingMore = signal(false);
  #cursor: string | null = null;
  #loading = false;

  /** Reads the first page; a list that is shown already stays when that fails. */
  async refresh(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.problem.value = null;
    try {
      const { titles, nextCursor } = await fetchTitles();
      this.titles.value = titles;
      this.#setCursor(nextCursor);
    } catch (error) {
      if (this.titles.peek() === null) this.problem.value = explainError(error);
    } finally {
      this.#loading = false;
    }
  }

  async loadMore(): Promise<void> {
    if (this.#cursor === null || this.loadingMore.peek()) return;
    this.loadingMore.value = true;
    try {
      const { titles, nextCursor } = await fetchTitles(this.#cursor);
      const known = new Set(this.titles.peek()?.map((title) => title.videoId));
      this.titles.value = [...(this.titles.peek() ?? []), ...titles.filter((title) => !known.has(title.videoId))];
      this.#setCursor(nextCursor);
    } catch (error) {
      this.problem.value = explainError(error);
    } finally {
      this.loadingMore.value = false;
    }
  }

  #setCursor(cursor: string | null): void {
    this.#cursor = cursor;
    this.more.value = cursor !== null;
  }
}

export function explainError(error: unknown): Problem {
  const failure = error instanceof RequestFailed ? error.failure : ({ from: "script" } as const);
  return explain(failure, navigator.onLine);
}

export const library = new Library();
