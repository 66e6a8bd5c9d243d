/** The two output groups: what is played, and what the previews are made from. */
import type { DestinationSettings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import { FRAGMENT_SECONDS, SEGMENT_SECONDS } from "./timing";

/** Objects are encrypted with the media key, whatever the bucket's default is. */
const destinationSettings = (keyArn: string): DestinationSettings => ({
  S3Settings: { Encryption: { EncryptionType: "SERVER_SIDE_ENCRYPTION_KMS", KmsKeyArn: keyArn } },
});

/** One set of segments with both manifests: a group for each format would double the bill. */
export function cmafGroup(destination: string, keyArn: string, outputs: Output[]): OutputGroup {
  return {
    Name: "CMAF",
    OutputGroupSettings: {
      Type: "CMAF_GROUP_SETTINGS",
      CmafGroupSettings: {
        Destination: destination,
        DestinationSettings: destinationSettings(keyArn),
        WriteHlsManifest: "ENABLED",
        WriteDashManifest: "ENABLED",
        SegmentControl: "SEGMENTED_FILES",
        SegmentLength: SEGMENT_SECONDS,
        // Whole groups of pictures: an exact six seconds would cut 29.97 pictures a second in mid-group.
        SegmentLengthControl: "GOP_MULTIPLE",
        FragmentLength: FRAGMENT_SECONDS,
        CodecSpecification: "RFC_6381",
        ManifestDurationFormat: "FLOATING_POINT",
        WriteSegmentTimelineInRepresentation: "ENABLED",
        StreamInfResolution: "INCLUDE",
        MpdManifestBandwidthType: "MAX",
      },
    },
    Outputs: outputs,
  };
}

export function captureGroup(destination: string, keyArn: string, output: Output): OutputGroup {
  return {
    Name: "Captures",
    OutputGroupSettings: {
      Type: "FILE_GROUP_SETTINGS",
      FileGroupSettings: { Destination: destination, DestinationSettings: destinationSettings(keyArn) },
    },
    Outputs: [output],
  };
}
