/**
 * What a comparison is made of. A chapter is a folder of mechanisms and a definition; measuring and
 * reporting know chapters only by these types.
 */
import type { Socket } from "node:net";

/** One way to do the job of a chapter: code as its users really write it. */
export interface Mechanism {
  /** As given to `--only`. */
  readonly id: string;
  /** Short enough for the first column of a table. */
  readonly label: string;
  /** One line for `--list`. */
  readonly description: string;
  /** The way without this library that most programs take; gains are stated against it. */
  readonly baseline?: true;
  /** The way this library is for. */
  readonly contender?: true;
  /** Cannot run without the native addon at all. */
  readonly needsAddon?: true;
  /**
   * Sends the whole file and ends the socket. Resolves, to the path the bytes took, when the last
   * one has been handed over.
   */
  send(socket: Socket, path: string): Promise<string>;
}

/** The input of a run, checked: what every trial works on. */
export interface Input {
  readonly path: string;
  readonly bytes: number;
  /** Given up when the run ends, however it ends. */
  dispose(): void;
}

export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly mechanisms: readonly Mechanism[];
  /**
   * Checks `path`, or chooses an input when there is none.
   *
   * @throws {InputError}
   */
  openInput(path: string | undefined): Input;
}

/** What the user gave cannot be compared. The message is one line that says why. */
export class InputError extends Error {
  override name = "InputError";
}
