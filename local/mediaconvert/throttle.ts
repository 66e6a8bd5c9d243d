/** A token bucket, as the service limits the rate of each of its calls. */
export class Throttle {
  private tokens: number;
  private filled: number;

  /**
   * @param rate calls a second, and calls at once
   * @param clock seconds, never going back
   */
  constructor(
    private readonly rate: number,
    private readonly clock: () => number = () => performance.now() / 1000,
  ) {
    this.tokens = rate;
    this.filled = clock();
  }

  /** False: this call comes too soon after the others. */
  take(): boolean {
    const now = this.clock();
    this.tokens = Math.min(this.rate, this.tokens + (now - this.filled) * this.rate);
    this.filled = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
