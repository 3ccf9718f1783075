/** `send` on connections with other requests, in the context of its request, and with no descriptor left. */
import { AsyncLocalStorage } from "node:async_hooks";
import { execFile } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import "../support/engine.ts";
import { content, taggedFile, temporaryFolder } from "../support/content.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { fallback, native, npm, sentBy, whyNotNative } from "../support/sending/subjects.ts";
import type { Subject } from "../support/sending/subjects.ts";
import { receivedBytes } from "../support/sockets.ts";

leaveNothingOpen();

/** Where `server` listens. */
async function listening(server: http.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  later(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

/** What a server around `send` answers to `requests`, written at once. */
async function answers(subject: Subject, root: string, requests: string): Promise<string> {
  const server = http.createServer((req, res) => {
    const sending = subject.send(req, req.url!, { root });
    if (req.headers["x-listens"]) sending.on("stream", () => {});
    sending.pipe(res);
  });
  const client = net.connect(await listening(server), "127.0.0.1");
  client.write(requests);
  const bytes = await receivedBytes(client);
  return bytes.toString("latin1").replaceAll(/\r\nDate: [^\r]*/g, "");
}

describe.each([native, fallback])("$name", (subject) => {
  beforeEach((context) => {
    const missing = subject === native && whyNotNative();
    if (missing) context.skip(missing);
  });

  test("100 requests at once on one connection are answered as npm send answers them", async () => {
    const root = temporaryFolder();
    for (const size of [0, 1, 1000, 65_536, 200_000]) {
      fs.writeFileSync(path.join(root, `${size}.bin`), content(size, size));
    }
    const targets = ["/0.bin", "/1.bin", "/nope", "/200000.bin", "/1000.bin", "/..", "/65536.bin"];
    const heads = ["", "Range: bytes=-500\r\n", "X-Listens: 1\r\n", "If-None-Match: *\r\n"];
    const requests = Array.from({ length: 100 }, (_, index) => {
      const method = index % 9 === 8 ? "HEAD" : "GET";
      const end = index === 99 ? "Connection: close\r\n" : "";
      const target = targets[index % targets.length];
      return `${method} ${target} HTTP/1.1\r\nHost: x\r\n${heads[index % 4]}${end}\r\n`;
    }).join("");
    const before = sentBy(native, "sendfile").bodies;
    expect(await answers(subject, root, requests)).toBe(await answers(npm, root, requests));
    const bodies = sentBy(native, "sendfile").bodies - before;
    expect(bodies > 30).toBe(subject === native);
  });

  test("listeners run in the async context of the request", async () => {
    const store = new AsyncLocalStorage<number>();
    const seen: unknown[] = [];
    const file = taggedFile(1, 300_000);
    const server = http.createServer((req, res) => {
      store.run(42, () => {
        const sending = subject.send(req, req.url === "/" ? file : "/nope");
        for (const event of ["file", "headers", "end", "error"]) {
          sending.on(event, () => seen.push(event, store.getStore()));
        }
        sending.on("error", () => res.end());
        sending.pipe(res);
      });
    });
    const port = await listening(server);
    for (const target of ["/", "/nope"]) {
      const client = net.connect(port, "127.0.0.1");
      client.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await receivedBytes(client);
    }
    expect(seen).toEqual(["file", 42, "headers", 42, "end", 42, "error", 42]);
  });

  test("http.request with an agent that keeps connections gets every body whole", async () => {
    const file = taggedFile(3, 100_000);
    const server = http.createServer((req, res) => void subject.send(req, file).pipe(res));
    const port = await listening(server);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    later(() => agent.destroy());
    for (let round = 0; round < 20; round++) {
      const [res] = (await once(http.get({ port, agent, host: "127.0.0.1" }), "response")) as [
        http.IncomingMessage,
      ];
      const chunks = await res.toArray();
      expect(Buffer.concat(chunks as Buffer[]).equals(content(3, 100_000))).toBe(true);
    }
  });
});

test("without a descriptor to open the file by, the answer is 500, as npm send's", async () => {
  const program = path.resolve(import.meta.dirname, "../support/sending/noDescriptors.cjs");
  const file = taggedFile(1, 100);
  const run = async (send: string, env: NodeJS.ProcessEnv): Promise<unknown> => {
    const args = ["-c", 'ulimit -n 64; exec "$@"', "sh", process.execPath, program, send, file];
    const { stdout } = await promisify(execFile)("sh", args, { env: { ...process.env, ...env } });
    return JSON.parse(stdout);
  };
  const wanted = await run("send", {});
  expect(wanted).toMatchObject({ status: 500, afterwards: 200 });
  expect(await run("zerocopy/http", {})).toEqual(wanted);
  expect(await run("zerocopy/http", { ZEROCOPY_DISABLE_NATIVE: "1" })).toEqual(wanted);
});
