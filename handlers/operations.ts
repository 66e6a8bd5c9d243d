/**
 * What an operator can do with titles: list, show, retry, approve. Plain functions on the handlers' own ports, so that the
 * command line, a later backoffice and the tests do the very same.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ASSET_STATES, type Asset, type AssetState, comparableSequencer, type Reason } from "../contracts/ledger";
import { systemClock, uuids } from "./aws/clock";
import { BOUNDED } from "./aws/limits";
import { ingestQueue } from "./aws/messages";
import { DynamoTable } from "./ledger/dynamo";
import { TableLedger } from "./ledger/ledger";
import { minutesAfter, PATIENCE, retried } from "./ledger/transitions";
import type { Clock, IngestQueue, Ledger } from "./ports";

export interface OperatorPorts {
  ledger: Ledger;
  ingestQueue: IngestQueue;
  clock: Clock;
}

/** One line of `titles list`. */
export interface TitleRow {
  videoId: string;
  assetId: string;
  title: string;
  state: AssetState;
  reason?: Reason;
  attempts: number;
  /** USD of one attempt; 0 until probed. */
  price: number;
  /** ISO 8601. */
  updated: string;
}

/** What `retry` and `approve` answer. `code` says why not: unknown, ready, rejected (with the verdict), busy, held, not-held, approved. */
export type Verdict =
  | { done: true; asset: Asset }
  | {
      done: false;
      code: "unknown" | "ready" | "rejected" | "busy" | "held" | "not-held" | "approved";
      text: string;
      asset?: Asset;
    };

export interface Operations {
  /** Every asset, newest change first. */
  list(): Promise<TitleRow[]>;
  /** By assetId, or all assets of a videoId, newest upload first; empty when the id is unknown. */
  show(id: string): Promise<Asset[]>;
  /** Starts attempt n+1 of a failed or canceled asset (of a videoId: its newest upload). */
  retry(id: string): Promise<Verdict>;
  /** Accepts the price of a held asset. */
  approve(id: string): Promise<Verdict>;
}

export const titleRow = ({ videoId, assetId, title, state, reason, attempt, price, updated }: Asset): TitleRow => ({
  videoId,
  assetId,
  title,
  state,
  ...(reason ? { reason } : {}),
  attempts: attempt,
  price,
  updated,
});

const unknown = (id: string): Verdict => ({ done: false, code: "unknown", text: `no title or asset has the id ${id}` });

/** Why this asset cannot be retried, or undefined. */
function refusal(asset: Asset): Verdict | undefined {
  const no = (code: "ready" | "rejected" | "busy" | "held", text: string): Verdict => ({
    done: false,
    code,
    text,
    asset,
  });
  switch (asset.state) {
    case "failed":
    case "canceled":
      return undefined;
    case "ready":
      return no("ready", "the title is ready: there is nothing to try again");
    case "rejected":
      return no("rejected", asset.reason?.text ?? "the file was rejected");
    case "held":
      return no("held", "the title is held for its price: approve it");
    default:
      return no("busy", `the title is ${asset.state}: its attempt has not ended yet`);
  }
}

export function operations({ ledger, ingestQueue: queue, clock }: OperatorPorts): Operations {
  const find = async (id: string): Promise<Asset[]> => {
    const asset = await ledger.asset(id);
    if (asset) return [asset];
    const assets = await ledger.assetsOf(id);
    const order = ({ sequencer }: Asset): string => comparableSequencer(sequencer);
    return assets.sort((a, b) => order(b).localeCompare(order(a)));
  };
  const sendAgain = async (asset: Asset): Promise<Verdict> => {
    const { bucket, key, version, sequencer, size, etag, uploaded, recovered = false } = asset;
    await queue.send({ bucket, key, version, sequencer, size, etag, uploaded, recovered });
    return { done: true, asset };
  };
  return {
    async list() {
      const states = await Promise.all(ASSET_STATES.map((state) => ledger.inState(state)));
      return states
        .flat()
        .map(titleRow)
        .sort((a, b) => b.updated.localeCompare(a.updated));
    },
    show: find,
    async retry(id) {
      const [found] = await find(id);
      // Read again: a look-up by videoId goes through an index, which may lag behind.
      const changed =
        found &&
        (await ledger.change(found.assetId, (asset) => (refusal(asset) ? undefined : retried(asset, clock.now()))));
      if (!changed) return unknown(id);
      if (!changed.changed) return refusal(changed.asset) ?? unknown(id);
      return sendAgain(changed.asset);
    },
    async approve(id) {
      const [found] = await find(id);
      const due = minutesAfter(clock.now(), PATIENCE.ingest);
      const changed =
        found &&
        (await ledger.change(found.assetId, (asset) =>
          asset.state === "held" && !asset.approved ? { ...asset, approved: true, due } : undefined,
        ));
      if (!changed) return unknown(id);
      const { asset } = changed;
      if (asset.state === "held" && !changed.changed)
        return { done: false, code: "approved", text: "its price is approved already: the job is on its way", asset };
      if (asset.state !== "held")
        return {
          done: false,
          code: "not-held",
          text: `the title is ${asset.state}, not held: there is no price to approve`,
          asset,
        };
      return sendAgain(asset);
    },
  };
}

export interface OperatorConnection {
  /** Name of the ledger's table and URL of the ingest queue, as the program's outputs give them. */
  ledgerTable: string;
  ingestQueueUrl: string;
  /** Options of the AWS clients, such as `{ endpoint, region, credentials }` of the local platform. Default: the environment's. */
  client?: { endpoint?: string; region?: string; credentials?: { accessKeyId: string; secretAccessKey: string } };
}

/** The operations of a running platform, in the cloud or here. */
export function connectOperations({ ledgerTable, ingestQueueUrl, client = {} }: OperatorConnection): Operations {
  const ledger = new TableLedger(
    new DynamoTable(new DynamoDBClient({ ...BOUNDED, ...client }), ledgerTable),
    systemClock,
    uuids,
  );
  return operations({
    ledger,
    ingestQueue: ingestQueue(new SQSClient({ ...BOUNDED, ...client }), ingestQueueUrl),
    clock: systemClock,
  });
}
