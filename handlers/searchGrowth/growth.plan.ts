/** Which step makes a search domain larger, if any. Pure: a state in, one step out; never down, never beyond a cap. */
import { SEARCH_CLASSES, searchClass } from "../../lib/openSearch";

export interface DomainState {
  /** Something is changing already, or the domain is being deleted. */
  changing: boolean;
  /** When it last changed; undefined when it never did. */
  changedAt?: Date;
  instanceType: string;
  nodes: number;
  /** Zones over which the nodes lie. */
  zones: number;
  /** GiB of each node's volume. */
  volumeGb: number;
}

export interface GrowthCaps {
  /** GB of all nodes together. */
  storageGb: number;
  nodes: number;
}

/** What the alarms ask for. */
export interface Need {
  storage: boolean;
  load: boolean;
}

export type Step =
  | { kind: "none" }
  | { kind: "wait"; why: string }
  | { kind: "volume"; volumeGb: number }
  | { kind: "nodes"; nodes: number }
  | { kind: "capped"; why: string };

/**
 * Hours between two steps. A volume can be changed again after six (Amazon EBS User Guide, "Modify a volume"); sooner,
 * the service would move everything to new nodes. The metrics need a while, too, to show what a step has done.
 */
export const HOURS_BETWEEN_STEPS = 6;
/** A step of storage: a fifth more. */
const STORAGE_STEP = 1.2;

const hoursBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 3_600_000;

function moreNodes(state: DomainState, caps: GrowthCaps, mostNodes: number): Step {
  const { nodes, zones, volumeGb } = state;
  // One in each zone: shards and their copies stay evenly spread.
  const next = nodes + zones;
  if (next > Math.min(caps.nodes, mostNodes))
    return { kind: "capped", why: `${next} nodes are above the cap of ${Math.min(caps.nodes, mostNodes)}` };
  if (next * volumeGb > caps.storageGb)
    return { kind: "capped", why: `${next} nodes of ${volumeGb} GB are above the cap of ${caps.storageGb} GB` };
  return { kind: "nodes", nodes: next };
}

/** @throws Error when the class of the nodes is not in the table: nobody knows then how far it may grow. */
export function planStep(state: DomainState, need: Need, caps: GrowthCaps, now: Date): Step {
  if (!need.storage && !need.load) return { kind: "none" };
  if (state.changing) return { kind: "wait", why: "the domain is changing" };
  if (state.changedAt && hoursBetween(state.changedAt, now) < HOURS_BETWEEN_STEPS)
    return { kind: "wait", why: `the last change is less than ${HOURS_BETWEEN_STEPS} hours ago` };
  const limits = searchClass(state.instanceType);
  if (limits === undefined)
    throw new Error(`instance class ${state.instanceType} is not known → one of ${SEARCH_CLASSES.join(", ")}`);
  if (need.storage) {
    const affordable = Math.floor(caps.storageGb / state.nodes);
    const volumeGb = Math.min(Math.ceil(state.volumeGb * STORAGE_STEP), limits.mostGb, affordable);
    if (volumeGb > state.volumeGb) return { kind: "volume", volumeGb };
  }
  // Volumes at their end: more nodes bring more of them.
  return moreNodes(state, caps, limits.mostNodes);
}
