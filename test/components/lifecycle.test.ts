import { strict as assert } from "node:assert";
import type { LifecycleRule } from "../../components/shared/bucket";
import {
  accessLogLifecycle,
  ingestLifecycle,
  ingestReplicaLifecycle,
  mediaLifecycle,
  mediaReplicaLifecycle,
  webLifecycle,
} from "../../components/storage/lifecycle.plan";

/** Where an object may go on to (Amazon S3 User Guide, "Transitioning objects"). STANDARD_IA needs 30 days before it. */
const NEXT: Record<string, string[]> = {
  STANDARD: ["STANDARD_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
  STANDARD_IA: ["INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
  INTELLIGENT_TIERING: ["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
  GLACIER_IR: ["GLACIER", "DEEP_ARCHIVE"],
  GLACIER: ["DEEP_ARCHIVE"],
};

const plans: Record<string, { rules: LifecycleRule[]; arrives: string }> = {
  ingest: { rules: ingestLifecycle(), arrives: "STANDARD" },
  media: { rules: mediaLifecycle(), arrives: "STANDARD" },
  web: { rules: webLifecycle(), arrives: "STANDARD" },
  logs: { rules: accessLogLifecycle(90), arrives: "STANDARD" },
  mediaReplica: { rules: mediaReplicaLifecycle(), arrives: "STANDARD_IA" },
  ingestReplica: { rules: ingestReplicaLifecycle(), arrives: "GLACIER" },
};

describe("lifecycle of the buckets", () => {
  for (const [name, { rules, arrives }] of Object.entries(plans)) {
    it(`${name} is legal: no way back, 30 days before Standard-IA, ids once`, () => {
      assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
      for (const { transitions = [] } of rules) {
        let [from, day] = [arrives, 0];
        for (const { days, storageClass } of transitions) {
          assert.ok(NEXT[from]?.includes(storageClass), `${from} → ${storageClass}`);
          assert.ok(days >= day && (storageClass !== "STANDARD_IA" || days >= 30), `${storageClass} at ${days}`);
          [from, day] = [storageClass, days];
        }
      }
    });

    it(`${name} has no rule that S3 refuses: a marker's end beside an object's`, () => {
      for (const { expireAfterDays, removeLoneMarkers } of rules) {
        assert.ok(!(expireAfterDays && removeLoneMarkers));
      }
    });
  }

  it("uses the five classes of the architecture", () => {
    const all = Object.values(plans).flatMap(({ rules }) => rules.flatMap(({ transitions = [] }) => transitions));
    const classes = new Set(["STANDARD", ...all.map(({ storageClass }) => storageClass)]);
    for (const each of ["STANDARD", "INTELLIGENT_TIERING", "STANDARD_IA", "GLACIER", "DEEP_ARCHIVE"]) {
      assert.ok(classes.has(each), each);
    }
  });
});
