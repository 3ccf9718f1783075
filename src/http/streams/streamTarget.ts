/** Which streams that a file is piped into leave over a connection, and why one is not sent to past it. */
import { OutgoingMessage } from "node:http";
import { Socket } from "node:net";
import { messageObstacle, socketObstacle } from "../message.ts";
import type { Message } from "../message.ts";
import { isBelowTls } from "../../net/plainSocket.ts";

export type Target = Message | Socket;

/** Whether what is piped into `target` is a body, or bytes of a connection. */
export function isConnection(target: unknown): target is Target {
  if (target instanceof OutgoingMessage) return true;
  if (target instanceof Socket) return !("_isStdio" in target);
  return typeof target === "object" && target !== null && "setHeader" in target; // HTTP/2, a mock
}

/** Why nothing can be sent past the stream of `target`; undefined when it can. */
export function targetObstacle(target: Target): string | undefined {
  if (target.destroyed || target.writableEnded) return "the connection has been closed";
  if (!(target instanceof Socket)) return messageObstacle(target, true);
  return socketObstacle(target) ?? (isBelowTls(target) ? "the socket is below TLS" : undefined);
}
