/**
 * Applications that write to a response whose file is being sent, knowing of it or not: the client must never
 * take their bytes for a part of the file, or for the next response.
 */
import http from "node:http";
import path from "node:path";
import { expect, test } from "vitest";
import { content, taggedFile, temporaryFolder } from "../support/content.ts";
import {
  describeHttp,
  everything,
  requestFor,
  responses,
  serve,
  untilHead,
} from "../support/http.ts";
import { later, leaveNothingOpen } from "../support/resources.ts";
import { until } from "../support/until.ts";

leaveNothingOpen();

const large = 6_000_000;
const small = 100;

describeHttp(({ isNative, sendFile, send, serveStatic }) => {
  type Answer = (req: http.IncomingMessage, res: http.ServerResponse) => void;

  function site(): {
    folder: string;
    byMiddleware: Answer;
    bySend: Answer;
    [target: string]: unknown;
  } {
    const folder = temporaryFolder();
    const names = [taggedFile(1, large, folder), taggedFile(2, small, folder)].map((file) =>
      path.basename(file),
    );
    const files = serveStatic(folder);
    later(() => files.close());
    return {
      folder,
      large: `/${names[0]}`,
      small: `/${names[1]}`,
      byMiddleware: (req, res) => files(req, res),
      bySend: (req, res) => void send(req, req.url!, { root: folder }).pipe(res),
    };
  }

  const writers: readonly [string, (res: http.ServerResponse) => void][] = [
    ["writes", (res) => void res.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL")],
    [
      "ends with something",
      (res) => void res.end("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL"),
    ],
  ];
  // Without the addon send() pipes a stream, as npm send does, and its users get what they get there.
  for (const way of isNative
    ? (["byMiddleware", "bySend"] as const)
    : (["byMiddleware"] as const)) {
    for (const [what, write] of writers) {
      test(`nothing follows the file of ${way} when somebody else ${what}: the connection ends`, async () => {
        const here = site();
        let first: http.ServerResponse | undefined;
        const { connect } = await serve((req, res) => {
          first ??= res;
          here[way](req, res);
        });
        const socket = await connect();
        socket.write(requestFor(String(here["large"]), { isLast: false }));
        socket.write(requestFor(String(here["small"])));
        const head = await untilHead(socket);
        expect(head).toContain(`Content-Length: ${large}`);
        write(first!);
        const body = await everything(socket);
        expect(body.length).toBeLessThan(large);
        expect(body.equals(content(1, body.length))).toBe(true);
      });
    }
  }

  test("a bare end() of a response that waits for those before it comes after its file", async () => {
    const here = site();
    let second: http.ServerResponse | undefined;
    const { connect } = await serve((req, res) => {
      here.byMiddleware(req, res);
      if (req.url!.endsWith("?2")) second = res;
    });
    const socket = await connect();
    for (const query of ["", "?2"]) {
      socket.write(requestFor(`${String(here["large"])}${query}`, { isLast: false }));
    }
    socket.write(requestFor(String(here["small"])));
    await until(() => second?.headersSent === true, "the second response to wait");
    second!.end();
    const found = responses(await everything(socket), ["GET", "GET", "GET"]);
    expect(found.map(({ body }) => body.length)).toEqual([large, large, small]);
    expect(found[1]!.body.equals(content(1, large))).toBe(true);
  });

  test("a response has one file: whoever comes second is refused", async () => {
    const here = site();
    const file = path.join(here.folder, String(here["small"]));
    const { ask, failures } = await serve(async (req, res) => {
      here.byMiddleware(req, res);
      await until(() => res.headersSent, "the head");
      await sendFile(res, file);
    });
    const found = responses(await ask(requestFor(String(here["large"]))), ["GET"]);
    expect(found[0]!.body.equals(content(1, large))).toBe(true);
    expect(failures).toMatchObject([{ code: "ERR_BODY_TAKEN" }]);
  });

  test("a response that sendFile has taken is left alone by middleware", async () => {
    const here = site();
    const file = path.join(here.folder, String(here["large"]));
    const { ask, failures } = await serve((req, res) => {
      const sending = sendFile(res, file);
      here.byMiddleware(req, res);
      return sending;
    });
    const found = responses(await ask(requestFor(String(here["small"]))), ["GET"]);
    expect(found[0]!.body.equals(content(1, large))).toBe(true);
    expect(failures).toEqual([]);
  });

  test("parts of a file are in chunks where the response is", async () => {
    const here = site();
    const { ask } = await serve((req, res) => {
      res.setHeader("Transfer-Encoding", "chunked");
      here.byMiddleware(req, res);
    });
    const headers = "Range: bytes=0-9,1000-1009\r\n";
    const [found] = responses(await ask(requestFor(String(here["large"]), { headers })), ["GET"]);
    expect(found!.status).toBe(206);
    expect(found!.headers["content-length"]).toBeUndefined();
    expect(found!.body.includes(content(1, 10))).toBe(true);
    expect(found!.body.includes(content(1, 10, 1000))).toBe(true);
  });

  test("parts are in chunks where somebody takes Content-Length away as the head is written", async () => {
    const here = site();
    const { ask } = await serve((req, res) => {
      const { writeHead } = res;
      res.writeHead = function (this: http.ServerResponse, ...words: unknown[]) {
        this.removeHeader("Content-Length");
        return Reflect.apply(writeHead, this, words);
      };
      here.byMiddleware(req, res);
    });
    const headers = "Range: bytes=0-9,1000-1009\r\n";
    const [found] = responses(await ask(requestFor(String(here["large"]), { headers })), ["GET"]);
    expect(found!.body.includes(content(1, 10, 1000))).toBe(true);
  });

  test("parts are what strictContentLength counts", async () => {
    const here = site();
    const { ask, failures } = await serve((req, res) => {
      res.strictContentLength = true;
      here.byMiddleware(req, res);
    });
    const headers = "Range: bytes=0-9,1000-1009\r\n";
    const text = requestFor(String(here["large"]), { headers, isLast: false });
    const last = requestFor(String(here["small"]));
    const found = responses(await ask(text + last), ["GET", "GET"]);
    expect(found[0]!.body.includes(content(1, 10, 1000))).toBe(true);
    expect(failures).toEqual([]);
  });

  test("a response never announces a length beside Transfer-Encoding", async () => {
    const here = site();
    const { ask } = await serve((req, res) => {
      res.setHeader("Transfer-Encoding", "chunked");
      here.byMiddleware(req, res);
    });
    const [found] = responses(await ask(requestFor(String(here["large"]))), ["GET"]);
    expect(found!.headers["content-length"]).toBeUndefined();
    expect(found!.body.equals(content(1, large))).toBe(true);
  });

  test("who answers when the head is written cuts the connection: it has promised a file", async () => {
    const here = site();
    const { connect } = await serve((req, res) => {
      const { writeHead } = res;
      res.writeHead = function (this: http.ServerResponse, ...words: unknown[]) {
        res.writeHead = writeHead;
        Reflect.apply(writeHead, this, words);
        return this.end("denied");
      };
      here.byMiddleware(req, res);
    });
    const socket = await connect();
    socket.write(requestFor(String(here["large"]), { isLast: false }));
    socket.write(requestFor(String(here["small"])));
    const bytes = await everything(socket);
    expect(bytes.includes(content(1, 1000))).toBe(false);
    expect(bytes.includes(content(2, small))).toBe(false);
  });
});
