/** Settings of the queues that both the program (redrive policy, time-outs) and the handlers (last try, back-off) must agree on. */

/**
 * `maxReceiveCount` of each queue's redrive policy. With a back-off of 5 s doubling to 5 min, ten receives bridge about
 * twenty minutes of a service being away; what is left then is taken up by reconcile.
 */
export const MAX_RECEIVE_COUNT = { ingest: 10, transcodeEvents: 10, storyboard: 5 } as const;

/** Seconds. A failed record comes back after `first`, doubled for every further receive, at most `most`. */
export const BACK_OFF = { first: 5, most: 300 } as const;
