/** Growth: an alarm of the search domain says that it runs out of space or of power; one step makes it larger. */
import type { Clock, Log, Metrics } from "../ports";
import { planStep, type DomainState, type GrowthCaps, type Need, type Step } from "./growth.plan";

/** The domain as growth sees it. */
export interface SearchDomain {
  state(): Promise<DomainState>;
  growVolumes(volumeGb: number): Promise<void>;
  growNodes(nodes: number): Promise<void>;
}

export interface GrowthAlarms {
  /** What the alarms that ring now ask for. The event that called us may be old or come twice: it is not believed. */
  need(): Promise<Need>;
}

export interface GrowthPorts {
  domain: SearchDomain;
  alarms: GrowthAlarms;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/**
 * One look, at most one step. Two looks at the same time come to the same step and ask for the same size.
 * @throws Error when the domain should grow and may not: the function's alarm then tells a person.
 */
export async function grow({ domain, alarms, clock, log, metrics }: GrowthPorts, caps: GrowthCaps): Promise<Step> {
  const need = await alarms.need();
  const state = await domain.state();
  const step = planStep(state, need, caps, clock.now());
  log.info("search growth", { need, state, step });
  if (step.kind === "volume") await domain.growVolumes(step.volumeGb);
  if (step.kind === "nodes") await domain.growNodes(step.nodes);
  if (step.kind === "volume" || step.kind === "nodes") metrics.count("SearchGrown");
  if (step.kind === "capped")
    throw new Error(
      `the search domain is full and at its end · ${step.why} → raise vod:searchMaxStorage or vod:searchMaxNodes, or set a larger vod:searchInstance`,
    );
  return step;
}
