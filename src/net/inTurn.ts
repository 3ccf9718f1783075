/** Work at its place in the order of a socket's writes, which may be given up before it has its turn. */
import type { Socket } from "node:net";
import { AbortError } from "../core/errors.ts";
import { checkNotBelowTls, closedError } from "./plainSocket.ts";
import { inWriteOrder } from "./writeOrder.ts";
import type { Turn } from "./writeOrder.ts";

export interface TurnRequest {
  /** For errors. */
  readonly action: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Calls `work` when its turn has come: `inWriteOrder`. Once begun, `work` itself heeds the signal.
 *
 * @throws {AbortError} when `signal` aborts before. @throws {ZeroCopyError} ERR_SOCKET_CLOSED when the
 *   socket is destroyed before, ERR_TLS_SOCKET when it has got a TLSSocket over it.
 */
export function inTurn<T>(
  socket: Socket,
  { action, signal }: TurnRequest,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(new AbortError(signal.reason));
  let begun = false;
  let given = false;
  const working = inWriteOrder(socket, async (turn) => {
    begun = true;
    if (given) throw new AbortError(signal?.reason);
    checkNotBelowTls(socket, action); // TLS may have begun meanwhile
    return work(turn);
  }).catch((error: unknown) => {
    throw begun ? error : closedError(socket, action, 0);
  });
  if (!signal) return working;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      if (begun) return;
      given = true;
      reject(new AbortError(signal.reason));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    working.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
