/** Moments in the life of a socket, and why it ended. */
import type { Socket } from "node:net";
import { ZeroCopyError } from "../core/errors.ts";
import type { OSError } from "../core/errors.ts";
import { systemError } from "../native/systemError.ts";

/** Resolves when a connecting socket has connected, or has failed to. */
export async function connected(socket: Socket): Promise<void> {
  if (socket.connecting) await either(socket, "connect");
}

/** Ends the writing side. Resolves when that has reached the kernel, or the socket is closed. */
export async function finishing(socket: Socket): Promise<void> {
  if (!socket.writableEnded) socket.end();
  if (!socket.writableFinished && !socket.closed) await either(socket, "finish");
}

function either(socket: Socket, event: "connect" | "finish"): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off(event, settle).off("close", settle);
      resolve();
    };
    socket.once(event, settle).once("close", settle);
  });
}

/** Why a socket that was destroyed ended what was under way: its system error, or its closing. */
export function failureOf(socket: Socket, action: string, bytes: number): OSError | ZeroCopyError {
  const cause: NodeJS.ErrnoException | null = socket.errored;
  if (cause?.errno !== undefined) return systemError(cause.errno, cause.syscall ?? "", bytes);
  return new ZeroCopyError(
    "ERR_SOCKET_CLOSED",
    `Cannot ${action}: the socket was closed after ${bytes} bytes`,
    { bytes, cause: cause ?? undefined },
  );
}
