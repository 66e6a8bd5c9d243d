/** The real cores, adapters and local MediaConvert on an emulated S3, with every call to MediaConvert counted. */
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { Asset } from "../../../contracts/ledger.js";
import { s3Store } from "../../../handlers/aws/store.js";
import { mediaConvert } from "../../../handlers/aws/transcoder.js";
import { ingest } from "../../../handlers/ingest/core.js";
import type { Transcoder } from "../../../handlers/ports.js";
import type { MediaConvert } from "../../../local/mediaconvert/server.js";
import { World } from "../../handlers/world.js";
import { INGEST, MEDIA, Platform, QUEUE_ARN, rootClient } from "../../mediaconvert/platform.js";
import { CONFIG } from "../../support/ingestConfig.js";

export interface Ended {
  asset: Asset;
  /** Calls that this upload cost. */
  probes: number;
  jobs: number;
}

export class Bench {
  private readonly world = new World();
  private readonly counted = { probes: 0, jobs: 0 };
  private uploads = 0;

  private constructor(
    readonly platform: Platform,
    private readonly server: MediaConvert,
  ) {}

  static async start(): Promise<Bench> {
    const platform = await Platform.start();
    return new Bench(platform, await platform.mediaConvert("bench"));
  }

  readonly client = () => rootClient(this.server.url);

  private transcoder(): Transcoder {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const real = mediaConvert({ endpoint: this.server.url, region: "us-east-1", credentials });
    return {
      ...real,
      probe: (bucket, key) => ((this.counted.probes += 1), real.probe(bucket, key)),
      createJob: (request) => ((this.counted.jobs += 1), real.createJob(request)),
    };
  }

  /** Uploads a file and takes it as far as ingest does. */
  async upload(key: string, body: Uint8Array): Promise<Ended> {
    const { platform, world, counted } = this;
    await platform.put(key, body);
    const { ETag } = await platform.s3.send(new HeadObjectCommand({ Bucket: INGEST, Key: key }));
    this.uploads += 1;
    const sequencer = this.uploads.toString(16).toUpperCase().padStart(18, "0");
    const object = { key, size: body.length, etag: (ETag ?? "").replaceAll('"', ""), sequencer };
    const before = { ...counted };
    const event = {
      source: "aws.s3",
      "detail-type": "Object Created",
      time: "2026-11-24T12:00:00Z",
      detail: { bucket: { name: INGEST }, object, reason: "PutObject" },
    };
    const ports = { ...world.ports, store: s3Store(platform.s3), transcoder: this.transcoder() };
    const place = { roleArn: platform.roleArn, mediaKeyArn: platform.keyArn, queueArn: QUEUE_ARN };
    await ingest(event, ports, { ...CONFIG, ...place, ingestBucket: INGEST, mediaBucket: MEDIA });
    const asset = await world.asset(key);
    return { asset, probes: counted.probes - before.probes, jobs: counted.jobs - before.jobs };
  }

  /** How many objects any title has made. */
  outputs = async (): Promise<number> => (await this.platform.keys("")).length;

  async stop(): Promise<void> {
    await this.server.close();
    await this.platform.stop();
  }
}
