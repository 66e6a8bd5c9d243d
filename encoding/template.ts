/** The operators' job template: the full 1080p ladder for a source that the pipeline refuses, started by hand from the console. */
import type { JobTemplateSettings } from "@aws-sdk/client-mediaconvert";
import { CAPTURE_PREFIX, MEDIA_PREFIX } from "../contracts/keys";
import { audioOutputs, audioSelectors } from "./audio";
import { capturePlan } from "./captures";
import { BOXES, ladder, type Size } from "./ladder";
import { captureGroup, cmafGroup } from "./outputGroups";
import { captureOutput, rungOutput } from "./video";

export interface TemplatePlace {
  /** Name, without `s3://`. */
  mediaBucket: string;
  mediaKeyArn: string;
}

const USUAL = { frameRate: 30, duration: 3600 };

/**
 * `SettingsJson` of the CloudFormation type AWS::MediaConvert::JobTemplate. Outputs are named after the input file, under
 * `media/manual/`; frame rate and groups of pictures follow the source, which the template cannot know.
 */
export function templateSettings({ mediaBucket, mediaKeyArn }: TemplatePlace): JobTemplateSettings {
  const picture: Size = BOXES[0] ?? { width: 1920, height: 1080 };
  const audio = [{ track: 1, codec: "AAC", channels: 2, language: null }];
  const rungs = ladder(picture, USUAL.frameRate).map((rung) => rungOutput(rung, { frameRate: null, hasAudio: true }));
  return {
    TimecodeConfig: { Source: "ZEROBASED" },
    Inputs: [
      {
        TimecodeSource: "ZEROBASED",
        VideoSelector: { Rotate: "AUTO" },
        AudioSelectors: audioSelectors(audio),
      },
    ],
    OutputGroups: [
      cmafGroup(`s3://${mediaBucket}/${MEDIA_PREFIX}manual/`, mediaKeyArn, [...rungs, ...audioOutputs(audio)]),
      captureGroup(
        `s3://${mediaBucket}/${CAPTURE_PREFIX}manual/`,
        mediaKeyArn,
        captureOutput(capturePlan(picture, USUAL.duration)),
      ),
    ],
  };
}
