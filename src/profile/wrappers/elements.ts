/** Loops over elements, in the engine: it reads and writes them one by one, without libc. */
import type { Account } from "./account.ts";
import { slotBytes } from "./models.ts";
import { measured } from "./wrapping.ts";
import type { Wrapping } from "./wrapping.ts";

interface TypedArray extends ArrayBufferView {
  readonly length: number;
  readonly BYTES_PER_ELEMENT: number;
}

type Set = (this: TypedArray, source: unknown, offset?: unknown) => void;

/** Of an array, or of a view of another type; one of the same type is libc's. */
function set(original: Set, account: Account, operation: number): Set {
  const fewest = account.least / slotBytes;
  return {
    set(this: TypedArray, source: unknown, offset?: unknown): void {
      const isList = Array.isArray(source) || ArrayBuffer.isView(source);
      // A DataView has no length, and copies nothing.
      const { length = 0 } = isList ? (source as Partial<TypedArray>) : {};
      if (length < fewest) {
        original.call(this, source, offset);
        return;
      }
      const before = account.counted();
      original.call(this, source, offset);
      account.charge(operation, length * this.BYTES_PER_ELEMENT, before);
    },
  }.set;
}

const byteLength = (view: TypedArray): number => view.byteLength;

/** What passes the filter is kept in an array, and then copied into the view. */
const filtered = (view: TypedArray): number => slotBytes * view.length + view.byteLength;

/** `{ type: "Buffer", data: [numbers] }`. */
const listed = ({ data }: { readonly data: readonly number[] }): number => slotBytes * data.length;

const typedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };

export const elements: readonly Wrapping[] = [
  {
    name: "typedArray.set",
    owner: () => typedArray.prototype,
    key: "set",
    kind: "copy",
    wrap: set,
  },
  {
    name: "typedArray.map",
    owner: () => typedArray.prototype,
    key: "map",
    kind: "copy",
    wrap: measured(byteLength),
  },
  {
    name: "typedArray.filter",
    owner: () => typedArray.prototype,
    key: "filter",
    kind: "copy",
    wrap: measured(filtered),
  },
  {
    name: "typedArray.toReversed",
    owner: () => typedArray.prototype,
    key: "toReversed",
    kind: "copy",
    wrap: measured(byteLength),
  },
  {
    name: "TypedArray.from",
    owner: () => typedArray,
    key: "from",
    kind: "copy",
    wrap: measured(byteLength),
  },
  {
    name: "buf.toJSON",
    owner: () => Buffer.prototype,
    key: "toJSON",
    kind: "copy",
    wrap: measured(listed),
  },
  {
    name: "sharedArrayBuffer.slice",
    owner: () => SharedArrayBuffer.prototype,
    key: "slice",
    kind: "copy",
    wrap: measured(byteLength),
  },
];
