import assert from "node:assert/strict";
import { availableParallelism, tmpdir } from "node:os";
import fc from "fast-check";
import { ProcessFailed, runProgram, threadLimits } from "../../local/ffmpeg";
import { refusal } from "../../local/mediaconvert/inspect";
import {
  type Extent,
  largestArea,
  memoryLimit,
  PROBE_MEMORY,
  readTime,
  transcodeTime,
} from "../../local/mediaconvert/limits.plan";
import { planJob } from "../../local/mediaconvert/job.plan";
import { type ProbedFile, readSource } from "../../local/mediaconvert/source.plan";
import { encodedJob } from "./settings";

const MB = 1024 * 1024;
const HD = 1280 * 720;

const file = (pictures: number, more: object = {}): ProbedFile => ({
  format: { duration: "2" },
  streams: [{ index: 0, codec_type: "video", width: 1280, height: 720, nb_read_packets: String(pictures), ...more }],
});

describe("the limits of a job", () => {
  it("give 480 MB up to 720p, and more for larger pictures only", () => {
    assert.deepEqual([0, 160 * 90, HD].map(memoryLimit), [480 * MB, 480 * MB, 480 * MB]);
    assert.equal(Math.round(memoryLimit(1920 * 1080) / MB), 1139);
    assert.equal(Math.round(memoryLimit(3840 * 2160) / MB), 2326);
  });

  it("count the largest picture, be it the source's or an output's", () => {
    const plan = planJob(encodedJob());
    assert.equal(largestArea(plan, readSource(file(50))), HD);
    assert.equal(largestArea(plan, readSource(file(50, { width: 3840, height: 2160 }))), 3840 * 2160);
    assert.equal(largestArea(plan, readSource({ streams: [], format: {} })), HD);
  });

  const time = (probed: ProbedFile, extent: Partial<Extent> = {}): number =>
    transcodeTime(probed, { area: HD, bytes: 300_000, outputs: 50, ...extent });

  it("give time for the pictures that were counted, their size and the bytes", () => {
    assert.equal(time(file(50)), 40_000 + 23_040 + 10_000);
    // A million pictures in 16,000 bytes count as a thousand.
    assert.equal(time(file(1_000_000), { area: 160 * 90, bytes: 16_000 }), Math.ceil((40 + 10 + 16 / 30) * 1000));
  });

  it("believe what a film says of its length for ten seconds a picture", () => {
    const slides = time(file(50), { outputs: 12_000 });
    assert.equal(slides, time(file(50)) + Math.round((11_950 * HD) / 20_000));
    assert.equal(time(file(50), { outputs: 1e12 }), slides);
  });

  it("count what edits play again once, as the index names it", () => {
    assert.equal(time(file(2_500_000, { nb_frames: "25" })), time(file(25)));
    assert.equal(time(file(25, { nb_frames: "4800" })), time(file(25)));
    assert.equal(time(file(25, { nb_frames: "N/A" })), time(file(25)));
  });

  it("stay below a minute for a small film of a second, whatever it says", () => {
    const lie = { area: 160 * 90, bytes: 50_000, outputs: 1e15 };
    assert.ok(time(file(25), lie) < 50_000);
  });

  it("give a long film at least ten times what two cores need for it", () => {
    // 1080p in four rungs runs at about 25 pictures a second on two cores, slides at about 60.
    const hour = { area: 1920 * 1080, bytes: 1_000_000_000, outputs: 90_000 };
    assert.ok(time(file(90_000), hour) / 1000 > (10 * 90_000) / 25);
    const slides = { area: 1920 * 1080, bytes: 1_800_000, outputs: 14_400 };
    assert.ok(time(file(60), slides) / 1000 > (5 * 14_400) / 60);
  });

  it("never shrink when a film grows", () => {
    const some = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(some, some, some, some, some, (pictures, area, bytes, outputs, more) => {
        const extent = { area, bytes, outputs };
        const least = time(file(pictures), extent);
        assert.ok(least >= 40_000);
        assert.ok(time(file(pictures + more), extent) >= least);
        assert.ok(time(file(pictures), { ...extent, bytes: bytes + more }) >= least);
        assert.ok(time(file(pictures), { ...extent, outputs: outputs + more }) >= least);
        assert.ok(memoryLimit(area + more) >= memoryLimit(area));
        assert.ok(readTime(bytes + more) >= readTime(bytes));
      }),
    );
  });

  it("bound the threads on large machines only", () => {
    assert.deepEqual(threadLimits(2), []);
    assert.deepEqual(threadLimits(64), ["-threads", "4"]);
  });
});

describe("a program with a limit of memory", function () {
  this.timeout(30_000);
  const run = (script: string, memory: number) =>
    runProgram("/usr/bin/env", ["python3", "-c", script], { cwd: tmpdir(), timeout: 20_000, memory });

  before(function () {
    // macOS takes the limit and does not keep it.
    if (process.platform !== "linux") this.skip();
  });

  it("runs within it, and is not given more", async () => {
    assert.equal(await run("print(len(bytearray(10 << 20)))", 200 * MB), `${10 << 20}\n`);
    const greedy = "import sys\ntry: bytearray(300 << 20)\nexcept MemoryError: sys.exit('Cannot allocate memory')";
    await assert.rejects(run(greedy, 200 * MB), (error) => {
      assert.ok(error instanceof ProcessFailed);
      assert.equal(error.reason, "memory");
      assert.match(refusal(error), new RegExp(`^reading it takes more than ${PROBE_MEMORY / MB} MB of memory`));
      return true;
    });
    assert.equal(await run("print(len(bytearray(300 << 20)))", 600 * MB), `${300 << 20}\n`);
  });

  it("gets its arguments as they are, whatever they look like to a shell", async () => {
    const odd = ["$(touch x)", "a b", "'", '"', "*", ";", "-d"];
    const script = "import sys, json; print(json.dumps(sys.argv[1:]))";
    const options = { cwd: tmpdir(), timeout: 20_000, memory: 200 * MB };
    assert.deepEqual(JSON.parse(await runProgram("/usr/bin/env", ["python3", "-c", script, ...odd], options)), odd);
  });

  it("may use the processor for as long as it has on every core", async () => {
    const script = "import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0])";
    assert.equal(await run(script, 200 * MB), `${20 * availableParallelism()}\n`);
  });

  it("is stopped when it floods its output", async () => {
    await assert.rejects(run("while True: print('x' * 65536)", 200 * MB), { reason: "output" });
  });
});
