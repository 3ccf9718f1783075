/** What serving files costs: processor, event loop, memory, beside streams and beside other servers. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Case, Prepare } from "../case.ts";
import { get, hang, makeCold } from "../serving/client.ts";
import type { Received } from "../serving/client.ts";
import { largeFile, pathsOf, servedFolder, smallFiles } from "../serving/files.ts";
import type { LoopReport } from "../serving/loopReport.ts";
import { mainThreadNs } from "../serving/mainThread.ts";
import { startServer } from "../serving/servers.ts";
import type { Server, ServerName } from "../serving/servers.ts";

function withServer(
  name: ServerName,
  pinned: boolean,
  use: (server: Server) => Promise<number>,
): Prepare {
  return () => async () => {
    const server = await startServer(name, servedFolder(), pinned);
    try {
      return await use(server);
    } finally {
      await server.stop();
    }
  };
}

const connections = Array<string>(16).fill(largeFile);

function perKiB(ns: number, { bytes }: Received): number {
  return ns / (bytes / 1024);
}

/** Warm files over 16 connections, to a server that has just done the same: so its code is compiled. */
function processorOf(
  name: ServerName,
  clock: (server: Server, received: Received) => number,
): Prepare {
  return withServer(name, true, async (server) => {
    await get(server, connections);
    const before = clock(server, { bytes: 0, wallMs: 0, cpuNs: 0 });
    const received = await get(server, connections);
    return perKiB(clock(server, received) - before, received);
  });
}

const wholeProcess: Case = {
  name: "serve-cpu",
  item: "KiB of warm 100 MB files, the server's processor time",
  measure: "scenario",
  unit: "ns",
  bars: [
    { subject: "zerocopy", against: ["stream"], max: 0.22 },
    { subject: "zerocopy", against: ["nginx", "go", "bun"], max: 1.2 },
  ],
  open: () => {
    const servers: ServerName[] = ["stream", "zerocopy", "nginx", "go", "bun"];
    const cpu = (name: ServerName): Prepare => processorOf(name, (_, { cpuNs }) => cpuNs);
    return {
      items: 1,
      expected: undefined,
      subjects: Object.fromEntries(servers.map((name) => [name, cpu(name)])),
    };
  },
};

const mainThread: Case = {
  name: "serve-main-thread",
  item: "KiB of warm 100 MB files, processor time of the JavaScript thread",
  measure: "scenario",
  unit: "ns",
  bars: [{ subject: "zerocopy", against: ["stream"], max: 0.03 }],
  open: () => ({
    items: 1,
    expected: undefined,
    subjects: {
      stream: processorOf("stream", ({ pid }) => mainThreadNs(pid)),
      zerocopy: processorOf("zerocopy", ({ pid }) => mainThreadNs(pid)),
    },
  }),
};

/** At most 1 / 0.9 of the time is at least 0.9 of the throughput. */
const cold: Case = {
  name: "serve-cold",
  item: "64 cold files of 8 MiB, all at once",
  measure: "scenario",
  unit: "ms",
  bars: [{ subject: "zerocopy", against: ["stream"], max: 1 / 0.9 }],
  open: () => {
    const time = (name: ServerName): Prepare =>
      withServer(name, false, async (server) => {
        await get(server, [largeFile]);
        makeCold(pathsOf(smallFiles));
        return (await get(server, smallFiles)).wallMs;
      });
    return {
      items: 1,
      expected: undefined,
      subjects: { stream: time("stream"), zerocopy: time("zerocopy"), nginx: time("nginx") },
    };
  },
};

/** At most 1 / 0.7 of the time is at least 0.7 of the speed. */
const besideCold: Case = {
  name: "serve-warm-beside-cold",
  item: "warm file of 100 MB beside 64 others",
  measure: "scenario",
  unit: "ms",
  bars: [{ subject: "zerocopy beside cold", against: ["zerocopy beside warm"], max: 1 / 0.7 }],
  open: () => {
    const beside = (name: ServerName, areCold: boolean): Prepare =>
      withServer(name, false, async (server) => {
        await get(server, [largeFile, ...smallFiles]);
        if (areCold) makeCold(pathsOf(smallFiles));
        const others = get(server, smallFiles);
        const { wallMs } = await get(server, [largeFile]);
        await others;
        return wallMs;
      });
    return {
      items: 1,
      expected: undefined,
      subjects: {
        "zerocopy beside cold": beside("zerocopy", true),
        "zerocopy beside warm": beside("zerocopy", false),
        "stream beside cold": beside("stream", true),
        "stream beside warm": beside("stream", false),
      },
    };
  },
};

async function loopReport(server: Server): Promise<LoopReport> {
  return JSON.parse(await server.ask());
}

const idleMs = 1000;
const settlingMs = 1000;
const hangingMs = 2000;

/** Loads the server, and reports of the time in which it was loaded. */
type Load = (server: Server) => Promise<LoopReport>;

/** How much later than in an idle process the loop is at the 99th percentile while `load` lasts. */
function delayAboveIdle(name: ServerName, load: Load): Prepare {
  return withServer(name, false, async (server) => {
    await get(server, [largeFile]);
    await loopReport(server);
    await sleep(idleMs);
    const idle = await loopReport(server);
    const loaded = await load(server);
    return Math.max(0, loaded.delayP99 - idle.delayP99);
  });
}

function loopCase(name: string, item: string, load: Load): Case {
  return {
    name,
    item: `event loop, 99th percentile of its delay above idle ${item}`,
    measure: "scenario",
    unit: "ms",
    bars: [{ subject: "zerocopy", max: 5 }],
    open: () => ({
      items: 1,
      expected: undefined,
      subjects: {
        stream: delayAboveIdle("stream", load),
        zerocopy: delayAboveIdle("zerocopy", load),
      },
    }),
  };
}

const loopCold = loopCase("serve-loop-cold", "while 64 cold files stream", async (server) => {
  makeCold(pathsOf(smallFiles));
  await get(server, smallFiles);
  return loopReport(server);
});

const hanging = 2000;

const loopSlow = loopCase("serve-loop-slow", "while 2,000 readers hang", async (server) => {
  const client = await hang(server, hanging, largeFile);
  await sleep(settlingMs);
  await loopReport(server);
  await sleep(hangingMs);
  const report = await loopReport(server);
  await client.stop();
  return report;
});

const slowMemory: Case = {
  name: "serve-slow-memory",
  item: "reader that hangs, of 2,000: growth of the resident set",
  measure: "scenario",
  unit: "KiB",
  bars: [{ subject: "zerocopy", max: 64 }],
  open: () => {
    const growth = (name: ServerName): Prepare =>
      withServer(name, false, async (server) => {
        await get(server, [largeFile]);
        const before = await loopReport(server);
        const client = await hang(server, hanging, largeFile);
        await sleep(hangingMs);
        const after = await loopReport(server);
        await client.stop();
        return (after.rssBytes - before.rssBytes) / hanging / 1024;
      });
    return {
      items: 1,
      expected: undefined,
      subjects: { stream: growth("stream"), zerocopy: growth("zerocopy") },
    };
  },
};

export const cases: readonly Case[] = [
  wholeProcess,
  mainThread,
  cold,
  besideCold,
  loopCold,
  loopSlow,
  slowMemory,
];
