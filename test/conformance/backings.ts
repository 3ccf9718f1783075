/** The kinds of memory that the suite runs over. Each gives a writable window that holds some bytes. */

export interface Backing {
  readonly name: string;
  readonly hold: (content: Uint8Array) => Uint8Array;
}

const plain: Backing = { name: "ArrayBuffer", hold: (content) => content.slice() };

/** In the middle of a larger buffer, aligned to nothing. */
const odd: Backing = {
  name: "odd offset",
  hold: (content) => placed(new ArrayBuffer(content.length + 8), 3, content),
};

const shared: Backing = {
  name: "SharedArrayBuffer",
  hold: (content) => placed(new SharedArrayBuffer(content.length + 16), 8, content),
};

/** The types of ES2023 do not know `maxByteLength` yet; every supported engine does. */
const Resizable = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer;

const resizable: Backing = {
  name: "resizable ArrayBuffer",
  hold: (content) => {
    const length = content.length + 8;
    return placed(new Resizable(length, { maxByteLength: 2 * length }), 8, content);
  },
};

interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
}

const { Memory } = (
  globalThis as unknown as {
    WebAssembly: { Memory: new (pages: { initial: number }) => WebAssemblyMemory };
  }
).WebAssembly;

/** One memory serves everybody, page by page: an engine allows only so many. */
let page: WebAssemblyMemory | undefined;
let used = 0;

const webAssembly: Backing = {
  name: "WebAssembly.Memory",
  hold: (content) => {
    const size = Math.max(16, Math.ceil(content.length / 16) * 16);
    if (page === undefined || used + size > page.buffer.byteLength) {
      page = new Memory({ initial: Math.ceil(Math.max(1, size / 0x10000)) });
      used = 0;
    }
    used += size;
    return placed(page.buffer, used - size, content);
  },
};

function placed(buffer: ArrayBufferLike, offset: number, content: Uint8Array): Uint8Array {
  const window = new Uint8Array(buffer, offset, content.length);
  window.set(content);
  return window;
}

/** Node adds its pooled Buffer, in vectors.test.ts. */
export const backings: readonly [Backing, ...Backing[]] = [
  plain,
  odd,
  shared,
  resizable,
  webAssembly,
];
