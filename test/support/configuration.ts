/** What the loader makes of settings, and what it finds wrong in them. */
import { strict as assert } from "node:assert";
import { ConfigError, parseConfig, type ConfigProblem, type StackConfig } from "../../config/load";

export const LEAST = { "aws:region": "us-east-1" };

/** The least that a stack must set, and these keys of ours, by their short names. */
const settingsWith = (keys: Record<string, string>): Record<string, string> => ({
  ...LEAST,
  ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [`vod:${key}`, value])),
});

export const withKeys = (keys: Record<string, string>): StackConfig => parseConfig("dev", settingsWith(keys));

/** @param settings by full name. */
export function problemsIn(settings: Record<string, string>): ConfigProblem[] {
  try {
    parseConfig("dev", settings);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

/** A line for each problem: key · value → what to do. @param settings by full name. */
export const problemLines = (settings: Record<string, string>): string[] =>
  problemsIn(settings).map(({ key, value, remedy }) => `${key} · ${value} → ${remedy}`);

export const problemsOfKeys = (keys: Record<string, string>): string[] => problemLines(settingsWith(keys));
