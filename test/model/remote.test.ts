/** awsx's components under the recorder: their children and outputs, as the process that builds them would give. */
import { strict as assert } from "node:assert";
import { Image, Repository } from "@pulumi/awsx/ecr";
import { Recorder } from "../../model/mocks";
import type { ProgramRecord } from "../../model/record";

async function record(build: () => Record<string, unknown>): Promise<ProgramRecord> {
  const recorder = await Recorder.start({ project: "vod", stack: "dev", region: "eu-west-1" });
  return recorder.finish(build());
}

describe("remote components", () => {
  it("a repository holds ECR's own and its lifecycle policy, which may ask for what the model knows", async () => {
    const { resources, outputs } = await record(() => {
      const repository = new Repository("Images", { imageTagMutability: "IMMUTABLE", tags: { Project: "vod" } });
      return { url: repository.url, arn: repository.repository.apply(({ arn }) => arn) };
    });
    const [component, made, lifecycle] = resources;
    assert.deepEqual(
      resources.map(({ type, name, custom, parent }) => [type, name, custom, parent === component?.urn]),
      [
        ["awsx:ecr:Repository", "Images", false, false],
        ["aws:ecr/repository:Repository", "images", true, true],
        ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "images", true, true],
      ],
    );
    assert.equal(made?.urn, "urn:pulumi:dev::vod::awsx:ecr:Repository$aws:ecr/repository:Repository::images");
    assert.deepEqual(made.inputs, { imageTagMutability: "IMMUTABLE", tags: { Project: "vod" } });
    assert.match(String(outputs.url), /^000000000000\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/images-[0-9a-f]{7}$/);
    assert.equal(outputs.arn, `arn:aws:ecr:eu-west-1:000000000000:repository/${String(made.outputs.name)}`);
    assert.equal(lifecycle?.inputs.repository, made.outputs.name);
    // Without rules, awsx's own.
    assert.deepEqual(JSON.parse(String(lifecycle?.inputs.policy)), {
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 },
          action: { type: "expire" },
        },
      ],
    });
  });

  it("orders the rule for any image behind the others, as ECR wants it, and makes none when they are skipped", async () => {
    const { resources } = await record(() => {
      const rules = [
        { tagStatus: "any" as const, maximumNumberOfImages: 9 },
        { tagStatus: "tagged" as const, tagPrefixList: ["pr-"], maximumAgeLimit: 3 },
      ];
      new Repository("ordered", { lifecyclePolicy: { rules } });
      new Repository("kept", { lifecyclePolicy: { skip: true } });
      return {};
    });
    const policies = resources.filter(({ type }) => type === "aws:ecr/lifecyclePolicy:LifecyclePolicy");
    assert.deepEqual(
      policies.map(({ name }) => name),
      ["ordered"],
    );
    const { rules } = JSON.parse(String(policies[0]?.inputs.policy)) as {
      rules: { rulePriority: number; selection: { tagStatus: string } }[];
    };
    assert.deepEqual(
      rules.map(({ rulePriority, selection }) => [rulePriority, selection.tagStatus]),
      [
        [1, "tagged"],
        [2, "any"],
      ],
    );
  });

  it("an image has a digest in its repository, the same on every run", async () => {
    const build = () => ({ uri: new Image("api", { repositoryUrl: "r.example/vod", context: "." }).imageUri });
    const [first, second] = [await record(build), await record(build)];
    assert.match(String(first.outputs.uri), /^r\.example\/vod@sha256:[0-9a-f]{64}$/);
    assert.equal(first.outputs.uri, second.outputs.uri);
  });

  it("names an input that ECR's repository does not take", async () => {
    await assert.rejects(
      record(() => {
        new Repository("wrong", { scan: true } as object);
        // The SDK passes on what it knows alone: a child's wrong input comes by the component's own.
        new Repository("other", { tags: { Name: null as unknown as string } });
        return {};
      }),
      /the input tags\.Name has no value/,
    );
  });
});
