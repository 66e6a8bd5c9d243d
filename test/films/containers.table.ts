/** Containers and codecs that people upload: small clips of marks and tone, and what must become of them. */
import { AAC, BT709, type Clip, H264, input, pictureGraph, soundGraph } from "./support/clips";
import { type Expected, STEREO } from "./support/expected";

const SIZE = { width: 320, height: 180 };
export const PICTURE = { ...SIZE, rate: "25", seconds: 4, flash: 2 };
export const PLAIN: Expected = { sizes: ["320x180"], rate: "25", seconds: 4, flash: 2, sounds: STEREO };
const YUV = ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-colorspace", "bt709"];
/** The encoders in use, at their quickest. B-frames where the codec has them. */
export const VIDEO = {
  h264: [...BT709, ...H264],
  h264WithB: [...BT709, "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-bf", "3", "-g", "50"],
  hevc: [...BT709, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"],
  mpeg2: [...YUV, "-c:v", "mpeg2video", "-q:v", "2", "-bf", "2"],
  mpeg1: [...YUV, "-c:v", "mpeg1video", "-q:v", "2"],
  mpeg4: [...YUV, "-c:v", "mpeg4", "-q:v", "2"],
  vp9: [...BT709, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"],
  vp8: [...YUV, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"],
  av1: [...BT709, "-c:v", "libsvtav1", "-preset", "12"],
  prores: ["-vf", "scale=out_color_matrix=bt709,format=yuv422p10le", "-c:v", "prores_ks", "-colorspace", "bt709"],
  dnxhr: ["-vf", "scale=out_color_matrix=bt709,format=yuv422p", "-c:v", "dnxhd", "-profile:v", "dnxhr_lb"],
  mjpeg: ["-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p", "-c:v", "mjpeg", "-q:v", "2"],
  flash: ["-vf", "format=yuv420p", "-c:v", "flv", "-q:v", "2"],
};
export const SOUND = {
  aac: AAC,
  ac3: ["-c:a", "ac3", "-b:a", "192k"],
  eac3: ["-c:a", "eac3", "-b:a", "192k"],
  opus: ["-c:a", "libopus", "-b:a", "96k"],
  vorbis: ["-c:a", "vorbis", "-strict", "-2"],
  mp3: ["-c:a", "libmp3lame", "-b:a", "128k"],
  mp2: ["-c:a", "mp2", "-b:a", "192k"],
  flac: ["-c:a", "flac"],
  wma: ["-c:a", "wmav2", "-b:a", "128k"],
  s16le: ["-c:a", "pcm_s16le"],
  s16be: ["-c:a", "pcm_s16be"],
  s24le: ["-c:a", "pcm_s24le"],
  s24be: ["-c:a", "pcm_s24be"],
};

/** The plain film under a codec of each kind. `more`: options of the muxer. */
export const film = (
  name: string,
  video: string[],
  audio: string[],
  more: string[] = [],
  expected: Partial<Expected> = {},
): Clip => {
  const { seconds, flash } = PICTURE;
  const inputs = [...input(pictureGraph(PICTURE)), ...input(soundGraph({ seconds, flash }))];
  return { name, runs: [[...inputs, ...video, ...audio, ...more]], expected: { ...PLAIN, ...expected } };
};

/** Flash and ASF say the length of the whole only, which counts the encoders' delays. */
const COARSE: Partial<Expected> = { sounds: [{ channels: 2, seconds: 4.06 }] };
const V = VIDEO;
const S = SOUND;
// prettier-ignore
export const TAKEN: Clip[] = [
  film("index at the end.mp4", V.h264WithB, S.aac),
  film("index first.mp4", V.h264WithB, S.aac, ["-movflags", "+faststart"]),
  film("fragments.mp4", V.h264WithB, S.aac, ["-movflags", "frag_keyframe+delay_moov+default_base_moof"]),
  film("hevc.mp4", V.hevc, S.eac3),
  film("mpeg2.mp4", V.mpeg2, S.ac3),
  film("mpeg4.mp4", V.mpeg4, S.mp3),
  film("vp9.mp4", V.vp9, S.opus),
  film("pcm.mp4", V.h264, S.s16le),
  film("apple.m4v", V.h264WithB, S.aac, ["-f", "ipod"]),
  film("phone.3gp", V.mpeg4, S.aac),
  film("plain.mov", V.h264WithB, S.aac),
  film("hevc.mov", V.hevc, S.s24le, ["-tag:v", "hvc1"]),
  film("prores.mov", V.prores, S.s24be),
  film("mpeg2.mov", V.mpeg2, S.s16be),
  film("jpeg.mov", V.mjpeg, S.s16le),
  film("mp3.mov", V.mpeg4, S.mp3),
  film("h264.mkv", V.h264WithB, S.ac3),
  film("hevc.mkv", V.hevc, S.opus),
  film("mpeg2.mkv", V.mpeg2, S.mp2),
  film("mpeg4.mkv", V.mpeg4, S.mp3),
  film("vp9.mkv", V.vp9, S.flac),
  film("prores.mkv", V.prores, S.s16le),
  film("vp9.webm", V.vp9, S.opus),
  film("vp8.webm", V.vp8, S.vorbis),
  film("xvid.avi", V.mpeg4, S.mp3, ["-vtag", "XVID"]),
  film("h264.avi", V.h264, S.ac3),
  film("jpeg.avi", V.mjpeg, S.s16le),
  film("h264.ts", V.h264WithB, S.aac),
  film("hevc.ts", V.hevc, S.ac3),
  film("mpeg2.ts", V.mpeg2, S.mp2),
  film("camera.m2ts", V.h264WithB, S.ac3),
  film("program stream.mpg", V.mpeg2, S.mp2, ["-f", "vob"]),
  film("disc.vob", V.mpeg2, S.ac3, ["-f", "dvd", "-muxrate", "10080000"]),
  film("system stream.mpg", V.mpeg1, S.mp2),
  film("broadcast.mxf", V.mpeg2, S.s16le),
  film("prores.mxf", V.prores, S.s24le),
  film("dnx.mxf", V.dnxhr, S.s16le),
  film("h264.flv", V.h264WithB, S.aac, [], COARSE),
  film("h263.flv", V.flash, S.mp3),
  film("h264.asf", V.h264, S.wma, [], COARSE),
];

/** What the service does not take, and the reason's code. */
export interface Refused {
  clip: Clip;
  /** Absent: rejected before a job is made. */
  state?: "failed";
  code: string;
  /** Part of the reason's text: what is allowed. */
  text: RegExp;
}
const refused = (name: string, video: string[], audio: string[], code: string, text: RegExp, more: string[] = []) => ({
  clip: film(name, video, audio, more),
  code,
  text,
});
const soundOnly = (name: string, audio: string[], more: string[] = []): Clip => ({
  name,
  runs: [[...input(soundGraph({ seconds: 4 })), ...audio, ...more]],
  expected: PLAIN,
});
const COVER = [...input("color=c=red:s=300x300:r=1:d=1"), "-map", "0", "-map", "1"];
const withCover = (name: string, audio: string[], more: string[] = []): Clip => ({
  name,
  runs: [
    [
      ...input(soundGraph({ seconds: 4 })),
      ...COVER,
      ...audio,
      "-c:v",
      "mjpeg",
      "-pix_fmt",
      "yuvj420p",
      "-frames:v",
      "1",
    ].concat(["-disposition:v:0", "attached_pic"], more),
  ],
  expected: PLAIN,
});
/** Seen by its first bytes, or by Probe. */
const NO_FILM = /^(not a film: .*sound|the file has sound but no film)$/;
const CONTAINERS = /→ .*MP4, MOV, .*MKV, WebM, AVI, MPEG-TS/;
// prettier-ignore
export const REFUSED: Refused[] = [
  // The service takes it; this build of ffmpeg cannot decode it, and the job says so.
  { clip: film("av1.mp4", V.av1, S.aac), state: "failed", code: "transcoder-1030", text: /no decoder for it here/ },
  refused("film.ogv", V.vp8, S.vorbis, "container-unsupported", CONTAINERS, ["-f", "ogg"]),
  refused("film.nut", V.h264, S.aac, "unreadable", CONTAINERS),
  refused("film.wtv", V.mpeg2, S.mp2, "unreadable", CONTAINERS),
  refused("lossless.mkv", [...BT709, "-c:v", "ffv1"], S.aac, "video-codec-unsupported", /→ H\.264, HEVC, /),
  refused("windows.wmv", ["-c:v", "wmv2"], S.wma, "video-codec-unsupported", /→ .*VC-1/),
  refused("cinema.mkv", V.h264, ["-c:a", "dca", "-strict", "-2"], "audio-codec-unsupported", /→ AAC, AC-3, .*PCM/),
  refused("lossless.mov", V.h264, ["-c:a", "alac"], "audio-codec-unsupported", /→ AAC, AC-3, .*PCM/),
  { clip: soundOnly("song.mp3", S.mp3), code: "no-video", text: NO_FILM },
  { clip: soundOnly("song.wav", S.s16le), code: "no-video", text: NO_FILM },
  { clip: soundOnly("song.flac", S.flac), code: "no-video", text: NO_FILM },
  { clip: soundOnly("song.m4a", S.aac), code: "no-video", text: NO_FILM },
  { clip: soundOnly("song.ogg", S.vorbis), code: "no-video", text: NO_FILM },
  { clip: soundOnly("song.mka", S.opus, ["-f", "matroska"]), code: "no-video", text: NO_FILM },
  { clip: soundOnly("song.ts", S.mp2), code: "no-video", text: NO_FILM },
  { clip: withCover("cover.mp3", S.mp3), code: "no-video", text: NO_FILM },
  { clip: withCover("cover.m4a", S.aac, ["-f", "ipod"]), code: "no-video", text: NO_FILM },
  { clip: withCover("cover.flac", S.flac), code: "no-video", text: NO_FILM },
];
