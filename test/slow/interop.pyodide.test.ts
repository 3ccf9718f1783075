/** Views of Python's memory: CPython 3.14 in WebAssembly, with `long` and pointers of 4 bytes. */
import { beforeAll, describe, expect, test } from "vitest";
import { BufferError, ValueError, copiedBytes, memoryview } from "zerocopy";
import { fromPyodide } from "zerocopy/interop";
import type { PyodideBuffer } from "zerocopy/interop";
import { loadPython } from "../../tools/vectors/pyodide.mjs";

interface PyProxy {
  getBuffer(type?: string): PyodideBuffer;
  destroy(): void;
}

let python: Awaited<ReturnType<typeof loadPython>>;
const run = (code: string): unknown => python.runPython(code);
/** The value of the last line. */
const buffer = (code: string, type?: string): PyodideBuffer =>
  (run(code) as PyProxy).getBuffer(type);

beforeAll(async () => {
  python = await loadPython();
  run(`
import array, ctypes

class Point(ctypes.Structure):
    _fields_ = [("id", ctypes.c_long), ("x", ctypes.c_double)]

def resizes(target):
    try:
        target.append(1)
        return "resized"
    except BufferError as error:
        return str(error)
`);
}, 300_000);

describe("fromPyodide", () => {
  test("shows an array.array, in Python's own memory", () => {
    const source = buffer("samples = array.array('d', [1, 2, 3]); samples");
    const before = copiedBytes();
    const view = fromPyodide(source);
    expect([view.format, view.toList(), view.readonly]).toEqual(["d", [1, 2, 3], false]);
    expect(view.asTypedArray().buffer).toBe(source.data.buffer);
    view.set(1, 20);
    expect(run("samples[1]")).toBe(20);
    run("samples[2] = 30");
    expect(view.get(2)).toBe(30);
    expect(copiedBytes()).toBe(before);
    expect(view.obj).toMatchObject({ source });
    view.release();
  });

  test("honours read-only memory", () => {
    const view = fromPyodide(buffer("memoryview(b'abcdef')"));
    expect([view.readonly, view.decode()]).toEqual([true, "abcdef"]);
    expect(() => view.set(0, 0)).toThrow(TypeError);
    expect(() => view.asUint8Array()).toThrow(BufferError);
    view.release();
  });

  test.for<[string, string | undefined, string, unknown]>([
    ["memoryview(b'abcdef')[1::2]", undefined, "B", [98, 100, 102]],
    ["memoryview(array.array('d', [1, 2, 3]))[::-2]", undefined, "d", [3, 1]],
    ["memoryview(array.array('d', [1, 2, 3]))[::-2]", "dataview", "d", [3, 1]],
    ["memoryview(array.array('d', [1, 2, 3]))[::-2]", "u8", "d", [3, 1]],
    ["memoryview(array.array('B', [1, 2, 3, 4]))[::3]", "u8clamped", "B", [1, 4]],
    ["memoryview(array.array('h', range(8)))", "i64", "h", [0, 1, 2, 3, 4, 5, 6, 7]],
    [
      "memoryview(array.array('h', range(6))).cast('B').cast('h', [2, 3])",
      undefined,
      "h",
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    ["memoryview(array.array('d', [7])).cast('B').cast('d', [])", undefined, "d", 7],
    ["array.array('d')", undefined, "d", []],
    ["memoryview(array.array('d', [1]))[1:]", "u8", "d", []],
    ["memoryview(b'\\x01\\x00').cast('?')", undefined, "?", [true, false]],
    ["array.array('q', [-1, 2])", undefined, "q", [-1n, 2n]],
    ["memoryview(b'\\x00\\x3c').cast('e')", "u16", "e", [1]],
    ["(ctypes.c_double.__ctype_be__ * 2)(1, 2)", "dataview", ">d", [1, 2]],
    ["array.array('l', [-1, 2])", undefined, "i", [-1, 2]],
    ["array.array('L', [1, 2])", undefined, "I", [1, 2]],
    ["memoryview(array.array('i', [-1])).cast('B').cast('n')", undefined, "i", [-1]],
    ["memoryview(array.array('i', [1])).cast('B').cast('N')", undefined, "I", [1]],
    ["memoryview(array.array('i', [1])).cast('B').cast('P')", undefined, "I", [1]],
    ["(ctypes.c_int * 2)(-1, 2)", undefined, "<l", [-1, 2]],
  ])("shows %s, with elements of type %s", ([code, type, format, items]) => {
    const view = fromPyodide(buffer(code, type));
    expect([view.format, view.ndim === 0 ? view.get() : view.toList()]).toEqual([format, items]);
    view.release();
  });

  test("shows records, and each of their fields", () => {
    const view = fromPyodide(
      buffer("points = (Point * 3)((1, 0.5), (2, 1.5), (3, 2.5)); points", "u8"),
    );
    expect([view.itemsize, view.shape]).toEqual([16, [3]]);
    const x = view.field("x");
    expect([view.field("id").toList(), x.toList()]).toEqual([
      [1, 2, 3],
      [0.5, 1.5, 2.5],
    ]);
    x.set(2, -1);
    expect(run("points[2].x")).toBe(-1);
    x.release();
    view.release();
  });

  test("shows text of a format that nobody reads, as bytes", () => {
    const view = fromPyodide(buffer("array.array('w', 'ab')", "u8"));
    expect([view.format, view.itemsize]).toEqual(["w", 4]);
    expect(view.cast("B").hex()).toBe("6100000062000000");
    view.release();
  });

  test("locks Python's object until the last view is released, and releases it once", () => {
    const source = buffer("target = bytearray(b'abc'); target");
    let releases = 0;
    const { release } = source;
    source.release = (): void => {
      releases += 1;
      release.call(source);
    };
    const view = fromPyodide(source);
    const part = view.subarray(1);
    const again = memoryview(view.obj as never);
    const locked = "Existing exports of data: object cannot be re-sized";
    expect(run("resizes(target)")).toBe(locked);
    view.release();
    view.release();
    part.release();
    expect([run("resizes(target)"), releases]).toEqual([locked, 0]);
    const { obj } = again;
    again.release();
    expect([run("resizes(target)"), releases]).toEqual(["resized", 1]);
    expect(() => again.get(0)).toThrow(ValueError);
    expect(() => fromPyodide(source)).toThrow("Cannot view a Pyodide buffer: it was released");
    expect(() => memoryview(obj as never)).toThrow(ValueError);
  });

  test("notices that Python's memory grew, and can still be released", () => {
    const source = buffer("target = bytearray(b'abc'); target");
    const view = fromPyodide(source);
    const empty = fromPyodide(buffer("b''"));
    run("big = bytearray(200_000_000); del big");
    expect(source.data.byteLength).toBe(0);
    expect(() => view.get(0)).toThrow(BufferError);
    expect(() => view.set(0, 1)).toThrow(BufferError);
    expect(() => view.toBytes()).toThrow(BufferError);
    expect(() => view.asUint8Array()).toThrow(BufferError);
    expect(() => fromPyodide(source)).toThrow(
      "Cannot view a Pyodide buffer: wanted memory that is still there, found it detached, because Python's memory grew; call getBuffer() again",
    );
    expect(empty.toList()).toEqual([]);
    empty.release();
    view.release();
    expect(run("resizes(target)")).toBe("resized");
    const anew = fromPyodide(buffer("target"));
    expect(anew.decode()).toBe("abc\u0001");
    anew.release();
  });
});
