import assert from "node:assert/strict";
import { dashManifest } from "../../local/mediaconvert/dash.plan";
import { mediaPlaylist, multivariantPlaylist } from "../../local/mediaconvert/hls.plan";
import { planJob } from "../../local/mediaconvert/job.plan";
import type { StreamingPlan } from "../../local/mediaconvert/job.types";
import {
  averageBitrate,
  peakBitrate,
  readTimelines,
  targetDuration,
  withSizes,
  type Rendition,
} from "../../local/mediaconvert/renditions.plan";
import { encodedJob } from "./settings";

const group = planJob(encodedJob()).groups[0] as StreamingPlan;

/** As the dash muxer of ffmpeg 8.1.2 writes it, shortened. */
const FFMPEG_MPD = `<MPD><Period id="0" start="PT0.0S">
  <AdaptationSet id="0" contentType="video" par="16:9">
    <Representation id="0" mimeType="video/mp4" codecs="avc1.64001f" bandwidth="1725248" width="1280" height="720" sar="1:1">
      <SegmentTemplate timescale="12800" initialization="x" media="x" startNumber="1"><SegmentTimeline>
        <S t="0" d="76800" r="2" />
        <S d="25600" />
      </SegmentTimeline></SegmentTemplate>
    </Representation>
  </AdaptationSet>
  <AdaptationSet id="2" contentType="audio" lang="und">
    <Representation id="2" mimeType="audio/mp4" codecs="mp4a.40.2" bandwidth="128000" audioSamplingRate="48000">
      <SegmentTemplate timescale="48000" initialization="x" media="x" startNumber="1"><SegmentTimeline>
        <S t="0" d="284672" />
        <S d="287744" r="1" />
        <S d="100352" />
      </SegmentTimeline></SegmentTemplate>
    </Representation>
  </AdaptationSet>
</Period></MPD>`;

function renditions(): Rendition[] {
  const [video, audio] = readTimelines(FFMPEG_MPD);
  assert.ok(video && audio);
  const rate = { numerator: 25, denominator: 1 };
  const [first, second, , last] = group.outputs;
  assert.ok(first && "video" in first && second && "video" in second && last && "audio" in last);
  const sizes = [1_200_000, 1_500_000, 900_000, 900_000];
  const of = (timeline: typeof video, bytes: number[]) => ({ ...timeline, segments: withSizes(timeline, bytes) });
  return [
    { name: "stream_720p", ...of(video, sizes), kind: { video: first.video, width: 1280, height: 720, rate } },
    {
      name: "stream_480p",
      ...of(
        video,
        sizes.map((size) => size / 2),
      ),
      kind: { video: second.video, width: 854, height: 480, rate },
    },
    {
      name: "stream_audio1",
      ...of(audio, [96_000, 96_000, 96_000, 32_000]),
      kind: { audio: last.audio, language: "spa" },
    },
  ];
}

describe("renditions", () => {
  it("are read from ffmpeg's manifest", () => {
    const [video, audio] = readTimelines(FFMPEG_MPD);
    assert.deepEqual(video, {
      codec: "avc1.64001f",
      timescale: 12_800,
      width: 1280,
      height: 720,
      segments: [0, 76_800, 153_600, 230_400].map((time, index) => ({ time, ticks: index === 3 ? 25_600 : 76_800 })),
    });
    assert.deepEqual(
      audio?.segments.map(({ time }) => time),
      [0, 284_672, 572_416, 860_160],
    );
  });

  it("count the peak over at least half a target duration: a short last segment does not stand alone", () => {
    const [video] = renditions();
    assert.ok(video);
    // Sound: 96,000 bytes in 5.93 s at most, 320,000 in 20.01 s.
    // 900,000 bytes in the last 2 s alone would be 3.6 Mb/s; with its neighbour it is 1.8 Mb/s.
    assert.equal(peakBitrate(video, 6), 2_000_000);
    assert.equal(averageBitrate(video), 1_800_000);
  });

  it("round the target duration as the job says", () => {
    const [video] = renditions();
    assert.ok(video);
    const odd = { ...video, segments: video.segments.map((segment) => ({ ...segment, duration: 6.006 })) };
    assert.equal(targetDuration([odd], group), 6);
    assert.equal(targetDuration([odd], { ...group, roundTargetDurationUp: true }), 7);
  });
});

describe("HLS", () => {
  it("lists variants by ascending bandwidth, with codecs, size, rate and the audio group", () => {
    assert.equal(
      multivariantPlaylist(renditions(), group),
      `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",LANGUAGE="spa",NAME="Spanish",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="stream_audio1.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1129497,AVERAGE-BANDWIDTH=1027932,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=25.000,AUDIO="audio"
stream_480p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2129497,AVERAGE-BANDWIDTH=1927932,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio"
stream_720p.m3u8
`,
    );
  });

  it("lists the segments of a rendition", () => {
    const [video] = renditions();
    assert.ok(video);
    assert.equal(
      mediaPlaylist(video, group),
      `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="stream_720pinit.cmfv"
#EXTINF:6.00000,
stream_720p_000000001.cmfv
#EXTINF:6.00000,
stream_720p_000000002.cmfv
#EXTINF:6.00000,
stream_720p_000000003.cmfv
#EXTINF:2.00000,
stream_720p_000000004.cmfv
#EXT-X-ENDLIST
`,
    );
  });

  it("escapes names that come from an input file and writes no second attribute out of a stream name", () => {
    const [video, , audio] = renditions();
    assert.ok(video && audio && "audio" in audio.kind);
    const named = { ...audio, kind: { ...audio.kind, audio: { ...audio.kind.audio, name: 'x",URI="evil' } } };
    const playlist = multivariantPlaylist([{ ...video, name: "my film?" }, named], group);
    assert.match(playlist, /^my%20film%3F\.m3u8$/m);
    assert.match(playlist, /NAME="x,URI=evil"/);
  });
});

describe("DASH", () => {
  const manifest = dashManifest(renditions(), group);

  it("has one picture set with a timeline for each rung, at the rung's maximum", () => {
    const sets = [...manifest.matchAll(/<AdaptationSet [^>]*contentType="(\w+)"/g)].map(([, type]) => type);
    assert.deepEqual(sets, ["video", "audio"]);
    assert.match(
      manifest,
      /<Representation id="1" codecs="avc1.64001f" bandwidth="4000000" width="1280" height="720" sar="1:1" frameRate="25\/1">/,
    );
    assert.match(manifest, /media="stream_480p_\$Number%09d\$.cmfv" startNumber="1"/);
    assert.match(manifest, /<S t="0" d="76800" r="2"\/>\s*<S d="25600"\/>/);
    assert.match(
      manifest,
      /<AdaptationSet id="2" [^>]* lang="spa">\s*<Label>Spanish<\/Label>\s*<Role [^>]*value="main"\/>/,
    );
    assert.match(manifest, /mediaPresentationDuration="PT20.011S"/);
  });

  it("reads back as what it was made of", () => {
    assert.deepEqual(
      readTimelines(manifest).map(({ segments }) => segments),
      renditions().map(({ segments }) => segments.map(({ time, ticks }) => ({ time, ticks }))),
    );
  });

  it("doubles the sign that begins an identifier and escapes markup", () => {
    const [video] = renditions();
    assert.ok(video);
    const odd = dashManifest([{ ...video, name: 'a$b&"c' }], group);
    assert.match(odd, /media="a\$\$b%26%22c_\$Number%09d\$\.cmfv"/);
  });
});
