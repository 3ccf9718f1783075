// What a program can see of files that it sends: each scenario answers with what it has seen, in order. Run
// with and without zerocopy/register, which must not make a difference.
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";
import { pipeline } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { breaking } from "./breaking.mjs";
import {
  bodyOf,
  headOf,
  md5,
  note,
  ofFiles,
  ofResponses,
  pair,
  served,
  stateOf,
  until,
  whole,
} from "./exchange.mjs";

export const scenarios = {
  "a small file": ({ small }) => whole(small),
  "a large file": ({ large }) => whole(large),
  "an empty file": ({ empty }) => whole(empty),
  "a part": ({ large }) => whole(large, { options: { start: 5, end: 2_000_004 }, size: 2_000_000 }),
  "one byte": ({ large }) => whole(large, { options: { start: 70_000, end: 70_000 }, size: 1 }),
  "a part behind the end": ({ small }) => whole(small, { options: { start: 1_000_000 }, size: 0 }),
  "a part across the end": ({ small }) =>
    whole(small, { options: { start: 10, end: 1e9 }, size: 990 }),
  "a small highWaterMark": ({ small }) => whole(small, { options: { highWaterMark: 7 } }),
  "a large highWaterMark": ({ large }) => whole(large, { options: { highWaterMark: 1 << 22 } }),
  "an encoding": ({ small }) => whole(small, { options: { encoding: "hex" }, size: 2000 }),
  "an encoding set later": ({ small }) =>
    whole(small, { size: 2000, send: (file, message) => file.setEncoding("hex").pipe(message) }),
  "a file system of one's own": ({ small }) => {
    const log = [];
    const own = { ...fs, read: (...words) => (log.push("read"), fs.read(...words)) };
    return whole(small, { options: { fs: own } }).then((seen) => ({ ...seen, log }));
  },
  "over a Unix socket": ({ large, folder }) =>
    whole(large, { listenOn: [path.join(folder, `socket-${process.pid}`)] }),
  pipeline: ({ large }) =>
    whole(large, {
      send: (file, message, log) =>
        pipeline(file, message, (error) => log.push(`done ${error?.code ?? ""}`)),
    }),
  "without an end": ({ large }) =>
    whole(large, {
      send(file, message, log) {
        file.pipe(message, { end: false });
        file.once("end", () => {
          log.push(`ended: ${message.writableEnded}`);
          message.end();
        });
      },
    }),
  "bytes before": ({ large }) =>
    whole(large, {
      size: 3_000_006,
      send(file, message) {
        message.write("before");
        file.pipe(message);
      },
    }),
  "three files": ({ small }) =>
    whole(small, {
      size: 3000,
      send(file, message, log) {
        const next = (count, stream) => {
          stream.pipe(message, { end: count === 0 });
          if (count === 0) return;
          stream.on("end", () => {
            log.push(`end ${count}`);
            next(count - 1, fs.createReadStream(stream.path));
          });
        };
        next(2, file);
      },
    }).then(({ log, ...seen }) => {
      // The pool closes it while the next ones are read: the order is chance.
      const isClose = (event) => event === "file close";
      return { ...seen, log: log.filter((event) => !isClose(event)), closes: log.filter(isClose) };
    }),
  "fewer bytes than announced, more than announced": async ({ small }) => {
    const more = await whole(small, { size: 900 });
    const log = [];
    const fewer = await served(
      (request, message) => {
        message.setHeader("Content-Length", 1100);
        const file = fs.createReadStream(small).pipe(message);
        note(log, "response", file, ofResponses);
      },
      (client) => client.once("data", () => setTimeout(() => client.destroy(), 100)),
    );
    return { more, log, fewer: headOf(fewer), body: md5(bodyOf(fewer)) };
  },
  strictContentLength: async ({ small }) => {
    const strict = (size) =>
      whole(small, {
        size,
        send(file, message, log) {
          message.strictContentLength = true;
          pipeline(file, message, (error) => log.push(`done ${error?.code ?? ""}`));
          process.once("uncaughtException", ({ code }) => {
            log.push(`thrown ${code}`);
            message.destroy();
          });
        },
      });
    return [await strict(1000), await strict(900)];
  },
  "HTTP/1.0 without a length": async ({ large }) => {
    const response = await served((request, message) => {
      message.useChunkedEncodingByDefault = false;
      fs.createReadStream(large).pipe(message);
    });
    return [headOf(response), md5(bodyOf(response))];
  },
  "no such file, a folder": async ({ folder }) => {
    const answers = [];
    for (const name of ["nothing", "."]) {
      const log = [];
      const response = await served((request, message) => {
        message.setHeader("Content-Length", 10);
        const stream = fs.createReadStream(path.join(folder, name));
        note(log, "file", stream, ofFiles);
        stream.on("error", () => {
          log.push(`head: ${message.headersSent}`);
          message.writeHead(500, { "Content-Length": 4 }).end("oops");
        });
        stream.pipe(message);
      });
      answers.push(log, headOf(response));
    }
    return answers;
  },
  "a FIFO": async ({ folder }) => {
    const fifo = path.join(folder, `fifo-${process.pid}`);
    await once(spawn("mkfifo", [fifo]), "close");
    const response = await served((request, message) => {
      message.setHeader("Content-Length", 5);
      fs.createReadStream(fifo).pipe(message);
      fs.createWriteStream(fifo).end("bytes");
    });
    return bodyOf(response).toString();
  },
  "a file of procfs": async () => {
    const response = await served((request, message) => {
      fs.createReadStream("/proc/version").pipe(message);
    });
    return response.includes("Linux version");
  },
  "a descriptor": async ({ large }) => {
    const answers = [];
    for (const options of [
      { start: 0 },
      {},
      { start: 9, autoClose: false },
      { autoClose: false },
    ]) {
      const fd = fs.openSync(large);
      fs.readSync(fd, Buffer.alloc(100));
      const log = [];
      let stream;
      const response = await served((request, message) => {
        message.setHeader("Content-Length", 3_000_000 - (options.start ?? 100));
        stream = fs.createReadStream("", { ...options, fd });
        note(log, "file", stream, ofFiles);
        stream.pipe(message);
      });
      if (options.autoClose ?? true) {
        await until(() => stream.closed);
      } else {
        log.push(/pos:\s*(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))[1]);
        fs.closeSync(fd);
      }
      answers.push(log, stateOf(stream), md5(bodyOf(response)));
    }
    return answers;
  },
  "a FileHandle": async ({ large }) => {
    const answers = [];
    for (const options of [{ start: 3 }, {}, { start: 3, autoClose: false }]) {
      const handle = await fs.promises.open(large);
      const log = [];
      handle.on("close", () => log.push("handle close"));
      const response = await served((request, message) => {
        message.setHeader("Content-Length", 3_000_000 - (options.start ?? 0));
        const stream = handle.createReadStream(options);
        note(log, "file", stream, ofFiles);
        stream.pipe(message);
      });
      await sleep(20);
      log.push(handle.fd >= 0);
      await handle.close();
      answers.push(log, md5(bodyOf(response)));
    }
    return answers;
  },
  "destroyed when it opens": ({ large }) => {
    const log = [];
    return served((request, message) => {
      message.setHeader("Content-Length", 10);
      const stream = fs.createReadStream(large);
      note(log, "file", stream, ofFiles);
      note(log, "response", message, ofResponses);
      stream.on("open", () => stream.destroy()).pipe(message);
      stream.on("close", () => {
        log.push(`head: ${message.headersSent}`, stateOf(stream));
        message.writeHead(500, { "Content-Length": 4 }).end("oops");
      });
    }).then((response) => [log, headOf(response)]);
  },
  "the context of callbacks": async ({ small, large }) => {
    const storage = new AsyncLocalStorage();
    const log = [];
    for (const file of [small, large]) {
      let stream;
      await served((request, message) => {
        message.setHeader("Content-Length", fs.statSync(file).size);
        storage.run(file, () => {
          stream = fs.createReadStream(file);
          for (const event of ["open", "end", "close"]) {
            stream.on(event, () => log.push([event, storage.getStore()]));
          }
          for (const event of ["finish", "close", "unpipe"]) {
            message.on(event, () => log.push([event, storage.getStore()]));
          }
          stream.pipe(message);
        });
      });
      await until(() => stream.closed);
    }
    return log;
  },
  "a listener that throws": async ({ large }) => {
    const log = [];
    const seen = once(process, "uncaughtException");
    const response = await served((request, message) => {
      message.setHeader("Content-Length", 3_000_000);
      const stream = fs.createReadStream(large);
      stream.pipe(message);
      stream.on("end", () => {
        throw new Error("on purpose");
      });
    });
    log.push((await seen)[0].message);
    return [log, md5(bodyOf(response))];
  },

  // Other ways over a connection.

  "a request": async ({ large }) => {
    const answers = [];
    for (const headers of [{ "Content-Length": 3_000_000 }, {}]) {
      const server = http.createServer((request, message) => {
        void buffer(request).then((body) =>
          message.end(`${request.headers["content-length"]} ${md5(body)}`),
        );
      });
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      const log = [];
      const request = http.request({ ...server.address(), method: "PUT", headers });
      note(log, "request", request, ["pipe", "unpipe", "finish", "socket"]);
      const stream = fs.createReadStream(large);
      note(log, "file", stream, ofFiles);
      stream.pipe(request);
      const [message] = await once(request, "response");
      answers.push(log, (await buffer(message)).toString());
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    }
    return answers;
  },
  "a plain socket": async ({ small, large }) => {
    const answers = [];
    for (const file of [small, large]) {
      const { reader, sender } = await pair();
      const log = [];
      note(log, "socket", sender, ["pipe", "unpipe", "finish"]);
      sender.write("before ");
      const stream = fs.createReadStream(file);
      note(log, "file", stream, ofFiles);
      stream.pipe(sender);
      const received = await buffer(reader);
      reader.destroy();
      await until(() => stream.closed);
      answers.push(log, md5(received), sender.bytesWritten);
    }
    return answers;
  },
  "a socket that connects": async ({ large }) => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = net.connect(server.address());
    fs.createReadStream(large).pipe(socket);
    const [peer] = await once(server, "connection");
    const received = await buffer(peer);
    server.close();
    return [md5(received), socket.bytesWritten];
  },
  "the standard input of a child": async ({ large }) => {
    const child = spawn("md5sum", { stdio: ["pipe", "pipe", "inherit"] });
    fs.createReadStream(large).pipe(child.stdin);
    return (await buffer(child.stdout)).toString();
  },
  "two files to one socket": async ({ small, large }) => {
    const { reader, sender } = await pair();
    fs.createReadStream(large).pipe(sender, { end: false });
    fs.createReadStream(small).pipe(sender, { end: false });
    const chunks = [];
    reader.on("data", (chunk) => chunks.push(chunk));
    const received = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    await until(() => received() === 3_001_000);
    reader.destroy();
    sender.destroy();
    return received();
  },

  ...breaking,
};
