/**
 * Buffers of Python objects in Pyodide.
 *
 *     Python's object ◀─ locked by ─ PyBufferView ◀─ source ─ Lent ◀─ obj ─ view
 *             └── memory of WebAssembly ──┴───────────────────────────────────┘
 *
 * Python's exporter is locked until the PyBufferView is released, which our last view does. When
 * Python needs more memory, WebAssembly's grows, and JavaScript loses all that it has of the old one:
 * every access to the view then throws a BufferError.
 */
import { BufferError, ValueError, invalidType } from "../core/errors.ts";
import type { MemoryView } from "../core/memoryview.ts";
import type { BufferRecord } from "../core/protocol.ts";
import { arrange, checkObject } from "./elements.ts";
import type { Elements, Unchecked } from "./elements.ts";
import { viewOf } from "./lent.ts";

/** A `PyBufferView`. Strides and offset count elements of `data`, which need not be items. */
export interface PyodideBuffer {
  readonly data: ArrayBufferView;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly format: string;
  /** Bytes. */
  readonly itemsize: number;
  readonly nbytes: number;
  readonly readonly: boolean;
  release(): void;
  readonly _released?: boolean;
}

const action = "view a Pyodide buffer";

/**
 * A view of what `getBuffer()` of a Python object gives, in its shape, with its format. What is
 * written through the view is seen by Python, and the other way round.
 *
 * From now on the view owns the buffer: when it and all views made of it are released, or collected,
 * the buffer is too, and Python may resize its object again. Do not release the buffer yourself, nor
 * declare it with `using`: Python might use the memory for something else under the view.
 *
 * Python's `l`, `L`, `n`, `N` and `P` have 4 bytes in Pyodide; the view's format then says `i` or
 * `I`. For formats that Pyodide does not know, ask it for bytes: `getBuffer("u8")`.
 *
 * *Copies:* none. *Complexity:* O(axes).
 *
 * @throws {TypeError} unless a PyBufferView. @throws {ValueError} when it was released.
 * @throws {BufferError} when Python's memory has grown since `getBuffer()`. A buffer that cannot be
 * viewed is not released.
 *
 * @example
 * ```ts no-run
 * import { fromPyodide } from "zerocopy/interop";
 * import type { PyodideBuffer } from "zerocopy/interop";
 *
 * // Of a PyProxy: pyodide.runPython("array.array('d', [1, 2, 3])")
 * declare const python: { getBuffer(): PyodideBuffer };
 *
 * const view = fromPyodide(python.getBuffer());
 * try {
 *   console.log(view.format, view.toList()); // d [1, 2, 3]
 * } finally {
 *   view.release();
 * }
 * ```
 */
export function fromPyodide(buffer: PyodideBuffer): MemoryView {
  return viewOf(
    buffer,
    () => describe(buffer),
    () => buffer.release(),
  );
}

function describe(buffer: PyodideBuffer): BufferRecord {
  const wanted = "a PyBufferView { data, offset, shape, strides, format, itemsize, release }";
  checkObject(buffer, action, wanted);
  const fields: Unchecked<PyodideBuffer> = buffer;
  const { data, offset, shape, strides, itemsize, format } = fields;
  if (fields._released === true) throw new ValueError(`Cannot ${action}: it was released`);
  if (
    !ArrayBuffer.isView(data) ||
    typeof format !== "string" ||
    typeof itemsize !== "number" ||
    typeof fields.release !== "function"
  ) {
    throw invalidType(action, wanted, buffer);
  }
  if (data.byteLength === 0 && fields.nbytes !== 0) {
    throw new BufferError(
      `Cannot ${action}: wanted memory that is still there, found it detached, because Python's memory grew; call getBuffer() again`,
    );
  }
  const elements: Elements = data;
  const readonly = Boolean(fields.readonly); // 0 or 1, whatever Pyodide's types say
  const meaning = { format: nativeFormat(format), itemsize, readonly };
  return arrange({ data: elements, shape, strides, offset, ...meaning }, action);
}

/** What is 4 bytes wide on a 32-bit machine, and aligned so, by a character that is so everywhere. */
const narrow: Readonly<Record<string, string>> = { l: "i", L: "I", n: "i", N: "I", P: "I" };

/**
 * A format of Pyodide's 32-bit Python as a format of the 64-bit one that ours are. Only characters of
 * native size differ; an order holds until the next one, and names stay as they are.
 */
function nativeFormat(format: string): string {
  let isNative = true;
  return format.replaceAll(/:[^:]*:|[@^=<>!]|[lLnNP]/g, (part) => {
    if ("@^=<>!".includes(part)) isNative = part === "@" || part === "^";
    return (isNative && narrow[part]) || part;
  });
}
