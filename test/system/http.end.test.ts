/**
 * Middleware that replaces `end()` alone, as express-session does to save the session before the response is
 * over: it must find, at every call, what it finds behind a file stream that is piped.
 */
import fs from "node:fs";
import type http from "node:http";
import { expect, test } from "vitest";
import { sha256, taggedFile } from "../support/content.ts";
import { describeHttp, requestFor, responses, serve } from "../support/http.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

type Save = (done: () => void) => void;
type Send = (res: http.ServerResponse, file: string) => unknown;

const saving: readonly [string, Save][] = [
  ["at once", (done) => done()],
  ["later", (done) => void setImmediate(() => setImmediate(done))],
];

/** Sets its cookie when the head is written, and ends the response when the session has been saved. */
function addSession(res: http.ServerResponse, save: Save, log: unknown[]): void {
  const { end, writeHead } = res;
  res.writeHead = function (this: http.ServerResponse, ...words: unknown[]) {
    log.push("head");
    this.setHeader("Set-Cookie", "session=1");
    return Reflect.apply(writeHead, this, words);
  };
  res.end = function (this: http.ServerResponse, ...words: unknown[]) {
    const { headersSent, writableEnded, writableFinished, statusCode } = this;
    log.push("end", words, { headersSent, writableEnded, writableFinished, statusCode });
    if (!headersSent) this.setHeader("X-Late", "1");
    save(() => {
      log.push("saved", this.destroyed);
      Reflect.apply(end, this, words);
    });
    return this;
  };
  for (const event of ["finish", "close"]) res.on(event, () => log.push(event));
}

const announced = (res: http.ServerResponse, file: string): http.ServerResponse =>
  res.setHeader("Content-Length", fs.statSync(file).size);

const piped: Send = (res, file) => {
  announced(res, file);
  if (res.req.method === "HEAD") return res.end();
  return fs.createReadStream(file).pipe(res);
};

describeHttp(({ sendFile, serveStatic, bodyCounts, pathOf }) => {
  const sent: Send = (res, file) => sendFile(announced(res, file), file);

  /** What has arrived, and what happened at the server, of two requests of one connection. */
  async function observe(
    send: Send,
    { size = 0, save = saving[0]![1], method = "GET", isStrict = false },
  ): Promise<{ arrived: unknown; logs: unknown[][] }> {
    const file = taggedFile(1, size);
    const logs: unknown[][] = [];
    const { ask, failures } = await serve((_, res) => {
      res.strictContentLength = isStrict;
      const log: unknown[] = [];
      logs.push(log);
      addSession(res, save, log);
      return send(res, file);
    });
    const text = requestFor("/", { method, isLast: false }) + requestFor("/", { method });
    const found = responses(await ask(text), [method, method]);
    await until(() => logs.every((log) => log.includes("close")), "both to close");
    expect(failures).toEqual([]);
    const arrived = found.map(({ head, body }) => [head.replace(/^Date: .*$/m, ""), sha256(body)]);
    return { arrived, logs };
  }

  for (const [when, save] of saving) {
    for (const size of [0, 100, 40_000, 3_000_000]) {
      for (const method of ["GET", "HEAD"]) {
        test(`saved ${when}: ${method} of ${size} bytes is as behind a stream`, async () => {
          const expected = await observe(piped, { size, save, method });
          expect(await observe(sent, { size, save, method })).toEqual(expected);
        });
      }
    }

    test(`saved ${when}: strictContentLength finds every byte counted`, async () => {
      const expected = await observe(piped, { size: 40_000, save, isStrict: true });
      expect(await observe(sent, { size: 40_000, save, isStrict: true })).toEqual(expected);
    });
  }

  test("keeps no body from the kernel, nor the parts of one", async () => {
    const file = taggedFile(1, 100_000);
    const results: unknown[] = [];
    const { ask } = await serve(async (req, res) => {
      addSession(res, saving[1]![1], []);
      if (req.url === "/") results.push((await sendFile(res, file)).path);
      else files(req, res);
    });
    const files = serveStatic(file.slice(0, file.lastIndexOf("/")));
    const name = file.slice(file.lastIndexOf("/"));
    const switchedOff = "ZEROCOPY_DISABLE_NATIVE=1 is set";
    const reasons = (): string[] =>
      Object.keys(bodyCounts().reasons).filter((reason) => reason !== switchedOff);
    const before = reasons();
    const headers = "Range: bytes=0-9,50000-99999\r\n";
    const found = responses(
      await ask(requestFor("/", { isLast: false }) + requestFor(name, { headers })),
      ["GET", "GET"],
    );
    files.close();
    expect(found[0]!.body.equals(fs.readFileSync(file))).toBe(true);
    expect(found[1]!.body.includes(fs.readFileSync(file).subarray(50_000))).toBe(true);
    expect(results).toEqual([pathOf(100_000)]);
    expect(reasons()).toEqual(before);
  });

  test("throws to whoever it throws behind a stream: sendFile rejects, nothing more is sent", async () => {
    const file = taggedFile(1, 40_000);
    const { ask, failures } = await serve((_, res) => {
      res.end = () => {
        res.destroy();
        throw new RangeError("mine");
      };
      return sendFile(res, file);
    });
    await ask(requestFor("/"));
    await until(() => failures.length > 0, "a rejection");
    expect(failures).toMatchObject([{ name: "RangeError", message: "mine" }]);
  });
});
