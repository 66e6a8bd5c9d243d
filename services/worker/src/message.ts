/** Reads a message of the catalogue queue. Hostile until then: whatever can write to the bus can write here. */
import * as z from "zod/mini";
import { CatalogueMessage, type VideoChanged } from "../../../contracts/events.js";

export type Parsed = { change: VideoChanged; invalid?: undefined } | { change?: undefined; invalid: string };

/** Hex digits that a sequencer may have; S3's have 18, shorter ones are padded on the right. */
export const SEQUENCER_LENGTH = 64;

/** What the catalogue's columns ask beyond the contract, so that a bad value is a bad message and not a database error. */
const Storable = z.object({
  videoId: z.uuid(),
  assetId: z.uuid(),
  title: z.string().check(z.minLength(1), z.maxLength(1024), z.regex(/^[^\u0000]*$/, "must not hold a NUL")),
  sequencer: z.string().check(z.regex(/^[0-9A-Fa-f]+$/, "must be hex"), z.maxLength(SEQUENCER_LENGTH)),
  at: z.iso.datetime({ offset: true }),
});

const describe = (error: z.core.$ZodError): string =>
  error.issues.map((issue) => `${issue.path.join(".") || "message"}: ${issue.message}`).join("; ");

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** @param stack a message of another stack is invalid here: it can only come from a wrong rule. */
export function parseMessage(body: string, stack: string): Parsed {
  const json = parseJson(body);
  if (json === undefined) return { invalid: "the body is not JSON" };
  const message = CatalogueMessage.safeParse(json);
  if (!message.success) return { invalid: describe(message.error) };
  const { detail } = message.data;
  const storable = Storable.safeParse(detail);
  if (!storable.success) return { invalid: describe(storable.error) };
  if (detail.stack !== stack) return { invalid: `stack: "${detail.stack}" is not ours, "${stack}"` };
  if (message.data["detail-type"] !== DETAIL_TYPE[detail.state])
    return { invalid: `state: "${detail.state}" does not fit ${message.data["detail-type"]}` };
  if ((detail.state === "ready") !== (detail.outputs !== null))
    return { invalid: `outputs: ${detail.outputs ? "given" : "absent"}, though the state is ${detail.state}` };
  return { change: { ...detail, ...storable.data } };
}

const DETAIL_TYPE = {
  ready: "VideoReady",
  failed: "VideoFailed",
  rejected: "VideoRejected",
  held: "VideoHeld",
  canceled: "VideoCanceled",
} as const satisfies Record<VideoChanged["state"], CatalogueMessage["detail-type"]>;
