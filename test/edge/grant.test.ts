import assert from "node:assert/strict";
import { grants, type Access } from "../../local/edge/grant.js";

const ARN = "arn:aws:cloudfront::000000000000:distribution/EDFDVBD6EXAMPLE";
const access: Access = {
  action: "s3:GetObject",
  resource: "arn:aws:s3:::media/media/a/b.m4s",
  distributionArn: ARN,
};
const allow = {
  Effect: "Allow",
  Principal: { Service: "cloudfront.amazonaws.com" },
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::media/media/*",
  Condition: { StringEquals: { "AWS:SourceArn": ARN } },
};
const plainText = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::media", "arn:aws:s3:::media/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = (...Statement: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

describe("the grant to the distribution", () => {
  const granted: [string, string][] = [
    ["the statement alone", policy(allow)],
    ["beside the refusal of plain text", policy(plainText, allow)],
    ["lists and wildcards", policy({ ...allow, Action: ["s3:Get*"], Resource: ["arn:aws:s3:::other/*", "*"] })],
    [
      "ArnLike",
      policy({ ...allow, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::*:distribution/*" } } }),
    ],
    ["the account", policy({ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } } })],
    [
      "a refusal that is for others",
      policy(allow, { ...plainText, Condition: { StringNotEquals: { "aws:SourceArn": ARN } } }),
    ],
    ["a refusal of another action", policy(allow, { ...plainText, Action: "s3:PutObject", Condition: {} })],
  ];
  for (const [name, document] of granted) it(`is there: ${name}`, () => assert.equal(grants(document, access), true));

  const missing: [string, string | null][] = [
    ["no policy", null],
    ["no statement", policy()],
    ["another distribution", policy({ ...allow, Condition: { StringEquals: { "AWS:SourceArn": `${ARN}X` } } })],
    ["another account", policy({ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } } })],
    ["another service", policy({ ...allow, Principal: { Service: "lambda.amazonaws.com" } })],
    ["a role", policy({ ...allow, Principal: { AWS: "arn:aws:iam::000000000000:role/x" } })],
    ["another action", policy({ ...allow, Action: "s3:PutObject" })],
    ["another prefix", policy({ ...allow, Resource: "arn:aws:s3:::media/posters/*" })],
    ["a refusal", policy(allow, { ...plainText, Condition: undefined })],
    ["an unknown condition on the grant", policy({ ...allow, Condition: { NumericLessThan: { "s3:x": "1" } } })],
    [
      "an unknown condition on a refusal",
      policy(allow, { ...plainText, Condition: { NumericLessThan: { "s3:x": "1" } } }),
    ],
    ["everything but", policy({ ...allow, Action: undefined, NotAction: "s3:PutObject" })],
    [
      "a key that CloudFront does not send",
      policy({ ...allow, Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } }),
    ],
  ];
  for (const [name, document] of missing)
    it(`is not there: ${name}`, () => assert.equal(grants(document, access), false));
});
