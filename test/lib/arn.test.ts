import { strict as assert } from "node:assert";
import fc from "fast-check";
import { formatArn, isEcrImage, partitionOf, repositoryArn } from "../../lib/arn";
import { named, stackTags } from "../../lib/tags";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("ARNs", () => {
  it("knows the partition of a region", () => {
    const regions = { "us-east-1": "aws", "sa-east-1": "aws", "us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn" };
    for (const [region, partition] of Object.entries(regions)) assert.equal(partitionOf(region), partition);
  });

  it("leaves out what a service has not", () => {
    assert.equal(formatArn({ partition: "aws", service: "s3", resource: "films/*" }), "arn:aws:s3:::films/*");
    assert.equal(
      formatArn({ partition: "aws", service: "iam", account: "000000000000", resource: "root" }),
      "arn:aws:iam::000000000000:root",
    );
  });

  it("refuses a missing part and a colon that would move the parts", () => {
    assert.throws(() => formatArn({ partition: "aws", service: "s3", resource: "" }), /lacks a part/);
    assert.throws(
      () => formatArn({ partition: "aws", service: "s3", region: "us-east-1:0", resource: "films" }),
      /ARN part region "us-east-1:0" holds a colon → give the bare value/,
    );
  });

  it("can be taken apart again", () => {
    const part = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
    fc.assert(
      fc.property(part, part, part, fc.stringMatching(/^[a-z0-9:/*-]{1,40}$/), (service, region, account, resource) => {
        const [arn, partition, ...rest] = formatArn({ partition: "aws", service, region, account, resource }).split(
          ":",
        );
        assert.deepEqual([arn, partition, ...rest.slice(0, 3)], ["arn", "aws", service, region, account]);
        assert.equal(rest.slice(3).join(":"), resource);
      }),
    );
  });
});

describe("images", () => {
  const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/vod-api@${DIGEST}`;

  it("finds the repository of an image", () => {
    assert.equal(repositoryArn(image), "arn:aws:ecr:eu-west-1:123456789012:repository/team/vod-api");
    const china = `123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/vod-api@${DIGEST}`;
    assert.equal(repositoryArn(china), "arn:aws-cn:ecr:cn-north-1:123456789012:repository/vod-api");
  });

  it("refuses an image that may change under its name, or lies elsewhere", () => {
    const bad = [
      image.split("@")[0] ?? "",
      image.replace(/@.*/, ":latest"),
      image.slice(0, -1),
      `docker.io/x@${DIGEST}`,
      "",
    ];
    for (const each of bad) {
      assert.equal(isEcrImage(each), false, each);
      assert.throws(() => repositoryArn(each), /is not <account>\.dkr\.ecr\./);
    }
  });
});

describe("tags", () => {
  it("lets the resource's own name win", () => {
    assert.deepEqual(named({ Name: "mine", Team: "a" }, "vod-x"), { Name: "vod-x", Team: "a" });
    assert.deepEqual(named(stackTags("dev"), "vod-x"), {
      Project: "vod",
      Stack: "dev",
      ManagedBy: "pulumi",
      Name: "vod-x",
    });
  });
});
