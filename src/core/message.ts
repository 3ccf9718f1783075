/**
 * Hand-off between threads: memory described by plain values, which survive `postMessage`. The class
 * and the metadata are put back at the other end.
 */
import { packC } from "./assigning.ts";
import { BufferError, invalidType } from "./errors.ts";
import { cStrides } from "./geometry.ts";
import { isShared, kBuffer, kMutable } from "./protocol.ts";
import type { BufferRecord, Exporter } from "./protocol.ts";
import { takeBuffer } from "./transfer.ts";
import type { Message } from "./transfer.ts";
import { READONLY, STRICT, checkAlive, regionOf, shapeOf, stridesOf } from "./view.ts";
import type { View } from "./view.ts";

/** What `MemoryView.toMessage` sends. */
export interface MemoryViewMessage extends Omit<BufferRecord, "release" | "suboffsets"> {
  readonly zerocopy: "MemoryView";
  readonly strict: boolean;
}

export function messageOf(view: View, transfer: boolean): Message<MemoryViewMessage> {
  const { bytes, offset } = regionOf(view);
  const { buffer } = bytes;
  const first = bytes.byteOffset + offset; // of detached memory it would be 0
  if (isShared(buffer)) {
    return { value: describe(view, buffer, first), transferList: [] };
  }
  if (transfer) {
    checkAlone(view, buffer);
    const taken = takeBuffer(buffer);
    return { value: describe(view, taken, first), transferList: [taken] };
  }
  const packed = packC(view);
  const strides = cStrides(shapeOf(view), view._layout.itemsize);
  return { value: { ...describe(view, packed.buffer, 0), strides }, transferList: [packed.buffer] };
}

/** Buffers that came in messages: nobody else has them. */
const received = /* @__PURE__ */ new WeakSet<ArrayBufferLike>();

/** Whoever else uses the memory must not lose it. */
function checkAlone({ _storage }: View, buffer: ArrayBuffer): void {
  const { bytes, release, lend, growing, readonly } = _storage;
  const whole = bytes.byteOffset === 0 && bytes.byteLength === buffer.byteLength;
  const alone = whole || received.has(buffer);
  const kept = release !== undefined || lend !== undefined || growing !== undefined || readonly;
  if (alone && !kept) return;
  const found = alone ? "memory of an exporter that keeps it" : "a part of a larger buffer";
  throw new BufferError(
    `Cannot transfer the memory of this view: wanted a whole ArrayBuffer, found ${found}; toMessage() without transfer copies`,
  );
}

function describe(view: View, buffer: ArrayBufferLike, byteOffset: number): MemoryViewMessage {
  const shape = shapeOf(view);
  const { itemsize, format } = view._layout;
  let byteLength = itemsize;
  for (const size of shape) byteLength *= size;
  const readonly = (view._state & READONLY) !== 0;
  const strides = stridesOf(view);
  return {
    zerocopy: "MemoryView",
    strict: (view._state & STRICT) !== 0,
    buffer,
    byteOffset,
    byteLength,
    format,
    itemsize,
    shape,
    strides,
    readonly,
  };
}

/** An exporter of the memory that a message carries. */
export function exporterOf(message: MemoryViewMessage): Exporter {
  if (message?.zerocopy !== "MemoryView") {
    throw invalidType("read a message", "the value of MemoryView.toMessage()", message);
  }
  if (!isShared(message.buffer)) received.add(message.buffer);
  return { [kBuffer]: () => message, [kMutable]: true } as Exporter;
}

/** Piscina's protocol for what `Piscina.move` moves. */
export const piscinaTransferable: unique symbol = Symbol.for("Piscina.transferable") as never;
export const piscinaValue: unique symbol = Symbol.for("Piscina.valueOf") as never;

const moving = new WeakMap<View, Message<MemoryViewMessage>>();

/** The message of a view that is moved: Piscina asks for its two parts one after the other. */
export function moved(view: View): Message<MemoryViewMessage> {
  checkAlive(view);
  const message = moving.get(view) ?? messageOf(view, true);
  moving.set(view, message);
  const { buffer, byteLength } = message.value;
  if (buffer.byteLength < byteLength) {
    throw new BufferError("Cannot move this view: wanted its memory, found it moved before");
  }
  return message;
}
