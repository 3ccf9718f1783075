/** Answers to what is no request, as Node gives them to servers that have no listener for it. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Connections } from "./connections.ts";

/** By the error of the parser; everything else of it is 400. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Ends the connection. The status it was told; undefined when it was told nothing: its end is a
 * failure of the connection, or would land in the midst of another response.
 */
export function refuse(socket: Socket, code: string, connections: Connections): number | undefined {
  const status = statuses[code] ?? (code.startsWith("HPE_") ? 400 : undefined);
  if (status === undefined || !socket.writable || connections.isAnswering(socket)) {
    socket.destroy();
    return undefined;
  }
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  socket.destroySoon();
  return status;
}
