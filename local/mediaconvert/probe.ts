/** Probe: what is in a file, before a job is made of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProbeRequest, ProbeResult } from "@aws-sdk/client-mediaconvert";
import { ProcessFailed, type MediaTools } from "../ffmpeg";
import { errorName, httpStatus, type Clients, type Cloud } from "./aws";
import { SOURCE_FILE } from "./command.plan";
import { badRequest, ServiceError } from "./errors";
import type { Caller, Grants } from "./grants";
import { inspect, refusal } from "./inspect";
import { readLocation } from "./job.plan";
import { probeResult } from "./probe.plan";
import { decode } from "./shapes";
import { download, downloadEnds, facts } from "./transfer";

export interface ProbeContext {
  cloud: Cloud;
  clients: Clients;
  grants: Grants;
  tools: MediaTools;
  /** Folder in which each probe gets its own. */
  folder: string;
}

/**
 * @returns ProbeResults, names as in the SDK
 * @throws ServiceError AccessDeniedException, NotFoundException, UnprocessableEntityException (no media, or a kind that is
 * not opened here)
 */
export async function probe(context: ProbeContext, caller: Caller, body: unknown): Promise<ProbeResult[]> {
  await context.grants.require(caller, { action: "mediaconvert:Probe", resource: "*" });
  const { InputFiles } = decode<ProbeRequest>("ProbeRequest", body);
  if (!InputFiles || InputFiles.length === 0) throw badRequest("/inputFiles: should have at least 1 item");
  const results: ProbeResult[] = [];
  for (const [index, { FileUrl }] of InputFiles.entries()) {
    const path = `/inputFiles/${index}/fileUrl`;
    if (!FileUrl) throw badRequest(`${path}: is required`);
    results.push(await probeOne(context, caller, FileUrl, path));
  }
  return results;
}

/** A probe reads with the caller's own grants: there is no role in its request. */
async function probeOne(context: ProbeContext, caller: Caller, uri: string, path: string): Promise<ProbeResult> {
  const { clients, grants, cloud, tools } = context;
  const place = readLocation(uri, path);
  await grants.require(caller, { action: "s3:GetObject", resource: `arn:aws:s3:::${place.bucket}/${place.key}` });
  const object = await facts(clients.s3, place).catch((error: unknown) => {
    if (httpStatus(error) !== 404 && !errorName(error).startsWith("NoSuch")) throw error;
    throw new ServiceError("NotFoundException", `${uri} doesn't exist`);
  });
  if (object.kmsKeyArn?.startsWith("arn:")) {
    const viaS3 = { "kms:ViaService": `s3.${cloud.region}.amazonaws.com` };
    await grants.require(caller, { action: "kms:Decrypt", resource: object.kmsKeyArn, context: viaS3 });
  }
  const folder = await mkdtemp(join(context.folder, "probe-"));
  try {
    const partial = await downloadEnds(clients.s3, place, join(folder, SOURCE_FILE), object.size);
    const file = await inspect(tools, folder).catch(async (error: unknown) => {
      if (!partial) throw error;
      // Its index lies somewhere in the middle.
      await download(clients.s3, place, join(folder, SOURCE_FILE));
      return inspect(tools, folder);
    });
    return probeResult(file, object);
  } catch (error) {
    if (!(error instanceof ProcessFailed)) throw error;
    throw new ServiceError("UnprocessableEntityException", `Unable to open input file [${uri}]: ${refusal(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
