/** A job as the local transcoder understands it: what is left of the settings once they are checked. Pure data. */
export interface Rate {
  numerator: number;
  denominator: number;
}

/** `s3://bucket/prefixbase`: the last part of the key is the base of every file name. */
export interface Destination {
  bucket: string;
  /** "" or ends in "/". */
  prefix: string;
  base: string;
}

/** How objects are written. */
export interface ObjectSettings {
  /** Null: what the bucket does by default. */
  encryption: "AES256" | "aws:kms" | null;
  kmsKeyArn?: string;
  kmsContext?: string;
  storageClass?: string;
  acl?: string;
}

export type Scaling = "DEFAULT" | "STRETCH_TO_OUTPUT" | "FIT" | "FIT_NO_UPSCALE";

/** How a picture is made from the source's. Sizes in pixels; absent: the source's own. */
export interface PicturePlan {
  width?: number;
  height?: number;
  scaling: Scaling;
  deinterlace: "never" | "flagged" | "always";
  toSdr: boolean;
  /** Absent: the source's own rate. */
  rate?: Rate;
}

export interface VideoPlan extends PicturePlan {
  modifier: string;
  /** Bits per second, and QVBR's quality from 1 to 10.99. */
  maxBitrate: number;
  quality: number;
  /** Bits. Absent: chosen by the transcoder. */
  bufferSize?: number;
  gop: { unit: "frames" | "seconds"; size: number };
  profile: "baseline" | "main" | "high";
  /** "4.1"; absent: as needed. */
  level?: string;
  tuning: "SINGLE_PASS" | "SINGLE_PASS_HQ" | "MULTI_PASS_HQ";
  bFrames?: number;
  references?: number;
  /** Names of audio groups that go with it; empty: all. */
  audioGroups: string[];
}

export interface AudioPlan {
  modifier: string;
  /** Bits per second; Hz. */
  bitrate: number;
  sampleRate: number;
  channels: 1 | 2 | 6;
  /** For each output channel the factor of each input channel; absent: mixed by their layouts. */
  remix?: number[][];
  /** Which of the source's audio tracks: 1-based, or by ISO 639-2 code. */
  source: { track: number } | { language: string };
  group: string;
  /** ISO 639-2 code that is written when the source names none, or instead of it. */
  language?: { code: string; always: boolean };
  name?: string;
  /** It ends where the picture ends, filled with silence or cut; else where its track ends. */
  matchPicture: boolean;
  trackType: "DEFAULT" | "AUTO_SELECT" | "NOT_AUTO_SELECT";
}

export interface StreamingPlan {
  kind: "streaming";
  /** Index among the job's output groups. */
  index: number;
  destination: Destination;
  objects: ObjectSettings;
  hls: boolean;
  dash: boolean;
  /** Seconds. */
  segment: number;
  fragment: number;
  minBuffer: number;
  exactSegments: boolean;
  roundTargetDurationUp: boolean;
  integerDurations: boolean;
  showResolution: boolean;
  dashBandwidth: "max" | "average";
  /** In the order of the outputs, which is the order of the details that the job reports. */
  outputs: ({ video: VideoPlan } | { audio: AudioPlan })[];
}

export interface CapturePlan {
  kind: "captures";
  index: number;
  destination: Destination;
  objects: ObjectSettings;
  modifier: string;
  extension: string;
  picture: PicturePlan;
  /** Frames per second that are kept. */
  rate: Rate;
  max: number;
  /** 1 to 100. */
  quality: number;
}

export interface JobPlan {
  input: { bucket: string; key: string; uri: string };
  /** Clockwise degrees; "auto": as the source says. */
  rotate: 0 | 90 | 180 | 270 | "auto";
  /** Black pictures are added where there is sound alone, at the beginning and at the end. */
  padPicture: boolean;
  groups: (StreamingPlan | CapturePlan)[];
}
