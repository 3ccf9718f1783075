/** What copies as it is, which libc's hooks would see: wrapped where there are no hooks. */
import v8 from "node:v8";
import { MessagePort } from "node:worker_threads";
import { clonedBytes, movedWithin, rangeBytes } from "./models.ts";
import { applied } from "./wrapping.ts";
import type { Wrapping } from "./wrapping.ts";

const typedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };

const byteLength = ({ byteLength: bytes }: ArrayBufferView): number => bytes;

/** Views of what they are made of, if that is an ArrayBuffer; strings have a wrapper of their own. */
function takenFrom(made: Buffer, [source]: readonly unknown[]): number {
  return typeof source === "string" || made.buffer === source ? 0 : made.byteLength;
}

function shifted(view: ArrayBufferView, values: readonly unknown[]): number {
  const { BYTES_PER_ELEMENT: size } = view as Uint8Array;
  const [target, start, end] = values.map(Number);
  return size * movedWithin(view.byteLength / size, target, start, end);
}

/** Of a view, over and over; a number or a string is written without a copy that could be spared. */
function filled(view: Buffer, [source, start, end]: readonly unknown[]): number {
  return ArrayBuffer.isView(source) ? rangeBytes(view.length, start, end) : 0;
}

const cloned = (_: unknown, [value, options]: readonly unknown[]): number =>
  clonedBytes(value, options);

export const bulk: readonly Wrapping[] = (
  [
    ["Buffer.concat", Buffer, "concat", byteLength],
    ["Buffer.from", Buffer, "from", takenFrom],
    ["Buffer.copyBytesFrom", Buffer, "copyBytesFrom", byteLength],
    ["buf.copy", Buffer.prototype, "copy", (copied: number) => copied],
    ["buf.fill", Buffer.prototype, "fill", filled],
    ["typedArray.slice", typedArray.prototype, "slice", byteLength],
    ["typedArray.toSorted", typedArray.prototype, "toSorted", byteLength],
    ["typedArray.with", typedArray.prototype, "with", byteLength],
    ["typedArray.copyWithin", typedArray.prototype, "copyWithin", shifted],
    ["arrayBuffer.slice", ArrayBuffer.prototype, "slice", byteLength],
    ["structuredClone", globalThis, "structuredClone", cloned],
    ["port.postMessage", MessagePort.prototype, "postMessage", cloned],
    ["v8.serialize", v8, "serialize", byteLength],
  ] as const
).map(([name, owner, key, model]) => ({
  name,
  owner: () => owner,
  key,
  kind: "copy",
  wrap: applied(model),
}));
