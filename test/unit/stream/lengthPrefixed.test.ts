/** Frames, however the chunks are cut. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { StructError, ValueError, bytes } from "zerocopy";
import { lengthPrefixed } from "zerocopy/stream";
import type { FrameOptions, Source } from "zerocopy/stream";
import { pack } from "zerocopy/struct";

async function read(source: Source, options?: FrameOptions): Promise<number[][]> {
  const found: number[][] = [];
  for await (const frame of lengthPrefixed(source, options)) found.push(frame.toList());
  return found;
}

test("any frames, cut anywhere, of any format", async () => {
  const frame = fc.array(fc.nat(255), { maxLength: 40 });
  const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
  const format = fc.constantFrom("B", ">H", "<H", ">I", "<i", ">q", "Q");
  const property = fc.asyncProperty(
    fc.array(frame),
    lengths,
    format,
    async (frames, sizes, code) => {
      const parts = frames.flatMap((data) => {
        const length = /[qQ]/.test(code) ? BigInt(data.length) : data.length;
        return [...pack<string>(code, length), ...data];
      });
      const chunks: Uint8Array[] = [];
      for (let at = 0, i = 0; at < parts.length; i += 1) {
        chunks.push(Uint8Array.from(parts.slice(at, (at += sizes[i % sizes.length] ?? 1))));
      }
      expect(await read(chunks, { format: code })).toEqual(frames);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test("the format is four bytes in network order by default", async () => {
  expect(await read([bytes([0, 0, 0, 1, 7, 0, 0, 0, 0])])).toEqual([[7], []]);
});

test("a frame longer than maxLength is an error before its bytes have come", async () => {
  await expect(read([bytes([0, 0, 0, 5])], { maxLength: 4 })).rejects.toThrow(/0 to 4 bytes/);
  await expect(read([bytes([0xff, 0xff, 0xff, 0xff])])).rejects.toThrow(ValueError);
});

test("a negative length is an error", async () => {
  await expect(read([bytes([0xff])], { format: "b" })).rejects.toThrow(ValueError);
});

test.each([
  [[0, 0, 0], /wanted a length of 4 bytes, found the end after 3/],
  [[0, 0, 0, 2, 1], /wanted 2 bytes, found the end after 1/],
  [[0, 0, 0, 2], /wanted 2 bytes, found the end after 0/],
])("a stream that ends within a frame is an error: %j", async (data, message) => {
  await expect(read([bytes(data)])).rejects.toThrow(message);
  await expect(read([bytes(data)])).rejects.toThrow(ValueError);
});

test("arguments are checked at once", () => {
  expect(() => lengthPrefixed(7 as never)).toThrow(TypeError);
  expect(() => lengthPrefixed([], { format: "x!" })).toThrow(StructError);
  expect(() => lengthPrefixed([], { format: 7 as never })).toThrow(TypeError);
  for (const format of [">II", "d", "4s", "", "?"]) {
    expect(() => lengthPrefixed([], { format }), format).toThrow(ValueError);
  }
  expect(() => lengthPrefixed([], { maxLength: -1 })).toThrow(ValueError);
});
