/** Lines, however the chunks are cut. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BufferError, ValueError, bytearray, bytes, copiedBytes } from "zerocopy";
import type { BytesLike } from "zerocopy";
import { lines } from "zerocopy/stream";
import type { LineOptions, Source } from "zerocopy/stream";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function read(source: Source, options?: LineOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines(source, options)) found.push(line.decode());
  return found;
}

/** `text` in chunks of these lengths, over and over. */
function cut(text: string, lengths: readonly number[]): Uint8Array[] {
  const all = encode(text);
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < all.length; i += 1) {
    chunks.push(all.subarray(at, (at += lengths[i % lengths.length] ?? 1)));
  }
  return chunks;
}

test.each([
  ["", []],
  ["\n", [""]],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\nb", ["a", "", "b"]],
  ["a\r\nb\r\n", ["a", "b"]],
  ["a\rb\r\n\r", ["a\rb", "\r"]],
  ["\r\n\n\r\r\n", ["", "", "\r"]],
])("the lines of %j", async (text, expected) => {
  for (const length of [1, 2, 3, 100]) {
    expect(await read(cut(text, [length]))).toEqual(expected);
  }
});

test("any cut gives the same lines", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\r", "\n", "é"), maxLength: 60 });
  const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  const property = fc.asyncProperty(text, lengths, async (all, sizes) => {
    const parts = all.split(/\r?\n/);
    if (parts.at(-1) === "") parts.pop();
    expect(await read(cut(all, sizes))).toEqual(parts);
  });
  await fc.assert(property, { numRuns: 300 });
});

test("separator is any bytes, and then `\\r` is nothing special", async () => {
  const separator = encode("\r\n--");
  for (const length of [1, 2, 3, 50]) {
    const chunks = cut("a\r\n\r\n--b\r\n-\r\n--", [length]);
    expect(await read(chunks, { separator })).toEqual(["a\r\n", "b\r\n-"]);
  }
  expect(await read(cut("a\0b", [9]), { separator: bytes([0]) })).toEqual(["a", "b"]);
});

test("lines of one chunk are views of it", async () => {
  const chunk = encode("ab\ncd\n");
  const before = copiedBytes();
  for await (const line of lines([chunk])) line.set(0, 0x58);
  expect([copiedBytes() - before, new TextDecoder().decode(chunk)]).toEqual([0, "Xb\nXd\n"]);
});

test.each([
  ["with its end", ["abcd\n"]],
  ["without an end", ["ab", "cd"]],
  ["before `\\r\\n`", ["abc", "d\r", "\n"]],
])("a line longer than maxLength is an error, %s", async (_, chunks) => {
  expect(await read(chunks.map(encode), { maxLength: 4 })).toEqual(["abcd"]);
  await expect(read(chunks.map(encode), { maxLength: 3 })).rejects.toThrow(ValueError);
  await expect(read(chunks.map(encode), { maxLength: 3 })).rejects.toThrow(/at most 3 bytes/);
});

test("maxLength ends a stream that never ends a line, and the source with it", async () => {
  let isOpen = true;
  function* endless(): Generator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(1000);
    } finally {
      isOpen = false;
    }
  }
  await expect(read(endless(), { maxLength: 10_000 })).rejects.toThrow(ValueError);
  expect(isOpen).toBe(false);
});

test("who stops early ends the source, and locks nothing", async () => {
  let isOpen = true;
  const array = bytearray(encode("a\nb\nc"));
  async function* chunks(): AsyncGenerator<BytesLike> {
    try {
      yield array;
      await Promise.reject(new Error("must not be asked for more"));
    } finally {
      isOpen = false;
    }
  }
  for await (const line of lines(chunks())) {
    expect(() => array.append(0)).toThrow(BufferError);
    line.release();
    break;
  }
  array.append(0);
  expect(isOpen).toBe(false);
});

test("errors of the source pass through, after the lines before them", async () => {
  const found: string[] = [];
  function* chunks(): Generator<Uint8Array> {
    yield encode("a\nb");
    throw new Error("of the source");
  }
  const reading = async (): Promise<void> => {
    for await (const line of lines(chunks())) found.push(line.decode());
  };
  await expect(reading()).rejects.toThrow("of the source");
  expect(found).toEqual(["a"]);
});

test("arguments are checked at once", () => {
  expect(() => lines(7 as never)).toThrow(TypeError);
  expect(() => lines(null as never)).toThrow(TypeError);
  expect(() => lines("text" as never)).toThrow(TypeError);
  expect(() => lines([], { maxLength: -1 })).toThrow(ValueError);
  expect(() => lines([], { maxLength: Number.NaN })).toThrow(ValueError);
  for (const wrong of ["9", 1.5, 5n, null]) {
    expect(() => lines([], { maxLength: wrong as never })).toThrow(TypeError);
  }
  expect(() => lines([], { separator: bytes([]) })).toThrow(ValueError);
  expect(() => lines([], { separator: "\n" as never })).toThrow(TypeError);
});

test("chunks that are text are refused with the right word", async () => {
  await expect(read(["a\n"] as never)).rejects.toThrow(/bytes-like/);
});
