/** A VodEdge before a balancer inside the VPC, with one argument or another changed. */
import { VodEdge, type VodEdgeArgs } from "../../components";
import { KEY, platform, TOPICS } from "./platform";
import { ACCOUNT, record, type Recording } from "./recorder";

export const BALANCER = `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:loadbalancer/app/b/1`;
export const INTERNAL = { arn: BALANCER, dnsName: "internal-b.elb.amazonaws.com", internal: true };
const bucket = (name: string) => ({ name, arn: `arn:aws:s3:::${name}`, domain: `${name}.s3.us-east-1.amazonaws.com` });

export const recordEdge = (change: Partial<VodEdgeArgs> = {}): Promise<Recording> =>
  record(
    () =>
      new VodEdge("e", {
        platform: platform(),
        media: bucket("media"),
        mediaReplica: { ...bucket("copy"), region: "us-west-2", keyArn: KEY("media-replica") },
        web: bucket("web"),
        balancer: INTERNAL,
        accessLogBucketArn: "arn:aws:s3:::logs",
        mediaKeyArn: KEY("media"),
        logsKeyArn: KEY("logs"),
        secretsKeyArn: KEY("secrets"),
        signingKeyId: "signing",
        alerts: TOPICS,
        ...change,
      }),
  );
