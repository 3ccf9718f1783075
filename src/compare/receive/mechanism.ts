import type { Socket } from "node:net";
import type { Mechanism } from "../chapter.ts";

export interface Body {
  /** The path of its bytes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A way to receive a body. */
export interface ReceiveMechanism extends Mechanism {
  /**
   * Before anything is measured: with the memory that a program has anyway.
   *
   * @returns what receives `length` bytes of a socket that nobody has read yet.
   */
  open(length: number): (socket: Socket) => Promise<Body>;
}
