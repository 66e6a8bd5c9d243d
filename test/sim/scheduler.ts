/**
 * The one that decides what happens next: virtual time and a heap of tasks. Between two tasks every promise that the last
 * one settled is followed to its end, so that nothing but the heap's order decides what interleaves.
 */
interface Task {
  at: number;
  order: number;
  run: () => void;
}

const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export class Scheduler {
  private readonly heap: Task[] = [];
  private order = 0;
  private woken = false;

  /** @param now milliseconds since 1970, of the true clock. */
  constructor(public now: number) {}

  get size(): number {
    return this.heap.length;
  }

  /** @param milliseconds from now, at least 0. */
  after(milliseconds: number, run: () => void): void {
    const task = { at: this.now + Math.max(0, Math.round(milliseconds)), order: (this.order += 1), run };
    let at = this.heap.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.heap[parent] as Task;
      if (!before(task, above)) break;
      this.heap[at] = above;
      at = parent;
    }
    this.heap[at] = task;
  }

  /** Says that the running task has settled a promise or started a handler. */
  wake(): void {
    this.woken = true;
  }

  /** Time passes in which nothing runs; what was due meanwhile runs now, in its order. */
  jump(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Runs the next task. False when there is none. */
  async step(): Promise<boolean> {
    const task = this.take();
    if (!task) return false;
    this.now = Math.max(this.now, task.at);
    task.run();
    if (this.woken) {
      this.woken = false;
      await new Promise((done) => setImmediate(done));
    }
    return true;
  }

  private take(): Task | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (!first || !last || this.heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.heap.length) break;
      const right = this.heap[child + 1];
      if (right && before(right, this.heap[child] as Task)) child += 1;
      const below = this.heap[child] as Task;
      if (!before(below, last)) break;
      this.heap[at] = below;
      at = child;
    }
    this.heap[at] = last;
    return first;
  }
}
