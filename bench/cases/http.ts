/** What files cost over HTTP: beside a server without files, beside other middleware and servers. */
import type { Bar, Case, Prepare } from "../case.ts";
import { load } from "../serving/client.ts";
import type { Answered, Exchange } from "../serving/client.ts";
import { files, largeFile, pathsOf, servedFolder } from "../serving/files.ts";
import { startHttpServer, startServer } from "../serving/servers.ts";
import type { PeerName, Server } from "../serving/servers.ts";

const ours = ["zerocopy", "zerocopy, cache: false", "sendFile"];
const bare = ["bare", "bare, writeHead"];
const middleware = ["send", "sirv", "fastify"];
const peers: readonly PeerName[] = ["nginx", "nginx open_file_cache", "go", "bun"];

function started(name: string, file: string): Promise<Server> {
  const peer = peers.find((one) => one === name);
  return peer
    ? startServer(peer, servedFolder(), true)
    : startHttpServer(name, servedFolder(), { file });
}

type Figure = (answered: Answered) => number;

const usPerRequest: Figure = ({ cpuNs, requests }) => cpuNs / requests / 1e3;
const nsPerKiB: Figure = ({ cpuNs, bytes }) => cpuNs / (bytes / 1024);

/** Processor time of the server for answering `exchange`, again and again. */
function processorOf(
  name: string,
  figure: Figure,
  file: string,
  exchange: (server: Server) => Exchange | Promise<Exchange>,
): Prepare {
  return () => async () => {
    const server = await started(name, file);
    try {
      return figure(await load(server, await exchange(server)));
    } finally {
      await server.stop();
    }
  };
}

function whole(file: string): Exchange {
  const [content = ""] = pathsOf([file]);
  return { target: `/${file}`, file: content };
}

interface Download {
  readonly name: string;
  readonly file: string;
  readonly item: string;
  readonly unit: string;
  readonly figure: Figure;
  readonly subjects: readonly string[];
  readonly bars: readonly Bar[];
}

function download({ name, file, item, unit, figure, subjects, bars }: Download): Case {
  return {
    name,
    item: `${item}, the server's processor time`,
    measure: "scenario",
    unit,
    bars,
    open: () => ({
      items: 1,
      expected: undefined,
      subjects: Object.fromEntries(
        subjects.map((subject) => [subject, processorOf(subject, figure, file, () => whole(file))]),
      ),
    }),
  };
}

/** At most 1 / 0.75 of the time is at least 0.75 of the requests. */
const oneKiB = download({
  name: "http-1KiB",
  file: files["1KiB"],
  item: "warm file of 1 KiB",
  unit: "us",
  figure: usPerRequest,
  subjects: [...ours, ...bare, ...middleware, ...peers],
  bars: [
    { subject: "zerocopy", against: bare, max: 1 / 0.75 },
    { subject: "zerocopy, cache: false", against: bare, max: 1 / 0.55 },
    { subject: "zerocopy", against: ["send"], max: 1 / 2.5 },
  ],
});

const kib64 = download({
  name: "http-64KiB",
  file: files["64KiB"],
  item: "warm file of 64 KiB",
  unit: "us",
  figure: usPerRequest,
  subjects: [...ours, ...bare, ...middleware, ...peers],
  bars: [
    { subject: "zerocopy", against: bare, max: 1 / 0.85 },
    { subject: "zerocopy", against: ["send"], max: 1 / 3 },
  ],
});

const large = (name: string, file: string, item: string): Case =>
  download({
    name,
    file,
    item,
    unit: "ns",
    figure: nsPerKiB,
    subjects: [...ours, ...middleware, ...peers],
    bars: [
      { subject: "zerocopy", against: ["send"], max: 0.25 },
      { subject: "zerocopy", against: ["nginx", "go", "bun"], max: 1.3 },
    ],
  });

/** No body: a response is as long as its head. */
function bodiless(
  name: string,
  item: string,
  exchange: (server: Server) => Exchange | Promise<Exchange>,
): Case {
  return {
    name,
    item: `${item}, the server's processor time`,
    measure: "scenario",
    unit: "us",
    bars: [{ subject: "zerocopy", against: ["send"], max: 1 / 2.5 }],
    open: () => ({
      items: 1,
      expected: undefined,
      subjects: Object.fromEntries(
        ["zerocopy", "zerocopy, cache: false", ...middleware, "go", "nginx"].map((subject) => [
          subject,
          processorOf(subject, usPerRequest, files["1KiB"], exchange),
        ]),
      ),
    }),
  };
}

const target = `/${files["1KiB"]}`;

/** The validator is that which the server itself has sent; of a server without ETags, the date. */
async function unchanged({ port }: Server): Promise<Exchange> {
  const { headers } = await fetch(`http://127.0.0.1:${port}${target}`);
  const etag = headers.get("etag");
  const validator: Record<string, string> = etag
    ? { "If-None-Match": etag }
    : { "If-Modified-Since": headers.get("last-modified") ?? "" };
  return { target, headers: validator, status: 304 };
}

export const cases: readonly Case[] = [
  oneKiB,
  kib64,
  large("http-1MiB", files["1MiB"], "KiB of a warm file of 1 MiB"),
  large("http-100MB", largeFile, "KiB of a warm file of 100 MB"),
  bodiless("http-304", "304 Not Modified", unchanged),
  bodiless("http-HEAD", "HEAD", () => ({ method: "HEAD", target })),
];
