/** Every call has a bound: a function that hangs until its own time-out takes the whole batch with it. Milliseconds. */
const bounded = (requestTimeout: number) => ({
  requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
});

/** Tables, queues, buckets, the bus: with the SDK's two retries still well within three minutes. */
export const BOUNDED = bounded(20_000);
/** A probe reads as much of a film as it takes to know it. Tried twice. */
export const BOUNDED_PROBE = { ...bounded(60_000), maxAttempts: 2 };
/** The SDK's retries would hide whether an earlier try made a job. */
export const BOUNDED_ONCE = { ...bounded(30_000), maxAttempts: 1 };
