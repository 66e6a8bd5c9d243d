/** Milliseconds that a request may take in all. The parts' own time-outs are shorter; this bounds their sum. */
export const REQUEST_LIMIT = 5_000;

export class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.name = "DeadlineError";
  }
}

/** @throws DeadlineError when `work` takes longer. The work itself goes on to its own time-out. */
export async function withDeadline<T>(work: Promise<T>, milliseconds: number = REQUEST_LIMIT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
