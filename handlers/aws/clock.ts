import { v7 } from "uuid";
import type { Clock, Ids } from "../ports";

export const systemClock: Clock = { now: () => new Date() };
export const uuids: Ids = { next: () => v7() };
