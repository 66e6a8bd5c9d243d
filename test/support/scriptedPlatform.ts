/** A whole platform of its own whose functions talk to a scripted MediaConvert. */
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { layoutOf } from "../../local/launcher/layout";
import { type Platform, startPlatform } from "../../local/launcher/platform";
import { localFolder } from "../local/support/command";
import { ScriptedTranscoder } from "./scriptedTranscoder";

const silent = { quiet: true, debug: true, print: () => undefined, progress: () => undefined, warn: () => undefined };

export interface ScriptedPlatform {
  platform: Platform;
  transcoder: ScriptedTranscoder;
  /** For VOD_LOCAL. */
  folder: string;
  close(): Promise<void>;
}

/** Gives a platform's functions another MediaConvert. They start anew for it. */
async function useTranscoder({ record, cloud }: Pick<Platform, "record" | "cloud">, url: string): Promise<void> {
  const { lambda } = cloud.in();
  for (const { type, name, id } of record.resources) {
    if (type !== "aws:lambda/function:Function" || !/-(ingest|track|reconcile)$/.test(name)) continue;
    const FunctionName = id ?? "";
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, AWS_ENDPOINT_URL_MEDIACONVERT: url };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
}

export async function startScripted(): Promise<ScriptedPlatform> {
  const folder = await localFolder();
  const layout = layoutOf("platform", folder.path);
  const { signal } = new AbortController();
  const platform = await startPlatform({ layout, port: 0, set: {}, output: silent, signal });
  const transcoder = await ScriptedTranscoder.start(platform.cloud.in(), String(platform.record.outputs.mediaBucket));
  const close = async (): Promise<void> => {
    await platform.stop();
    await transcoder.close();
    folder.remove();
  };
  try {
    await useTranscoder(platform, transcoder.url);
  } catch (error) {
    await close();
    throw error;
  }
  return { platform, transcoder, folder: folder.path, close };
}
