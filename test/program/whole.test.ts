import { strict as assert } from "node:assert";
import { planOf } from "../../cli/planner";
import { runProgram } from "../../cli/program";
import type { ProgramRecord } from "../../model/record";
import { CHECKS } from "./checks";

const image = (service: string): string =>
  `000000000000.dkr.ecr.eu-west-1.amazonaws.com/vod-${service}@sha256:${"0".repeat(64)}`;
const EUROPE = {
  "aws:region": "eu-west-1",
  "vod:balancerCertificateArn": "arn:aws:acm:eu-west-1:000000000000:certificate/00000000-0000-4000-8000-000000000003",
  ...Object.fromEntries(["api", "backoffice", "pgbouncer", "worker"].map((name) => [`vod:${name}Image`, image(name)])),
};

/** The three stacks, and one far from where CloudFront's own resources must be. */
const RUNS: [title: string, stack: string, set: Record<string, string>][] = [
  ["dev", "dev", {}],
  ["staging", "staging", {}],
  ["prod", "prod", {}],
  ["prod in Ireland", "prod", EUROPE],
];

for (const [title, stack, set] of RUNS) {
  describe(`the whole program, stack ${title}`, () => {
    let program: ProgramRecord;
    before(async () => {
      program = await runProgram({ stack, set });
    });

    for (const [promise, check] of Object.entries(CHECKS)) {
      it(promise, () => assert.deepEqual(check(program), []));
    }

    it("plans the same twice, to the byte", async () => {
      const again = await runProgram({ stack, set });
      assert.equal(JSON.stringify(planOf(again)), JSON.stringify(planOf(program)));
    });
  });
}
