import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { createHash } from "node:crypto";
import { TITLES_ALIAS, titlesTemplate } from "../../contracts/search";
import { admit, allow, policyDocument } from "../../lib/iam";
import { policyJson } from "../shared/platform";

/** What of a search domain its access needs. */
export interface SearchHandle {
  domainName: string;
  domainArn: string;
  /** Name of the function that prepares the domain. */
  setupFunction: string;
  setupRoleArn: string;
}

export interface VodSearchAccessArgs {
  search: pulumi.Input<SearchHandle>;
  /** Roles that search titles, at least one. */
  readerRoleArns: pulumi.Input<string>[];
  /** Roles that write them, at least one. */
  writerRoleArns: pulumi.Input<string>[];
}

/**
 * Who may use a search domain: its access policy by exact roles, and the same roles inside it, with rights on titles only.
 * It stands apart from the domain because the roles of services are made later than the domain. Calling the setup function
 * is part of it: that registers the snapshot repository and the index template, too, and an update fails if it fails.
 */
export class VodSearchAccess extends pulumi.ComponentResource {
  constructor(name: string, args: VodSearchAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vod:index:VodSearchAccess", name, args, opts);
    const { readerRoleArns, writerRoleArns } = args;
    const { domainName, domainArn, setupFunction, setupRoleArn } = pulumi.output(args.search);
    const titles = [
      pulumi.interpolate`${domainArn}/${TITLES_ALIAS}`,
      pulumi.interpolate`${domainArn}/${TITLES_ALIAS}/*`,
    ];
    const indices = pulumi.interpolate`${domainArn}/${TITLES_ALIAS}-*`;
    const verbs = (...words: string[]): string[] => words.map((word) => `es:ESHttp${word}`);
    const policy = new aws.opensearch.DomainPolicy(
      `${name}-policy`,
      {
        domainName,
        accessPolicies: policyJson(
          policyDocument([
            admit({ AWS: readerRoleArns }, allow("Readers", verbs("Get", "Head", "Post"), titles)),
            admit(
              { AWS: writerRoleArns },
              allow("Writers", verbs("Delete", "Get", "Head", "Post", "Put"), [...titles, indices]),
            ),
            admit(
              { AWS: setupRoleArn },
              allow("Setup", verbs("Delete", "Get", "Put"), [pulumi.interpolate`${domainArn}/*`]),
            ),
          ]),
        ),
      },
      { parent: this },
    );
    // What the function would do differently than last time: known in a preview, so that nothing is called in vain.
    const template = createHash("sha256")
      .update(JSON.stringify(titlesTemplate(1)))
      .digest("hex");
    new aws.lambda.Invocation(
      `${name}-setup`,
      {
        functionName: setupFunction,
        input: pulumi.jsonStringify({ access: { readers: readerRoleArns, writers: writerRoleArns } }),
        triggers: { domain: domainArn, template },
      },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}
