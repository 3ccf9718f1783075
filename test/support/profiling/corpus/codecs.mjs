// Compression and cryptography: what they copy beside their work.
import crypto from "node:crypto";
import { promisify } from "node:util";
import { pipeline } from "node:stream/promises";
import { Readable, Writable } from "node:stream";
import zlib from "node:zlib";
import { chunks, source, target, text } from "./payload.mjs";

const key = Buffer.alloc(32, 1);
const iv = Buffer.alloc(16, 2);
const subtleKey = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
// Half of it random: neither nothing nor everything can be squeezed out.
const mixed = Buffer.concat([
  crypto.randomBytes(source.length / 2),
  source.subarray(source.length / 2),
]);
const gzipped = zlib.gzipSync(mixed, { level: 1 });
const deflated = zlib.deflateSync(mixed, { level: 1 });
const brotlied = zlib.brotliCompressSync(mixed, {
  params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
});
const zstandard = zlib.zstdCompressSync?.(mixed);

function through(codec) {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  return pipeline(Readable.from(chunks), codec, sink);
}

export default {
  "zlib.gzipSync": () => zlib.gzipSync(mixed, { level: 1 }),
  "zlib.gunzipSync": () => zlib.gunzipSync(gzipped),
  "zlib.inflateSync": () => zlib.inflateSync(deflated),
  "zlib.gunzip": () => promisify(zlib.gunzip)(gzipped),
  "zlib.createGzip": () => through(zlib.createGzip({ level: 1 })),
  "zlib.brotliDecompressSync": () => zlib.brotliDecompressSync(brotlied),
  "zlib.zstdDecompressSync": {
    isThere: zstandard !== undefined,
    run: () => zlib.zstdDecompressSync(zstandard),
  },
  "zlib.crc32": { isThere: zlib.crc32 !== undefined, run: () => zlib.crc32(source) },
  "hash.update(buffer)": () => crypto.createHash("sha1").update(source).digest(),
  "hash.update(text)": { written: 1, run: () => crypto.createHash("sha1").update(text).digest() },
  "crypto.hash": {
    isThere: crypto.hash !== undefined,
    run: () => crypto.hash("sha1", source),
  },
  "hmac.update": () => crypto.createHmac("sha1", key).update(source).digest(),
  "cipher.update": () => crypto.createCipheriv("aes-256-ctr", key, iv).update(source),
  "crypto.randomBytes": () => crypto.randomBytes(source.length),
  "crypto.randomFillSync": () => crypto.randomFillSync(target),
  "crypto.timingSafeEqual": () => crypto.timingSafeEqual(source, source),
  "subtle.digest": () => crypto.subtle.digest("SHA-1", source),
  "subtle.encrypt": () => crypto.subtle.encrypt({ name: "AES-GCM", iv }, subtleKey, source),
};
