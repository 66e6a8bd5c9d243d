import type { Case } from "../support/given";
import { computeCases } from "./compute";
import { edgeCases } from "./edge";
import { frontCases } from "./front";
import { messagingCases } from "./messaging";
import { networkCases } from "./network";
import { networkTierCases } from "./networkTiers";
import { searchCases } from "./search";
import { storageCases } from "./storage";

/** The whole table. */
export const CASES: readonly Case[] = [
  ...storageCases,
  ...messagingCases,
  ...computeCases,
  ...edgeCases,
  ...networkCases,
  ...frontCases,
  ...networkTierCases,
  ...searchCases,
];
