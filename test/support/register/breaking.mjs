// What a program sees when something breaks, or is called, while a file is sent to a client that has stalled.
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { pipeline, promises } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { isPrefix, md5, pair, queueOf, stalled, until, untilStill } from "./exchange.mjs";

export const breaking = {
  "a client that goes": async ({ huge }) => [
    await stalled(huge, 1000, (stream, message, log, client) => client.destroy(), settled),
    await stalled(huge, 1000, (stream, message, log, client) => client.destroy(), settled, {
      send: (stream, message, log) =>
        pipeline(stream, message, (error) => log.push(`done ${error?.code ?? ""}`)),
    }),
  ],
  "a file stream that is destroyed": ({ huge }) =>
    stalled(
      huge,
      1000,
      async (stream, message, log) => {
        stream.destroy(new Error("on purpose"));
        await until(() => stream.closed);
        log.push("destroy the response");
        message.destroy();
      },
      settled,
    ),
  "a response that is destroyed": ({ huge }) =>
    stalled(huge, 1000, (stream, message) => message.destroy(), settled),
  "a socket that is destroyed": ({ huge }) =>
    stalled(huge, 1000, (stream, message) => message.socket.destroy(), settled),
  "a signal, of the stream and of the pipeline": async ({ huge }) => {
    const one = new AbortController();
    const other = new AbortController();
    return [
      await stalled(huge, 1000, () => one.abort(), settled, {
        options: { signal: one.signal },
        send: (stream, message) => stream.on("close", () => message.destroy()).pipe(message),
      }),
      // Without the file and the code: which comes first depends on whether it was being read.
      await stalled(huge, 1000, () => other.abort(), settled, {
        send: (stream, message, log) => {
          for (const event of ["end", "close", "error"]) stream.removeAllListeners(event);
          promises
            .pipeline(stream, message, { signal: other.signal })
            .catch(({ name }) => log.push(`done ${typeof name}`));
        },
      }),
    ];
  },
  "a file that becomes shorter": async ({ huge, folder }) => {
    const file = path.join(folder, `shorter-${process.pid}`);
    fs.copyFileSync(huge, file);
    return stalled(
      file,
      1000,
      async (stream, message) => {
        fs.truncateSync(file, 0);
        if (!message.writableFinished) await once(message, "finish");
        await until(() => stream.closed);
      },
      async ({ body }) => ({ isPrefix: isPrefix(body, huge) }),
    );
  },
  "a file that becomes longer": async ({ huge, folder }) => {
    const file = path.join(folder, `longer-${process.pid}`);
    fs.copyFileSync(huge, file);
    const { reader, sender } = await pair();
    const stream = fs.createReadStream(file);
    stream.pipe(sender);
    await untilStill(() => queueOf(reader));
    fs.appendFileSync(file, "more");
    const received = await buffer(reader);
    reader.destroy();
    return [md5(received), stream.bytesRead, sender.bytesWritten];
  },
  "end() of the response": ({ huge }) =>
    stalled(
      huge,
      1000,
      (stream, message) => message.end(),
      ({ body }) => ({
        isPrefix: isPrefix(body, huge),
        isShort: body.length < fs.statSync(huge).size,
      }),
    ),
  "a stalled client, until the timeout": ({ huge }) =>
    stalled(
      huge,
      1000,
      async (stream, message, log, client) => {
        message.setTimeout(150, () => {
          log.push("timeout");
          message.destroy();
        });
        await once(message, "close");
        client.resume();
      },
      settled,
      { resumes: false },
    ),
};

/** After something broke: where everybody is. */
async function settled({ stream, message, body }) {
  await sleep(20);
  await until(() => !stream.destroyed || stream.closed);
  return {
    message: [message.destroyed, message.writableEnded, message.writableFinished, message.closed],
    stream: [stream.destroyed, stream.readableEnded, stream.errored?.code, stream.closed],
    received: body.length > 0,
  };
}
