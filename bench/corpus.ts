/** Seeded data: the same in every process, on every machine. */

/** Marsaglia's xorshift, 32 bits. */
function xorshift(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

export function randomBytes(seed: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const next = xorshift(seed);
  const words = new Uint32Array((lengthBytes + 3) >> 2).map(next);
  return new Uint8Array(words.buffer, 0, lengthBytes);
}

/** In [0, 1): no NaN, so that equal contents are equal values. */
export function randomDoubles(seed: number, count: number): Float64Array<ArrayBuffer> {
  const next = xorshift(seed);
  return new Float64Array(count).map(() => next() / 2 ** 32);
}

/** The bytes of any typed array; shares its memory. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Elements of an array are no constants to an engine: see cases/strided.ts. */
export function hide<const Arrays extends readonly Float64Array<ArrayBuffer>[]>(
  ...arrays: Arrays
): Arrays {
  return arrays;
}

/** Records of the layout `<IdHH`: 16 bytes, the double unaligned. */
export function randomRecords(seed: number, count: number): Uint8Array<ArrayBuffer> {
  const next = xorshift(seed);
  const view = new DataView(new ArrayBuffer(count * 16));
  for (let offset = 0; offset < view.byteLength; offset += 16) {
    view.setUint32(offset, next(), true);
    view.setFloat64(offset + 4, next() / 2 ** 32, true);
    view.setUint32(offset + 12, next(), true);
  }
  return new Uint8Array(view.buffer);
}

/** Lines as a server logs them, of 80 to 180 bytes; one in 256 of an error. All are ASCII. */
export function logLines(seed: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const next = xorshift(seed);
  const pick = <T>(list: readonly T[]): T => list[next() % list.length]!;
  const paths = ["/", "/index.html", "/api/v2/orders", "/assets/fonts/inter-latin.woff2"];
  const agents = ["curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"];
  let text = "";
  while (text.length < lengthBytes) {
    const status = next() % 256 === 0 ? "500" : pick(["200", "200", "200", "304", "404"]);
    const time = new Date(1.7e12 + text.length * 37).toISOString();
    text += `10.0.${next() % 256}.${next() % 256} - - [${time}] "${pick(["GET", "HEAD", "POST"])} ${pick(paths)}?id=${next()} HTTP/1.1" ${status} ${next() % 65536} "${pick(agents)}"\n`;
  }
  return new TextEncoder().encode(text).slice(0, lengthBytes);
}

/** Messages of 1 to 4 KiB, each behind its length: 32 bits, big-endian. The last one ends the stream. */
export function messageStream(
  seed: number,
  lengthBytes: number,
): { readonly stream: Uint8Array<ArrayBuffer>; readonly messages: readonly Uint8Array[] } {
  const next = xorshift(seed);
  const stream = randomBytes(seed, lengthBytes);
  const view = new DataView(stream.buffer);
  const messages: Uint8Array[] = [];
  let at = 0;
  while (at < lengthBytes) {
    const left = lengthBytes - at - 4;
    const size = left <= 4096 ? left : 1024 + (next() % (Math.min(left - 1028, 4096) - 1023));
    view.setUint32(at, size);
    messages.push(stream.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return { stream, messages };
}
