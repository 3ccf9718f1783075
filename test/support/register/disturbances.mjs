// What makes the kernel stop sending a file in the middle, so that the stream has to go on.
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { md5, stalled } from "./exchange.mjs";

/** A response that is disturbed after about `bytes`: what has come by it, and what by the other way. */
export function disturbed(file, bytes, how) {
  const others = [];
  return stalled(
    file,
    bytes,
    (stream, message) => disturbances[how](stream, message, others),
    async ({ stream, body }) => ({
      body: { bytes: body.length, md5: md5(body) },
      other: { bytes: Buffer.concat(others).length, md5: md5(Buffer.concat(others)) },
      bytesRead: stream.bytesRead,
    }),
  );
}

export const disturbances = {
  "a listener of data": (stream, message, others) => {
    stream.on("data", (chunk) => others.push(chunk));
  },
  "a listener of data, before all others": (stream, message, others) => {
    stream.prependListener("data", (chunk) => others.push(chunk));
  },
  "a second pipe": (stream, message, others) => {
    stream.pipe(new PassThrough().on("data", (chunk) => others.push(chunk)));
  },
  "pause and resume": async (stream) => {
    stream.pause();
    await sleep(20);
    stream.resume();
  },
  "unpipe and pipe": async (stream, message) => {
    stream.unpipe(message);
    await sleep(20);
    stream.pipe(message);
  },
  "unpipe, and the rest elsewhere": async (stream, message, others) => {
    stream.unpipe(message);
    await sleep(20);
    const rest = new PassThrough();
    stream.pipe(rest);
    others.push(await buffer(rest));
    message.destroySoon?.();
    message.socket.end();
  },
  "an iterator": async (stream, message, others) => {
    stream.unpipe(message);
    for await (const chunk of stream) others.push(chunk);
    message.socket.end();
  },
};
