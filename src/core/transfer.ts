/**
 * Giving memory away. A buffer in a transfer list that the engine does not let go (WebAssembly
 * memory, Node's pool, mapped files) is copied by Node 20 without a word. So memory is transferred
 * here, at once, and looked at: what is not gone then was copied.
 */
import { BufferError, cannot } from "./errors.ts";

/** `port.postMessage(value, transferList)`. */
export interface Message<Value> {
  readonly value: Value;
  readonly transferList: ArrayBuffer[];
}

type StructuredClone = <T>(value: T, options: { transfer: ArrayBuffer[] }) => T;

/**
 * The same bytes in a new ArrayBuffer; the old one is detached. *Copies:* none. O(1).
 *
 * @throws {BufferError} when the engine does not give it away; the old one is unchanged.
 */
export function takeBuffer(buffer: ArrayBuffer): ArrayBuffer {
  const { structuredClone } = globalThis as unknown as { structuredClone: StructuredClone };
  const wasEmpty = buffer.byteLength === 0;
  let taken: ArrayBuffer;
  try {
    taken = structuredClone(buffer, { transfer: [buffer] });
  } catch (cause) {
    throw Object.assign(notOwn("foreign memory"), { cause });
  }
  if (!wasEmpty && buffer.byteLength !== 0) throw notOwn("foreign memory");
  return taken;
}

export function notOwn(found: string): BufferError {
  return cannot(BufferError, "transfer", "memory of its own (toMessage() copies)", found);
}
