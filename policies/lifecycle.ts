/** S3 lifecycle rules as data, and what S3 allows (S3 User Guide, "Transitioning objects using Amazon S3 Lifecycle"). */
import type { Fields } from "./fields";

/** Classes in order of descent; from each, those to which S3 lets an object move. */
const TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
  STANDARD: ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
  STANDARD_IA: ["INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
  INTELLIGENT_TIERING: ["ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
  ONEZONE_IA: ["GLACIER", "DEEP_ARCHIVE"],
  GLACIER_IR: ["GLACIER", "DEEP_ARCHIVE"],
  GLACIER: ["DEEP_ARCHIVE"],
  DEEP_ARCHIVE: [],
};

/** Days that an object stays in a class before it may move on (GLACIER_IR and GLACIER: billed for 90 in any case). */
const LEAST_STAY: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30, GLACIER_IR: 90, GLACIER: 90 };
/** Days before an object may enter a class at all. */
const LEAST_AGE: Readonly<Record<string, number>> = { STANDARD_IA: 30, ONEZONE_IA: 30 };

/** Classes whose objects must be restored before they can be read. */
const ARCHIVES: readonly string[] = ["GLACIER", "DEEP_ARCHIVE"];
export const isArchive = (storageClass: string): boolean => ARCHIVES.includes(storageClass);

export interface Step {
  /** Days since creation, or since the version became noncurrent. */
  readonly days: number;
  readonly storageClass: string;
}

/** One enabled lifecycle rule. Its readers throw `UnknownValue`. */
export class LifecycleRule {
  constructor(private readonly fields: Fields) {}

  get id(): string {
    return this.fields.text("id") ?? this.fields.path;
  }
  isEnabled(): boolean {
    return this.fields.text("status") === "Enabled";
  }
  prefix(): string {
    const filter = this.fields.one("filter");
    return filter.text("prefix") ?? filter.one("and").text("prefix") ?? this.fields.text("prefix") ?? "";
  }
  /** Whether the rule covers all objects under its prefix. */
  isUnconditional(): boolean {
    const filter = this.fields.one("filter");
    const narrow = (part: Fields): boolean =>
      ["tag", "tags", "objectSizeGreaterThan", "objectSizeLessThan"].some((key) => part.has(key));
    return !narrow(filter) && !narrow(filter.one("and"));
  }
  /** Transitions of current objects; a date instead of days reads as NaN. */
  steps(): Step[] {
    return this.stepsOf("transitions", "days");
  }
  noncurrentSteps(): Step[] {
    return this.stepsOf("noncurrentVersionTransitions", "noncurrentDays");
  }
  expiry(): number | undefined {
    return this.fields.one("expiration").number("days");
  }
  noncurrentExpiry(): number | undefined {
    return this.fields.one("noncurrentVersionExpiration").number("noncurrentDays");
  }
  /** Whether current objects end, by days or by a date. */
  expires(): boolean {
    const expiration = this.fields.one("expiration");
    return (expiration.number("days") ?? 0) > 0 || expiration.has("date");
  }
  abortDays(): number | undefined {
    return this.fields.one("abortIncompleteMultipartUpload").number("daysAfterInitiation");
  }

  private stepsOf(list: string, days: string): Step[] {
    return this.fields.many(list).map((step) => ({
      days: step.number(days) ?? (step.has("date") ? Number.NaN : 0),
      storageClass: step.text("storageClass") ?? "",
    }));
  }
}

export const rulesOf = (inputs: Fields): LifecycleRule[] =>
  inputs.many("rules").map((fields) => new LifecycleRule(fields));

/** What S3 would refuse in a chain of transitions that begins in Standard, with the age at which objects end. */
export function faultsOf(steps: readonly Step[], expiry?: number): string[] {
  if (steps.some(({ days }) => Number.isNaN(days))) return ["a transition has a date, whose order cannot be checked"];
  const faults: string[] = [];
  let from: Step = { days: 0, storageClass: "STANDARD" };
  for (const step of [...steps].sort((a, b) => a.days - b.days)) {
    const path = `${from.storageClass} → ${step.storageClass} at day ${step.days}`;
    if (!(step.storageClass in TRANSITIONS)) faults.push(`unknown storage class · ${step.storageClass}`);
    else if (!TRANSITIONS[from.storageClass]?.includes(step.storageClass))
      faults.push(`not a legal transition · ${path}`);
    const age = LEAST_AGE[step.storageClass] ?? 0;
    if (step.days < age) faults.push(`${step.storageClass} takes objects from day ${age} · ${path}`);
    const stay = from.days + (LEAST_STAY[from.storageClass] ?? 0);
    if (from.storageClass !== "STANDARD" && (step.days < stay || step.days === from.days))
      faults.push(`${from.storageClass} keeps objects until day ${Math.max(stay, from.days + 1)} · ${path}`);
    from = step;
  }
  if (expiry !== undefined && steps.length > 0 && expiry <= from.days)
    faults.push(`objects end before they reach ${from.storageClass} · expiration ${expiry}, transition ${from.days}`);
  return faults;
}
