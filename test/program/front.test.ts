/** The program as other stacks would set its front: in another region, with an auditor, with everybody guarded. */
import { strict as assert } from "node:assert";
import { runProgram } from "../../cli/program";
import type { ProgramRecord, ResourceRecord } from "../../model/record";
import { evaluate } from "../../policies/evaluate";
import { stackSettings } from "../support/recorder";

const certificate = (region: string): string =>
  `arn:aws:acm:${region}:000000000000:certificate/00000000-0000-4000-8000-000000000009`;
const run = (stack: string, set: Record<string, string>): Promise<ProgramRecord> =>
  runProgram({ stack, set: { ...stackSettings(stack), ...set } });
const named = ({ resources }: ProgramRecord, name: string): ResourceRecord => {
  const found = resources.find((resource) => resource.name === name);
  assert.ok(found, `no ${name}`);
  return found;
};

describe("the front of the program", () => {
  it("carries a certificate of its own region, and is found where CloudFront asks for it", async () => {
    const program = await run("staging", {
      "aws:region": "eu-west-1",
      "vod:balancerCertificateArn": certificate("eu-west-1"),
      "vod:balancerDomain": "lb.example.com",
    });
    assert.equal(named(program, "vod-balancer-https").inputs.certificateArn, certificate("eu-west-1"));
    const { origins } = named(program, "vod-edge-distribution").inputs as { origins: { domainName: string }[] };
    assert.ok(origins.some(({ domainName }) => domainName === "lb.example.com"));
  });

  it("registers nothing when the balancer would have no certificate", async () => {
    await assert.rejects(
      run("staging", { "aws:region": "eu-west-1" }),
      /vod:balancerCertificateArn · not set → the certificate of origin\.staging\.vod\.example\.com, an ACM ARN in eu-west-1/,
    );
  });

  it("keeps every policy with an auditor, and tells the role", async () => {
    const program = await run("dev", {
      "vod:auditorAccount": "111122223333",
      "vod:auditorExternalId": "a-word-that-nobody-guesses",
    });
    assert.deepEqual(evaluate(program), []);
    assert.equal(program.outputs.auditorRoleArn, named(program, "vod-auditor-role").outputs.arn);
  });

  it("has no auditor unless an account is named", async () => {
    const program = await run("dev", {});
    assert.equal(program.outputs.auditorRoleArn, undefined);
    assert.ok(!program.resources.some(({ name }) => name.startsWith("vod-auditor")));
  });

  it("guards every pool when told so", async () => {
    const program = await run("dev", { "vod:threatProtection": "all" });
    const tiers = program.resources
      .filter(({ type }) => type === "aws:cognito/userPool:UserPool")
      .map(({ name, inputs }) => [name, inputs.userPoolTier]);
    assert.deepEqual(tiers, [
      ["vod-services-viewers", "PLUS"],
      ["vod-services-staff", "PLUS"],
    ]);
  });

  it("returns from signing in to the pages that viewers see", async () => {
    const program = await run("prod", {});
    const { callbackUrls } = named(program, "vod-services-viewers-client").inputs;
    assert.deepEqual(callbackUrls, ["https://vod.example.com/signed-in"]);
    const { issuer, signInUrl } = program.outputs.staff as { issuer: string; signInUrl: string };
    assert.match(issuer, /^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_\w{9}$/);
    assert.equal(signInUrl, "https://vod-prod-staff-000000000000.auth.us-east-1.amazoncognito.com");
  });
});
