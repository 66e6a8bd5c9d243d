import type { Case } from "../support/given";
import { computeCases } from "./compute";
import { databaseCases } from "./database";
import { edgeCases } from "./edge";
import { frontCases } from "./front";
import { messagingCases } from "./messaging";
import { networkCases } from "./network";
import { networkTierCases } from "./networkTiers";
import { searchCases } from "./search";
import { serviceCases } from "./services";
import { storageCases } from "./storage";
import { wafCases } from "./waf";

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
  ...serviceCases,
  ...databaseCases,
  ...wafCases,
];
