import type { Problem } from "../pure/problem";
import { Icon } from "./icons";

/** A problem in words, with a way on. `heading` is the level that fits the page around it. */
export function ProblemPanel({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  return (
    <div class="notice" role="alert">
      <span class="notice-mark">
        <Icon name="alert" />
      </span>
      <h2>{problem.title}</h2>
      <p>{problem.text}</p>
      <div class="notice-actions">
        {problem.retry && (
          <button type="button" class="button primary" onClick={onRetry}>
            Try again
          </button>
        )}
        <a class="button" href="#/">
          All titles
        </a>
      </div>
      {problem.code && <p class="notice-code">{problem.code}</p>}
    </div>
  );
}

export function EmptyLibrary() {
  return (
    <div class="notice">
      <span class="notice-mark">
        <Icon name="film" />
      </span>
      <h2>Nothing to watch yet</h2>
      <p>Titles appear here a few moments after they have been uploaded and prepared.</p>
    </div>
  );
}

export function MissingPage() {
  return (
    <div class="notice">
      <span class="notice-mark">
        <Icon name="film" />
      </span>
      <h1>There is no such page</h1>
      <p>The address may be mistyped.</p>
      <div class="notice-actions">
        <a class="button primary" href="#/">
          All titles
        </a>
      </div>
    </div>
  );
}
