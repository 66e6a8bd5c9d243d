import assert from "node:assert/strict";
import { ffmpegArguments } from "../../local/mediaconvert/command.plan";
import { planJob } from "../../local/mediaconvert/job.plan";
import { readSource, type ProbedStream, type SourceFacts, trackSeconds } from "../../local/mediaconvert/source.plan";
import { encodedJob, SOURCE, VIDEO_FACTS as VIDEO } from "./settings";

type Sound = SourceFacts["audio"][number];
const stereo: Sound = { index: 1, channels: 2, layout: "stereo", language: "spa" };

function run(
  sounds: (Partial<Sound> & { tagged?: string | null })[],
  video: Partial<typeof VIDEO> = {},
  padded = false,
) {
  const audio = sounds.map(({ channels = 2, tagged = "spa" }, index) => ({
    track: index + 1,
    codec: "AAC",
    channels,
    language: tagged,
  }));
  const request = encodedJob({ ...SOURCE, audio, video: { ...SOURCE.video, ...(padded ? { duration: 1 } : {}) } });
  const facts = sounds.map((sound, index) => ({ ...stereo, ...sound, index: index + 1 }));
  return ffmpegArguments(planJob(request), { duration: 20, video: { ...VIDEO, ...video }, audio: facts });
}
/** The value that follows an option. */
const valueOf = (args: string[], option: string): string | undefined => args[args.indexOf(option) + 1];

describe("the sound of a run", () => {
  it("is filled where it has gaps, and goes on as silence until the picture ends", () => {
    assert.equal(valueOf(run([{}]), "-filter:a:0"), "aresample=async=1:first_pts=0,apad=whole_dur=20");
  });
  it("ends where the picture ends, and where the black after it ends", () => {
    const end = (more: Partial<typeof VIDEO>, padded = false) =>
      valueOf(run([{}], more, padded), "-filter:a:0")?.replace(/^.*first_pts=0,/, "");
    assert.equal(end({ lead: 1.5, duration: 17, tail: 1.5 }), "apad=whole_dur=18.5,atrim=end=18.5");
    assert.equal(end({ lead: 1.5, duration: 17, tail: 1.5 }, true), "apad=whole_dur=20");
    assert.equal(end({ duration: 0 }), "apad=whole_dur=20");
  });
  it("is not cut where lengths are guesses", () =>
    assert.doesNotMatch(valueOf(run([{}], { tail: 0.25 }), "-filter:a:0") ?? "", /atrim/));
  it("ends by itself when nobody knows how long the film is, or the job does not ask", () => {
    const plan = planJob(encodedJob());
    const facts = { duration: 0, video: { ...VIDEO, duration: 0 }, audio: [stereo] };
    assert.equal(valueOf(ffmpegArguments(plan, facts), "-filter:a:0"), "aresample=async=1:first_pts=0");
    const request = encodedJob();
    for (const { ContainerSettings } of request.Settings?.OutputGroups?.[0]?.Outputs ?? [])
      delete ContainerSettings?.CmfcSettings?.AudioDuration;
    const args = ffmpegArguments(planJob(request), { duration: 20, video: VIDEO, audio: [stereo] });
    assert.equal(valueOf(args, "-filter:a:0"), "aresample=async=1:first_pts=0");
  });
  it("of 5.1 is mixed by the job's gains, in the order of the decoder's channels", () =>
    assert.equal(
      valueOf(run([{ channels: 6, layout: "5.1(side)" }]), "-filter:a:0"),
      "aresample=async=1:first_pts=0,aformat=channel_layouts=5.1(side)," +
        "pan=2c|c0=0.7079*c0+0.5012*c2+0.2239*c3+0.5012*c4|c1=0.7079*c1+0.5012*c2+0.2239*c3+0.5012*c5,apad=whole_dur=20",
    ));
  it("takes no layout into the filters that could say something else there", () =>
    assert.doesNotMatch(
      valueOf(run([{ channels: 6, layout: "6 channels (FL+FR),amovie=x" }]), "-filter:a:0") ?? "",
      /aformat|amovie/,
    ));
  it("has its channels that exist when the probe promised more", () => {
    const audio = [{ track: 1, codec: "AAC", channels: 6, language: null }];
    const plan = planJob(encodedJob({ ...SOURCE, audio }));
    const args = ffmpegArguments(plan, { duration: 20, video: VIDEO, audio: [{ ...stereo, channels: 2 }] });
    assert.match(valueOf(args, "-filter:a:0") ?? "", /pan=2c\|c0=0\.7079\*c0\|c1=0\.7079\*c1,/);
  });
  const languages: [string, string, string | null, string][] = [
    ["the three letters of the source for the tag of the manifests", "spa", "spa", "spa"],
    ["the source's own when the job names none", "deu", null, "deu"],
    ["the job's when the source means another", "eng", "spa", "es"],
    ["the job's when the source says nothing", "und", "spa", "es"],
  ];
  for (const [what, found, tagged, written] of languages)
    it(`has in its header ${what}`, () =>
      assert.equal(valueOf(run([{ language: found, tagged }]), "-metadata:s:a:0"), `language=${written}`));
});

