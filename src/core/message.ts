/**
 * Hand-off between threads: memory described by plain values, which survive `postMessage`. The class
 * and the metadata are put back at the other end.
 */
import { packItems } from "./copy.ts";
import { BufferError, cannot, invalidType } from "./errors.ts";
import { recordOf } from "./exporting.ts";
import { cStrides } from "./geometry.ts";
import { FULL_RO, isShared, kBuffer, kMutable } from "./protocol.ts";
import type { BufferRecord, Exporter } from "./protocol.ts";
import { notOwn, takeBuffer } from "./transfer.ts";
import type { Message } from "./transfer.ts";
import { STRICT, checkAlive, regionOf } from "./view.ts";
import type { View } from "./view.ts";

/** What `MemoryView.toMessage` sends. */
export interface MemoryViewMessage extends Omit<BufferRecord, "release" | "suboffsets"> {
  readonly zerocopy: "MemoryView";
  readonly strict: boolean;
}

export function messageOf(view: View, transfer: boolean): Message<MemoryViewMessage> {
  const region = regionOf(view);
  const strict = (view._state & STRICT) !== 0;
  const value = { zerocopy: "MemoryView", strict, ...recordOf(view, FULL_RO) } as const;
  if (isShared(value.buffer)) return { value, transferList: [] };
  if (transfer) {
    checkAlone(view, value.buffer);
    const buffer = takeBuffer(value.buffer);
    return { value: { ...value, buffer }, transferList: [buffer] };
  }
  const { buffer } = packItems(region);
  const strides = cStrides(region.shape, region.itemsize);
  return { value: { ...value, buffer, byteOffset: 0, strides }, transferList: [buffer] };
}

/** Buffers that came in messages: nobody else has them. */
const received = /* @__PURE__ */ new WeakSet<ArrayBufferLike>();

/** Whoever else uses the memory must not lose it. */
function checkAlone({ _storage }: View, buffer: ArrayBuffer): void {
  const { bytes, release, lend, growing, readonly } = _storage;
  const whole = bytes.byteOffset === 0 && bytes.byteLength === buffer.byteLength;
  const alone = whole || received.has(buffer);
  if (alone && !(release ?? lend ?? growing ?? readonly)) return;
  throw notOwn(alone ? "memory that its owner keeps" : "a part of an ArrayBuffer");
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
    throw cannot(BufferError, "move", "memory", "it moved before");
  }
  return message;
}
