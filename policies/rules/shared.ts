/** What several subjects ask of a resource. */
import type { Fields } from "../fields";
import type { Graph, ResourceNode } from "../graph";
import { EVENTS, KMS, LAMBDA, S3, SQS, WATCH } from "../tokens";

/** Keys that AWS owns or manages: nobody can withdraw a grant on them or see who used them. */
const isAwsKey = (value: string | undefined): boolean => /(^|:)alias\/aws\//.test(value ?? "");

/**
 * Why a resource is not encrypted with a key of ours, or `undefined` when it is. A key of the same stack is recognised
 * by the link before its id is known; a known id speaks for itself.
 *
 * @param property top-level property that holds the key's id, in any depth.
 * @param holder object that holds it directly, under `key`.
 * @throws UnknownValue when neither is known.
 */
export function lacksOwnKey(
  graph: Graph,
  node: ResourceNode,
  property: string,
  holder: Fields = node.inputs,
  key: string = property,
): string | undefined {
  if (!holder.has(key)) return `${key} is not set`;
  if (!holder.isKnown(key) && graph.linked(node, property, KMS.key).length > 0) return undefined;
  const value = holder.text(key);
  return isAwsKey(value) ? `${key} ${value}` : undefined;
}

/** Buckets that only receive logs. */
export const isLogBucket = (graph: Graph, bucket: ResourceNode): boolean =>
  graph.referring(bucket, S3.logging, "targetBucket").length > 0 ||
  graph.referring(bucket, WATCH.deliveryDestination, "deliveryDestinationConfiguration").length > 0;

/** Queues that receive what others could not deliver or handle. */
export function isDeadLetterQueue(graph: Graph, queue: ResourceNode): boolean {
  const referred: [readonly string[], string][] = [
    [SQS.queue, "redrivePolicy"],
    [SQS.redrive, "redrivePolicy"],
    [EVENTS.target, "deadLetterConfig"],
    [EVENTS.bus, "deadLetterConfig"],
    [LAMBDA.function, "deadLetterConfig"],
  ];
  if (referred.some(([types, property]) => graph.referring(queue, types, property).length > 0)) return true;
  // A schedule holds its target and its dead-letter queue in one property: the queue is the latter when a function is the former.
  return graph
    .referring(queue, EVENTS.schedule, "target")
    .some((schedule) => graph.linked(schedule, "target", LAMBDA.function).length > 0);
}