describe("sound without a picture", () => {
  const graph = (lead: number, tail: number, padded = true) =>
    valueOf(run([{}], { lead, tail }, padded), "-filter_complex") ?? "";
  it("is heard over black before and after it", () =>
    assert.match(
      graph(1.5, 2.25),
      /:start_time=0,drawbox=w=iw:h=ih:t=fill:color=black:enable='lt\(n\\,38\)',tpad=stop_mode=add:stop_duration=2\.25:color=black,split/,
    ));
  it("changes nothing where the job does not ask for it, or there is none", () => {
    assert.doesNotMatch(graph(1.5, 2.25, false), /drawbox|tpad/);
    assert.doesNotMatch(graph(0, 0), /drawbox|tpad/);
    assert.doesNotMatch(graph(0.01, 0), /drawbox/);
  });
});

describe("the facts of a source", () => {
  const film = (more: Partial<ProbedStream> = {}): ProbedStream => ({
    index: 0,
    codec_type: "video",
    width: 320,
    height: 180,
    ...more,
  });
  it("say how long there is sound alone", () => {
    const { video } = readSource({
      streams: [film({ start_time: "3.4", duration: "4" })],
      format: { start_time: "1.4", duration: "10" },
    });
    assert.deepEqual([video?.lead, video?.tail], [2, 4]);
  });
  it("say nothing of it when the track has no length", () => {
    const { video } = readSource({ streams: [film()], format: { duration: "10" } });
    assert.deepEqual([video?.lead, video?.tail], [0, 0]);
  });
  it("take the length from Matroska's statistics, which count from 0", () => {
    assert.equal(trackSeconds(film({ start_time: "1.5", tags: { DURATION: "01:00:05.500000000" } })), 3604);
    assert.equal(trackSeconds(film({ tags: { DURATION: "nonsense" } })), undefined);
    assert.equal(trackSeconds(film({ duration: "4", tags: { DURATION: "00:00:09.0" } })), 4);
  });
  it("take the length of Matroska from where its clock begins, as its header counts from 0", () => {
    const format = { format_name: "matroska,webm", start_time: "36000", duration: "36004" };
    const streams = [film({ start_time: "36000", tags: { DURATION: "10:00:04.000" } })];
    const { duration, video } = readSource({ streams, format });
    assert.deepEqual([duration, video?.duration, video?.lead, video?.tail], [4, 4, 0, 0]);
    assert.equal(readSource({ streams, format: { ...format, format_name: "mpegts", duration: "4" } }).duration, 4);
  });
  it("count no sound that has no channels", () =>
    assert.equal(
      readSource({ streams: [{ index: 0, codec_type: "audio", channels: 0 }], format: {} }).audio.length,
      0,
    ));
});
