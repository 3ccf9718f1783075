/** When a connection, or a response on it, has come to its end. */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Those who wait for the end of a connection: any number, because requests may be pipelined. */
const closeListeners = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `listener` when `connection` closes, by one listener of it for all who ask: Node takes more
 * than ten for a leak, and says so. @returns what takes it back.
 */
export function hearClose(connection: Socket, listener: () => void): () => void {
  let listeners = closeListeners.get(connection);
  if (!listeners) {
    const all = new Set<() => void>();
    connection.once("close", () => {
      for (const one of all) one();
    });
    closeListeners.set(connection, (listeners = all));
  }
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Once, when the response has been written or its connection is gone, even if that was before. */
export function whenFinished(res: ServerResponse, listener: () => void): void {
  // A response that waits for those before it is not told when the connection closes.
  const connection = res.req?.socket;
  const isClosed = res.destroyed || connection?.destroyed;
  if (res.writableEnded || isClosed || res.socket?.writable === false) {
    setImmediate(listener);
    return;
  }
  const done = (): void => {
    res.off("finish", done).off("close", done);
    unheard?.();
    listener();
  };
  res.on("finish", done).on("close", done);
  const unheard = connection && hearClose(connection, done);
}
