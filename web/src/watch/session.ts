import type { Playback } from "../../../contracts/api";
import { startPlayback } from "../api";
import type { Lease } from "../pure/access";

/** Milliseconds between two tries while the api does not answer and the cookie still holds. */
const RETRY = 5_000;

/** The permission to read one title's files. It renews itself before a request that would come too late. */
export class Session {
  #lease: Lease;
  #renewal: Promise<void> | null = null;

  private constructor(
    readonly videoId: string,
    readonly playback: Playback,
    lease: Lease,
  ) {
    this.#lease = lease;
  }

  static async start(videoId: string): Promise<Session> {
    const { playback, lease } = await startPlayback(videoId);
    return new Session(videoId, playback, lease);
  }

  /**
   * Called before every request. While the cookie still holds, an api that is away does not stop the film.
   * @throws RequestFailed when the cookie has ended and no new one can be had
   */
  async ensure(): Promise<void> {
    if (Date.now() < this.#lease.renewAt) return;
    try {
      await this.renew();
    } catch (error) {
      if (Date.now() >= this.#lease.expiresAt) throw error;
      this.#lease = { ...this.#lease, renewAt: Date.now() + RETRY };
    }
  }

  /** A new cookie now; callers at the same time share one request. */
  renew(): Promise<void> {
    this.#renewal ??= startPlayback(this.videoId)
      .then(({ lease }) => {
        this.#lease = lease;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }
}
