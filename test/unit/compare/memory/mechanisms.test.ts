import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { copiedBytes } from "../../../../src/core/copy.ts";
import { hashContent, makeContent } from "../../../../src/compare/measure/content.ts";
import { expectedCopies, pieceBytes } from "../../../../src/compare/memory/mechanism.ts";
import { mechanisms } from "../../../../src/compare/memory/mechanisms.ts";
import { slice } from "../../../../src/compare/memory/slice.ts";
import { view } from "../../../../src/compare/memory/memoryview.ts";

const sizes = [1, pieceBytes - 1, pieceBytes, pieceBytes + 1, 10 * pieceBytes, 100_001];
const cases = mechanisms.flatMap((mechanism) => sizes.map((size) => ({ mechanism, size })));

describe.each(cases)("$mechanism.id of $size bytes", ({ mechanism, size }) => {
  const content = makeContent(size);

  test("meets every byte once, in order, in pieces of 4 KiB", () => {
    const seen: Buffer[] = [];
    mechanism.consume(content, (piece) => void seen.push(Buffer.from(piece)));
    expect(Buffer.concat(seen).equals(content)).toBe(true);
    expect(new Set(seen.slice(0, -1).map(({ length }) => length)).size).toBeLessThanOrEqual(1);
    expect(seen).toHaveLength(Math.ceil(size / pieceBytes));
  });

  test("copies what arithmetic says, and leaves the content as it was", () => {
    const before = Buffer.from(content);
    const counted = copiedBytes();
    mechanism.consume(content);
    expect(copiedBytes() - counted).toBe(expectedCopies(mechanism, size));
    expect(before.equals(content)).toBe(true);
  });

  test("returns the sum of the first bytes of the pieces", () => {
    let sum = 0;
    for (let at = 0; at < size; at += pieceBytes) sum += content[at] ?? 0;
    expect(mechanism.consume(content)).toBe(sum);
  });
});

describe("expectedCopies()", () => {
  test("of the rest grows with the square of the size, of views it is none", () => {
    expect(expectedCopies(slice, 3 * pieceBytes)).toBe((2 + 1) * pieceBytes);
    expect(expectedCopies(slice, 16 << 20)).toBe((16 << 20) * 2047.5);
    expect(expectedCopies(view, 16 << 20)).toBe(0);
  });
});

describe("slice", () => {
  const reason = (count: number): string | undefined =>
    slice.unfit?.({ ...input, count, fileBytes: count });
  const input = {
    ...{ path: undefined, name: "memory", offset: 0, temporary: true },
    dispose: () => {},
  };

  test("sits out what would take minutes, and says how much that is", () => {
    expect(reason(16 << 20)).toBeUndefined();
    expect(reason(64 << 20)).toBe(
      "it would copy 512 GiB to consume 64 MiB, and sits out above 100 GiB",
    );
  });
});

describe("makeContent()", () => {
  test("gives the same in every process, as hashContent() hashes it", async () => {
    const bytes = (1 << 20) + 5;
    const own = createHash("sha256").update(makeContent(bytes)).digest("hex");
    expect(await hashContent(bytes, new AbortController().signal)).toBe(own);
    expect(own).toBe(createHash("sha256").update(makeContent(bytes)).digest("hex"));
  });

  test("has no piece twice", () => {
    const content = makeContent(1000 * pieceBytes);
    const pieces = new Set<string>();
    for (let at = 0; at < content.length; at += pieceBytes) {
      pieces.add(Buffer.from(content.subarray(at, at + pieceBytes)).toString("latin1"));
    }
    expect(pieces.size).toBe(1000);
  });
});

test("hashContent() ends with the reason of its signal", async () => {
  await expect(hashContent(1 << 24, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
});
