import { strict as assert } from "node:assert";
import { runProgram } from "../../cli/program";
import type { ProgramRecord } from "../../model/record";
import { CHECKS } from "./checks";

for (const stack of ["dev", "staging", "prod"]) {
  describe(`the whole program, stack ${stack}`, () => {
    let program: ProgramRecord;
    before(async () => {
      program = await runProgram({ stack });
    });

    for (const [promise, check] of Object.entries(CHECKS)) {
      it(promise, () => assert.deepEqual(check(program), []));
    }
  });
}
