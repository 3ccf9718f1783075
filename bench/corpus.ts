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
