import type { Socket } from "node:net";
import type { Mechanism } from "../chapter.ts";

/** A way to join two sockets. */
export interface RelayMechanism extends Mechanism {
  /** Passes on what either sends, both ways. Resolves, to the path of `a` to `b`, when both are closed. */
  join(a: Socket, b: Socket): Promise<string>;
}
