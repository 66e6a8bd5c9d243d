import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startedAt } from "../../local/database/owner.js";
import { startChild, waitFor } from "../../local/launcher/child.js";
import { ProcessList } from "../../local/launcher/leftovers.js";
import { freePort } from "../../local/launcher/ports.js";
import { type Part, type Supervised, Supervisor } from "../../local/launcher/supervisor.js";
import { until } from "./support/stage.js";

/** Says "up" and stays. */
const GOOD = 'console.log("up"); setInterval(() => {}, 1000)';
const DEAF = `process.on("SIGTERM", () => {}); ${GOOD}`;

describe("supervision of a process", function () {
  this.timeout(30_000);
  let folder: string;
  let supervisor: Supervisor;
  let said: string[];

  const noted = (): number[] => {
    const text = readFileSync(join(folder, "processes.json"), "utf8");
    return (JSON.parse(text) as { processes: { pid: number }[] }).processes.map(({ pid }) => pid);
  };
  /** @param program its text, asked for at each start */
  const part = (program: () => string, more: Partial<Part> = {}): Part => {
    const log = join(folder, "thing.log");
    return {
      name: "thing",
      log,
      async start(known) {
        const options = { name: "thing", command: process.execPath, args: ["-e", program()], env: {}, log };
        const child = await startChild(options);
        await known(child);
        await waitFor(child, "up", () => Promise.resolve(readFileSync(log, "utf8").includes("up")));
        return child;
      },
      ...more,
    };
  };
  const pidOf = (supervised: Supervised): number => supervised.current()?.pid ?? 0;
  const killAndWait = async (supervised: Supervised): Promise<number> => {
    const pid = pidOf(supervised);
    process.kill(pid, "SIGKILL");
    return until("another process", 20, () => {
      const now = pidOf(supervised);
      return Promise.resolve(now !== pid && now !== 0 && now);
    });
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vod-supervisor-"));
    said = [];
    supervisor = new Supervisor(new ProcessList(join(folder, "processes.json")), (line) => said.push(line));
  });
  afterEach(async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("notes a process that starts while another one ends", async () => {
    const list = new ProcessList(join(folder, "processes.json"));
    await list.add({ name: "old", pid: 1 });
    const added = list.add({ name: "new", pid: process.pid });
    list.drop({ pid: 1 });
    await added;
    assert.deepEqual(noted(), [process.pid]);
  });

  it("starts it again, says so with what is lost, keeps its last words and the list of processes true", async () => {
    let starts = 0;
    const program = (): string => `console.log("start ${++starts}"); ${GOOD}`;
    const thing = await supervisor.run(part(program, { losses: (end) => `lost by ${end}` }));
    const first = pidOf(thing);
    assert.deepEqual(noted(), [first]);
    const second = await killAndWait(thing);
    assert.deepEqual(said, ["thing has ended by itself (signal SIGKILL): starting it again; lost by signal SIGKILL"]);
    assert.deepEqual(noted(), [second]);
    assert.match(readFileSync(join(folder, "thing.before.log"), "utf8"), /^start 1\n/);
    assert.match(readFileSync(join(folder, "thing.log"), "utf8"), /^start 2\n/);
    await supervisor.stop();
    assert.equal(await startedAt(second), null);
    assert.deepEqual(noted(), []);
  });

  it("gives up after five ends within a minute, with where its last words are", async () => {
    let good = true;
    const thing = await supervisor.run(part(() => (good ? GOOD : "process.exit(7)")));
    await killAndWait(thing);
    good = false;
    process.kill(pidOf(thing), "SIGKILL");
    const what = await supervisor.broken;
    assert.match(
      what,
      /^thing did not start again \(thing ended \(exit code 7\) .*\), 6 times within a minute; its last/,
    );
    assert.ok(what.endsWith(join(folder, "thing.log")));
    assert.deepEqual(
      said.map((line) => / in ([\d.]+) s$/.exec(line)?.[1] ?? "at once"),
      ["at once", "0.5", "1", "2", "4"],
    );
  });

  it("names who holds its port, and takes it once it is free", async () => {
    const port = await freePort();
    const thing = await supervisor.run(part(() => GOOD, { port }));
    const server = createServer();
    await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
    process.kill(pidOf(thing), "SIGKILL");
    const held = new RegExp(
      `^thing did not start again \\(its port ${port} is held by ".+", process ${process.pid}\\)`,
    );
    await until("the complaint", 10, () => Promise.resolve(said.some((line) => held.test(line))));
    await new Promise((done) => server.close(done));
    await until("another process", 10, () => Promise.resolve(pidOf(thing) !== 0));
  });

  it("stops one that is being started again, and starts none while it stops", async () => {
    let starts = 0;
    // From the second on it never says that it is up.
    const program = (): string => (++starts === 1 ? GOOD : 'console.log("st"); setInterval(() => {}, 1000)');
    const thing = await supervisor.run(part(program));
    process.kill(pidOf(thing), "SIGKILL");
    await until("the second process", 10, () => Promise.resolve(starts === 2 && noted().length === 1));
    const [second = 0] = noted();
    await supervisor.stop();
    assert.equal(await startedAt(second), null);
    assert.equal(starts, 2);
    assert.deepEqual(noted(), []);
  });

  it("starts none that ends while the others stop", async () => {
    let starts = 0;
    const thing = await supervisor.run(part(() => (++starts, GOOD)));
    let killed = false;
    supervisor.onStop(async () => {
      process.kill(pidOf(thing), "SIGKILL");
      await until("its end", 10, () => Promise.resolve(thing.current() === null));
      killed = true;
    });
    await supervisor.stop();
    assert.deepEqual({ starts, killed, said }, { starts: 1, killed: true, said: [] });
  });

  it("kills one that ignores SIGTERM, and one that is stopped", async () => {
    const deaf = await supervisor.run(part(() => DEAF, { grace: 200 }));
    const asleep = await supervisor.run(part(() => GOOD, { grace: 200, log: join(folder, "asleep.log") }));
    const pids = [pidOf(deaf), pidOf(asleep)];
    process.kill(pidOf(asleep), "SIGSTOP");
    await supervisor.stop();
    assert.deepEqual(await Promise.all(pids.map(startedAt)), [null, null]);
  });

  it("a first start that fails is the caller's, and leaves nothing", async () => {
    await assert.rejects(supervisor.run(part(() => "process.exit(3)")), /^Error: thing ended \(exit code 3\)/);
    assert.deepEqual({ said, noted: noted() }, { said: [], noted: [] });
    assert.equal(existsSync(join(folder, "thing.before.log")), false);
  });
});
