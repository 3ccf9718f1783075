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
  /** Cannot send any part of a larger file. */
  readonly mostFileBytes?: number;
  /**
   * Sends `part` and ends the socket. Resolves, to the path the bytes took, when the receiver has had
   * everything.
   */
  send(socket: Socket, part: FilePart): Promise<string>;
}

/** What is sent: a file or a range of it. */
export interface FilePart {
  readonly path: string;
  readonly offset: number;
  readonly count: number;
}

/** What a run works on, checked. */
export interface Input extends FilePart {
  /** The user's file, when `path` is a copy of it. */
  readonly name: string;
  /** The size of the whole file. */
  readonly fileBytes: number;
  /** The file was made for this run and says nothing to the reader. */
  readonly temporary: boolean;
  /** Given up when the run ends, however it ends. */
  dispose(): void;
}

export interface InputRequest {
  /** Undefined: the chapter chooses a real file that is always there. */
  readonly path: string | undefined;
  /** The part to send; by default all of it. `end` is exclusive. */
  readonly range: { readonly start: number; readonly end: number | undefined } | undefined;
  /** Temporary files of these sizes instead of a path. */
  readonly sizes: readonly number[] | undefined;
  /** Work on a copy that can be dropped from the page cache. */
  readonly cold: boolean;
}

/** The circumstances under which files are sent. */
export interface Situation {
  /** Drop the file from the page cache before each trial. */
  readonly cold: boolean;
  /** Transfers at a time. */
  readonly concurrency: number;
  /** The receiver takes a second for each transfer. */
  readonly slowReader: boolean;
}

export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly mechanisms: readonly Mechanism[];
  /** What the bytes pass on each path that a mechanism may report; for drawing. */
  readonly routes: Readonly<Record<string, Route>>;
  /**
   * One input per run: one in all, or one per size.
   *
   * @throws {InputError}, or the reason of `signal`, with nothing left behind.
   */
  openInputs(request: InputRequest, signal: AbortSignal): Promise<Input[]>;
}

/** A way through user space and kernel, from station to station. */
export type Route = readonly Hop[];

export interface Hop {
  readonly from: Station;
  readonly to: Station;
  /**
   * `copy`: the CPU moves the bytes across the border of user space. `reference`: only descriptions of
   * pages move. `device`: DMA, without the CPU. `map`: the same pages, seen from user space.
   */
  readonly by: "copy" | "reference" | "device" | "map";
  /** The system call that does it. */
  readonly call?: "read" | "write" | "sendfile" | "splice";
}

export type Station = "disk" | "page cache" | "user buffer" | "socket buffer" | "network";

/** What the user gave cannot be compared. The message is one line that says why. */
export class InputError extends Error {
  override name = "InputError";
}
