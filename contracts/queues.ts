/** What both the program (redrive policy) and the handlers (last try, back-off) must agree on. */

/**
 * `maxReceiveCount` of the queues' redrive policies. With the back-off below, ten receives bridge ten to twenty minutes of
 * a service being away; what is left after that is taken up by reconcile.
 */
export const MAX_RECEIVE_COUNT = 10;

/**
 * Seconds. A failed record comes back after `first`, doubled for every further receive, at most `most`, or up
 * to half as early, so that many do not come back together. One that cannot be
 * read comes back after `malformed` each time: waiting does not mend it, and ten tries then take ten seconds, so that
 * somebody hears of it while it is news.
 */
export const BACK_OFF = { first: 5, most: 300, malformed: 1 } as const;
