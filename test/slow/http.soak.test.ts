/**
 * Minutes of mixed traffic against one server: nothing foreign or broken is sent, and when it is over the
 * server is what it was: no descriptor, no watched socket, no memory, no work left.
 *
 *     ZEROCOPY_SOAK_SECONDS=20 npx vitest run --mode slow test/slow/http.soak.test.ts
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { BodyCounts } from "zerocopy/http";
import { temporaryFolder } from "../support/content.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { inTime, until } from "../support/until.ts";
import { Chaos, makeFiles } from "./soak/chaos.ts";
import "../support/engine.ts";

leaveNothingOpen();

const seconds = Number(process.env["ZEROCOPY_SOAK_SECONDS"] ?? 300);
const driver = fileURLToPath(new URL("./soak/server.mjs", import.meta.url));
const mebibyte = 2 ** 20;

interface State {
  readonly connections: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly surprises: readonly string[];
  readonly counts: BodyCounts;
}

interface Rest extends State {
  readonly descriptors: readonly string[];
  readonly watched: number;
}

test.for([
  { how: "by the kernel", environment: {}, share: 0.8, path: "sendfile" },
  {
    how: "without the addon",
    environment: { ZEROCOPY_DISABLE_NATIVE: "1" },
    share: 0.2,
    path: "read-write",
  },
])(
  "$how, a server is after minutes of chaos what it was before",
  { timeout: (seconds + 120) * 1000 },
  async ({ environment, share, path }) => {
    const root = temporaryFolder();
    makeFiles(root);
    const server = fork(driver, [root], {
      execArgv: ["--expose-gc", "--no-warnings"],
      env: { ...process.env, ...environment },
    });
    const exited = once(server, "exit");
    later(async () => {
      if (server.connected) server.disconnect();
      expect(await inTime(exited, "the end of the server")).toEqual([0, null]);
    });
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    const seed = Math.floor(Math.random() * 2 ** 31);
    const chaos = new Chaos({ port, root, seed });
    const durationMs = seconds * share * 1000;

    await chaos.run(24, durationMs / 5);
    const before = await rest(server);
    for (let part = 0; part < 4; part++) {
      await chaos.run(24, durationMs / 5);
      const { descriptors, watched, rss, surprises } = await rest(server);
      expect(surprises).toEqual([]);
      expect(descriptors.length, descriptors.join(", ")).toBeLessThanOrEqual(
        before.descriptors.length,
      );
      expect(watched).toBeLessThanOrEqual(before.watched);
      expect(rss - before.rss).toBeLessThan(64 * mebibyte);
      console.log(`${part + 1}/4: ${describe(chaos, { ...before, rss: rss - before.rss })}`);
    }
    const { counts } = await ask(server);
    expect(counts.paths[path]?.bodies).toBeGreaterThan(20);
    await untilIdle(server);
  },
);

/** How the server fares when nobody is there, and it has let go of what it keeps for a while. */
async function rest(server: ChildProcess): Promise<Rest> {
  let state = await ask(server);
  let last = "";
  const start = performance.now();
  let since = start;
  // Files, and the directory, stay open for a second.
  while (state.connections > 0 || performance.now() - since < 2500) {
    if (performance.now() - start > 60_000) throw new Error(`does not rest: ${last}`);
    await sleep(100);
    state = await ask(server);
    const now = openIn(server).join();
    if (now !== last) since = performance.now();
    last = now;
  }
  return { ...state, descriptors: openIn(server), watched: watchedBy(server) };
}

async function ask(server: ChildProcess): Promise<State> {
  const answered = once(server, "message");
  server.send("how are you?");
  const [state] = (await inTime(answered, "the server's answer")) as [State];
  return state;
}

function openIn({ pid }: ChildProcess): string[] {
  return fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [fs.readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** Entries of all its epolls: proc_pid_fdinfo(5). */
function watchedBy({ pid }: ChildProcess): number {
  const entries = fs.readdirSync(`/proc/${pid}/fdinfo`).map((fd) => {
    try {
      return fs.readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8").match(/^tfd:/gm)?.length ?? 0;
    } catch {
      return 0;
    }
  });
  return entries.reduce((sum, count) => sum + count, 0);
}

/** Waits for a second in which the server takes less than two hundredths of it: proc_pid_stat(5). */
async function untilIdle({ pid }: ChildProcess): Promise<void> {
  const ticks = (): number => {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    return Number(fields[11]) + Number(fields[12]);
  };
  let before = ticks();
  let since = performance.now();
  await until(
    () => {
      if (ticks() - before > 2) {
        before = ticks();
        since = performance.now();
      }
      return performance.now() - since > 1000;
    },
    () => "the server works although nobody is there",
  );
}

function describe({ totals }: Chaos, { rss, descriptors, watched }: Rest): string {
  const visits = Object.values(totals.visits).reduce((sum, count) => sum + count, 0);
  const whole = `${visits} visits, ${totals.responses} responses, ${Math.round(totals.bytes / mebibyte)} MiB`;
  return `${whole}; ${descriptors.length} descriptors, ${watched} watched, resident ${Math.round(rss / 1024)} KiB more`;
}
