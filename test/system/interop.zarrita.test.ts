/** Views of chunks that real zarrita reads from a store in memory. */
import { describe, expect, expectTypeOf, test } from "vitest";
import * as zarr from "zarrita";
import { copiedBytes } from "zerocopy";
import type { Bytes, MemoryView } from "zerocopy";
import { fromZarrita } from "zerocopy/interop";

/** A 4 × 6 array in chunks of 2 × 3, with nothing that would encode it. */
async function numbers(): Promise<{ array: zarr.Array<"int32">; store: Map<string, Uint8Array> }> {
  const store = new Map<string, Uint8Array>();
  const array = await zarr.create(zarr.root(store), {
    shape: [4, 6],
    chunkShape: [2, 3],
    dtype: "int32",
  });
  const data = Int32Array.from({ length: 24 }, (_, i) => i);
  await zarr.set(array, null, { data, shape: [4, 6], stride: [6, 1] });
  return { array, store };
}

describe("fromZarrita", () => {
  test("shows a chunk in the memory that the store gave", async () => {
    const { array, store } = await numbers();
    const chunk = await array.getChunk([1, 0]);
    const before = copiedBytes();
    const view = fromZarrita(chunk);
    expectTypeOf(view).toEqualTypeOf<MemoryView<"i">>();
    expect(view.toList()).toEqual([
      [12, 13, 14],
      [18, 19, 20],
    ]);
    view.set(1, 2, -1);
    expect(chunk.data[5]).toBe(-1);
    chunk.data[0] = 7;
    expect(view.get(0, 0)).toBe(7);
    expect(copiedBytes()).toBe(before);
    expect(view.asTypedArray().buffer).toBe(store.get("/c/1/0")?.buffer);
  });

  test("shows what get gives, of any selection", async () => {
    const { array } = await numbers();
    const region = await zarr.get(array, [zarr.slice(1, 3), zarr.slice(2, 6)]);
    expect(fromZarrita(region).toList()).toEqual([
      [8, 9, 10, 11],
      [14, 15, 16, 17],
    ]);
    const column = await zarr.get(array, [null, 5]);
    expect(fromZarrita(column).toList()).toEqual([5, 11, 17, 23]);
  });

  test("shows chunks that zarrita transposed", async () => {
    const array = await zarr.create(zarr.root(new Map()), {
      shape: [2, 3],
      chunkShape: [2, 3],
      dtype: "float64",
      codecs: [{ name: "transpose", configuration: { order: [1, 0] } }],
    });
    const data = Float64Array.of(1, 2, 3, 4, 5, 6);
    await zarr.set(array, null, { data, shape: [2, 3], stride: [3, 1] });
    const chunk = await array.getChunk([0, 0]);
    expect(chunk.stride).toEqual([1, 2]);
    expect(fromZarrita(chunk).toList()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test("shows booleans, byte strings and, as bytes, Unicode strings", () => {
    const shape = [2];
    const stride = [1];
    const flags = fromZarrita({ data: new zarr.BoolArray([true, false]), shape, stride });
    expectTypeOf(flags).toEqualTypeOf<MemoryView<"?">>();
    expect([flags.format, flags.toList()]).toEqual(["?", [true, false]]);

    const bytes = fromZarrita({ data: new zarr.ByteStringArray(3, ["ab", "xyz"]), shape, stride });
    expect([bytes.format, (bytes.get(0) as Bytes).hex()]).toEqual(["3s", "616200"]);

    const text = fromZarrita({ data: new zarr.UnicodeStringArray(2, ["ab", "c"]), shape, stride });
    expect([text.format, text.itemsize, text.nbytes]).toEqual(["2w", 8, 16]);
    expect(() => text.get(0)).toThrow("wanted a known format");
    expect(text.hex()).toBe("61000000620000006300000000000000");
  });

  test("refuses chunks over an Array", () => {
    const chunk = { data: ["a", "b"], shape: [2], stride: [1] };
    // @ts-expect-error -- an Array of strings has no memory to show
    expect(() => fromZarrita(chunk)).toThrow(
      "Cannot view a zarrita chunk: wanted a chunk { data, shape, stride } over memory, found an instance of Array",
    );
  });
});
