import { strict as assert } from "node:assert";
import { VodAuditor, type VodAuditorArgs } from "../../components";
import { platform } from "../support/platform";
import { ACCOUNT, json, record, type Recording } from "../support/recorder";

const OTHER = "111122223333";
const args = (more: Partial<VodAuditorArgs> = {}): VodAuditorArgs => ({
  platform: platform(),
  accountId: OTHER,
  externalId: "a-word-that-nobody-guesses",
  accessLogBucketArn: "arn:aws:s3:::logs",
  ...more,
});
const auditor = (more?: Partial<VodAuditorArgs>): Promise<Recording> => record(() => new VodAuditor("a", args(more)));
const ROLE = "aws:iam/role:Role";

describe("VodAuditor", () => {
  it("is taken by the other account alone, by its word, for an hour", async () => {
    const { inputs } = (await auditor()).one(ROLE, "a-role");
    assert.equal(inputs.maxSessionDuration, 3600);
    assert.deepEqual(json(inputs.assumeRolePolicy).Statement, [
      {
        Sid: "TakenByAuditor",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "sts:ExternalId": "a-word-that-nobody-guesses" } },
      },
    ]);
  });

  it("asks for the organization too, or instead", async () => {
    const conditions = async (more: Partial<VodAuditorArgs>): Promise<unknown> => {
      const { inputs } = (await auditor({ organizationId: "o-a1b2c3d4e5", ...more })).one(ROLE, "a-role");
      return json(inputs.assumeRolePolicy).Statement[0].Condition;
    };
    const organization = { "aws:PrincipalOrgID": "o-a1b2c3d4e5" };
    assert.deepEqual(await conditions({}), {
      StringEquals: { "sts:ExternalId": "a-word-that-nobody-guesses", ...organization },
    });
    assert.deepEqual(await conditions({ externalId: undefined }), { StringEquals: organization });
  });

  it("reads the stack's logs and the access logs, and changes nothing", async () => {
    const { inputs } = (await auditor()).one("aws:iam/rolePolicy:RolePolicy", "a-role-grants");
    assert.deepEqual(
      json(inputs.policy).Statement.map(({ Effect, Action, Resource }: Record<string, unknown>) => [
        Effect,
        Action,
        Resource,
      ]),
      [
        [
          "Allow",
          ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
          [`arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/vod/dev/*`],
        ],
        ["Allow", ["s3:ListBucket"], ["arn:aws:s3:::logs"]],
        ["Allow", ["s3:GetObject"], ["arn:aws:s3:::logs/*"]],
      ],
    );
  });

  it("refuses an account that could be lent, and one that is none", async () => {
    await assert.rejects(auditor({ externalId: undefined }), /account 111122223333 could be used by anybody.* → /);
    await assert.rejects(auditor({ accountId: "1234" }), /accountId "1234" is no account → give its 12 digits/);
  });
});
