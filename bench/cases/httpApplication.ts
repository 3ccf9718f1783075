/** What downloads over HTTP do to the application that serves them: its memory, its other answers. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Case, Prepare } from "../case.ts";
import { get, load, makeCold, peakGrowth, probe } from "../serving/client.ts";
import { files, largeFile, pathsOf, servedFolder, smallFiles } from "../serving/files.ts";
import type { LoopReport } from "../serving/loopReport.ts";
import { startHttpServer, startServer } from "../serving/servers.ts";
import type { PeerName, Server } from "../serving/servers.ts";

async function using<Found>(
  server: Promise<Server>,
  use: (server: Server) => Promise<Found>,
): Promise<Found> {
  const started = await server;
  try {
    return await use(started);
  } finally {
    await started.stop();
  }
}

/** Bodies alone: heads come on top. */
function mustBe(found: number, wanted: number): void {
  if (found < wanted) throw new Error(`Wrong result: wanted ${wanted} bytes, found ${found}`);
}

const connections = 256;

const memory: Case = {
  name: "http-rss",
  item: `${connections} downloads of 100 MB at a time: growth of the resident set at its peak`,
  measure: "scenario",
  unit: "MB",
  bars: [{ subject: "zerocopy", max: 25 }],
  open: () => {
    const growth =
      (start: () => Promise<Server>): Prepare =>
      () =>
      () =>
        using(start(), async (server) => {
          await get(server, [largeFile]);
          const downloads = Array<string>(connections).fill(largeFile);
          const grown = await peakGrowth(server, async () => {
            const { bytes } = await get(server, downloads);
            mustBe(bytes, connections * 100e6);
          });
          return grown / 1e6;
        });
    const own = ["zerocopy", "send"];
    const peers: PeerName[] = ["nginx", "go"];
    return {
      items: 1,
      expected: undefined,
      subjects: Object.fromEntries([
        ...own.map((name) => [name, growth(() => startHttpServer(name, servedFolder()))]),
        ...peers.map((name) => [name, growth(() => startServer(name, servedFolder(), true))]),
      ]),
    };
  },
};

const intervalUs = 500;
const warmUpMs = 1000;

/** 64 files that are in no memory, all at once. */
async function downloadCold(from: Server): Promise<void> {
  const { bytes } = await get(from, smallFiles);
  mustBe(bytes, smallFiles.length * 8 * (1 << 20));
}

/** 99th percentile of the time that a route without files takes meanwhile. */
async function probed(application: Server, meanwhile: () => Promise<void>): Promise<number> {
  const warm = await probe(application, "/json", intervalUs);
  await sleep(warmUpMs);
  await warm.stop();
  makeCold(pathsOf(smallFiles));
  const probing = await probe(application, "/json", intervalUs);
  await meanwhile();
  return (await probing.stop()).p99 / 1e3;
}

const besideCold: Case = {
  name: "http-json-beside-cold",
  item: "99th percentile of a route without files, while 64 cold files are downloaded",
  measure: "scenario",
  unit: "us",
  bars: [{ subject: "zerocopy", against: ["nginx beside it"], max: 1.25 }],
  open: () => {
    const same =
      (name: string): Prepare =>
      () =>
      () =>
        using(startHttpServer(name, servedFolder()), (application) =>
          probed(application, () => downloadCold(application)),
        );
    return {
      items: 1,
      expected: undefined,
      subjects: {
        zerocopy: same("zerocopy"),
        send: same("send"),
        "nginx beside it": () => () =>
          using(startHttpServer("zerocopy", servedFolder()), (application) =>
            using(startServer("nginx", servedFolder(), true), (nginx) =>
              probed(application, () => downloadCold(nginx)),
            ),
          ),
        "no downloads": () => () =>
          using(startHttpServer("zerocopy", servedFolder()), (application) =>
            probed(application, () => sleep(1000)),
          ),
      },
    };
  },
};

async function loopReport(server: Server): Promise<LoopReport> {
  return JSON.parse(await server.ask());
}

const idleMs = 1000;

const loopCold: Case = {
  name: "http-loop-cold",
  item: "event loop, 99th percentile of its delay above idle while 64 cold files are downloaded",
  measure: "scenario",
  unit: "ms",
  bars: [{ subject: "zerocopy", max: 5 }],
  open: () => {
    const delay =
      (name: string): Prepare =>
      () =>
      () =>
        using(startHttpServer(name, servedFolder()), async (server) => {
          await get(server, [largeFile]);
          await loopReport(server);
          await sleep(idleMs);
          const idle = await loopReport(server);
          makeCold(pathsOf(smallFiles));
          await loopReport(server);
          await downloadCold(server);
          const loaded = await loopReport(server);
          return Math.max(0, loaded.delayP99 - idle.delayP99);
        });
    return {
      items: 1,
      expected: undefined,
      subjects: { zerocopy: delay("zerocopy"), send: delay("send") },
    };
  },
};

const register: Case = {
  name: "http-express-register",
  item: "file of 1 MiB from an unmodified Express application, the server's processor time",
  measure: "scenario",
  unit: "us",
  bars: [{ subject: "express with register", against: ["express"], max: 0.35 }],
  open: () => {
    const file = files["1MiB"];
    const [content = ""] = pathsOf([file]);
    const processor =
      (flags: readonly string[]): Prepare =>
      () =>
      () =>
        using(startHttpServer("express", servedFolder(), { flags }), async (server) => {
          const { cpuNs, requests } = await load(server, { target: `/${file}`, file: content });
          return cpuNs / requests / 1e3;
        });
    const flags = ["--import", import.meta.resolve("zerocopy/register")];
    return {
      items: 1,
      expected: undefined,
      subjects: { express: processor([]), "express with register": processor(flags) },
    };
  },
};

export const cases: readonly Case[] = [memory, besideCold, loopCold, register];
