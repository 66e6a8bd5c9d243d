/** Of the cases that are not about a killed process an ordinary run takes one: each starts a whole platform. */
import { sample } from "../../support/sample.js";

const OTHERS = ["disk", "throttle", "once", "restarting", "stopping", "second"] as const;
export type Other = (typeof OTHERS)[number];

const taken = sample("other faults", OTHERS, 1);

export const isTaken = (other: Other): boolean => taken.includes(other);
