/** What a TCP proxy costs whose bytes do not pass through it. */
import type { Case, Prepare } from "../case.ts";
import { get } from "../serving/client.ts";
import { largeFile, servedFolder } from "../serving/files.ts";
import { startProxy, startServer } from "../serving/servers.ts";
import type { ProxyName } from "../serving/servers.ts";

/** 1 GB in all, one connection after the other. */
const files = Array<string>(10).fill(largeFile);

function processorOf(name: ProxyName): Prepare {
  return () => async () => {
    const upstream = await startServer("zerocopy", servedFolder(), false);
    const proxy = await startProxy(name, upstream);
    try {
      await get(proxy, [largeFile]);
      let cpuNs = 0;
      let bytes = 0;
      for (const file of files) {
        const received = await get(proxy, [file]);
        cpuNs += received.cpuNs;
        bytes += received.bytes;
      }
      return cpuNs / (bytes / 1024);
    } finally {
      await proxy.stop();
      await upstream.stop();
    }
  };
}

export const cases: readonly Case[] = [
  {
    name: "relay",
    item: "KiB of 1 GB from socket to socket, the proxy's processor time",
    measure: "scenario",
    unit: "ns",
    bars: [{ subject: "zerocopy", against: ["a.pipe(b)"], max: 0.3 }],
    open: () => ({
      items: 1,
      expected: undefined,
      subjects: { "a.pipe(b)": processorOf("pipe"), zerocopy: processorOf("relay") },
    }),
  },
];
