import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { webAclMetric } from "../../lib/names";
import { createAlarm, type AlertTopics } from "../shared/alarm";
import type { Platform } from "../shared/platform";
import { EDGE_REGION } from "./edgeRegion";

/** Seconds. */
const PERIOD = 300;
/** Percent of requests that CloudFront answered with 5xx. */
const ERROR_RATE = 1;
/** Refused requests in a period: some are refused all the time, by reputation and by bots. */
const REFUSED_SURGE = 2_000;
/** Nobody has a reason to go past the distribution: a scan of the internet finds the balancer, an attack insists. */
const PAST_SURGE = 200;

/** @param alerts topics in us-east-1, where CloudFront's metrics are. */
export function createViewerAlarms(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  distribution: aws.cloudfront.Distribution,
  alerts: AlertTopics,
): void {
  createAlarm(parent, `${name}-errors`, {
    platform,
    region: EDGE_REGION,
    description: `More than ${ERROR_RATE} % of viewers' requests failed for 15 minutes: look at the api's errors, then at the origins in the access logs`,
    namespace: "AWS/CloudFront",
    metricName: "5xxErrorRate",
    dimensions: { DistributionId: distribution.id, Region: "Global" },
    statistic: "Average",
    period: PERIOD,
    evaluationPeriods: 3,
    threshold: ERROR_RATE,
    comparison: "GreaterThanThreshold",
    topicArn: alerts.criticalArn,
  });
  createAlarm(parent, `${name}-refused`, {
    platform,
    region: EDGE_REGION,
    description: `The web ACL refused more than ${REFUSED_SURGE} requests in five minutes, twice: its log tells which rule and who; if they are viewers, let the rule count only`,
    namespace: "AWS/WAFV2",
    metricName: "BlockedRequests",
    dimensions: { WebACL: webAclMetric(platform.stack, "viewers"), Rule: "ALL" },
    statistic: "Sum",
    period: PERIOD,
    evaluationPeriods: 2,
    threshold: REFUSED_SURGE,
    comparison: "GreaterThanThreshold",
    topicArn: alerts.warningArn,
  });
}

export function createBalancerAlarm(
  parent: pulumi.Resource,
  name: string,
  platform: Platform,
  alerts: AlertTopics,
): void {
  createAlarm(parent, `${name}-past-the-cdn`, {
    platform,
    description: `More than ${PAST_SURGE} requests in five minutes went to the load balancer past CloudFront and were refused: somebody knows its address; make it internal if they go on`,
    namespace: "AWS/WAFV2",
    metricName: "BlockedRequests",
    dimensions: {
      Region: platform.region,
      WebACL: webAclMetric(platform.stack, "balancer"),
      Rule: "past-the-cdn",
    },
    statistic: "Sum",
    period: PERIOD,
    evaluationPeriods: 1,
    threshold: PAST_SURGE,
    comparison: "GreaterThanThreshold",
    topicArn: alerts.warningArn,
  });
}
