// Sockets, HTTP, compression, digests.
import crypto, { createHash } from "node:crypto";
import fs from "node:fs";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";
import { bytearray } from "zerocopy";
import { sendFile as sendBody } from "zerocopy/http";
import { receiver, saveTo, sendFile } from "zerocopy/net";

export function networkPairs({
  collect,
  drawn,
  file,
  plain,
  sink,
  size,
  source,
  text,
  to,
  upload,
  zipped,
}) {
  return {
    "in socket read": [
      () => drawn((socket) => pipeline(socket, fs.createWriteStream(to))),
      () => drawn((socket) => saveTo(socket, to, { count: size })),
    ],
    "copy socket read": [
      () => drawn((socket) => collect(socket)),
      () => drawn((socket) => receiver(socket).recvAll(bytearray(size))),
    ],
    "out socket.write": [
      () => sink((socket) => socket.write(source)),
      () => sink((socket) => sendFile(socket, file)),
    ],
    "copy socket.write": [
      () => sink((socket) => socket.write(text, "latin1")),
      () => sink((socket) => socket.write(source)),
    ],
    "out res.end": [
      () => upload((request) => request.end(source)),
      () => upload((request) => sendBody(request, file)),
    ],
    "copy res.end": [
      () => upload((request) => request.end(text, "latin1")),
      () => upload((request) => request.end(source)),
    ],
    "copy zlib.*Sync": [
      () => zlib.gunzipSync(zipped),
      () => zlib.gunzipSync(zipped, { chunkSize: 2 * size }),
    ],
    "copy hash.update": [
      () => createHash("sha1").update(text, "latin1").digest(),
      () => createHash("sha1").update(source).digest(),
    ],
    "copy subtle.digest": [
      () => crypto.subtle.digest("SHA-256", plain),
      () => createHash("sha256").update(plain).digest(),
    ],
  };
}
