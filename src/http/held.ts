/**
 * A message whose body is a file that is being opened or sent. Nobody else may write a body then: it would
 * lie behind the end that the head has promised, where the next message is looked for.
 *
 * `write`, and `end` with something to write, throw, or cut the connection. A bare `end()` is what people write
 * in the line below, without `await`: it takes effect after the file, which ends the message anyway.
 */
import { ZeroCopyError } from "../core/errors.ts";
import { restoreProperty } from "../net/restoreProperty.ts";

/** What is asked of a message here; of `node:http`, `node:http2` and whatever looks like one. */
interface Ways {
  write(...words: never[]): unknown;
  end(...words: never[]): unknown;
}

type Callback = () => void;

interface Hold extends Ways {
  /** What becomes of who writes. */
  readonly refuse: (message: Held) => unknown;
  readonly before: readonly (PropertyDescriptor | undefined)[];
  /** Of calls of `end()` meanwhile. */
  readonly callbacks: Callback[];
  isEnded: boolean;
}

const holding = Symbol("zerocopy.body");
type Held = Ways & { [holding]?: Hold | undefined };

/** `write` and `end` of `message`: its own, or those of others who have replaced them, but not ours. */
export function heldWays(message: Ways): Ways {
  const held = (message as Held)[holding];
  if (!held) return message;
  const { write, end } = message;
  return {
    write: write === writeLater ? held.write : write,
    end: end === endLater ? held.end : end,
  };
}

/** Whether a file is being opened for it, or sent. */
export function isHeld(message: object): boolean {
  return (message as Held)[holding] !== undefined;
}

/** @throws {ZeroCopyError} ERR_BODY_TAKEN when it has been ended, or held already. */
export function hold(message: Ways & { readonly writableEnded: boolean }): void {
  const held = message as Held;
  if (message.writableEnded) throw taken("a message that goes on", "one that has been ended");
  if (held[holding]) throw taken("a message without a body", "one that has a file");
  shadow(held, refuse);
}

/** A message that can be cut off. */
export interface Guarded extends Ways {
  once(event: "finish", on: Callback): unknown;
  once(event: "socket", on: (socket: { destroy(): unknown }) => void): unknown;
  destroy(): unknown;
  readonly socket?: unknown;
}

/**
 * {@link hold} for an application that has not asked for it, and may not even know that a file is being
 * sent: a timer of its own has run out, say. Nobody would catch an error there, and the head has made a
 * promise that can no longer be kept. So who writes cuts the connection.
 *
 * @returns what ends it; nothing is done to a message that is held already.
 */
export function guard(message: Guarded): () => void {
  if ((message as Held)[holding]) return () => {};
  shadow(message, cut);
  return () => void release(message);
}

function shadow(message: Held, whoWrites: Hold["refuse"]): void {
  const { write, end } = message;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(message, name));
  message[holding] = { write, end, before, refuse: whoWrites, callbacks: [], isEnded: false };
  message.write = writeLater;
  message.end = endLater;
}

/** Gives `write` and `end` back. True when the message was to be ended meanwhile. */
export function release(message: Ways & { once(event: "finish", on: Callback): unknown }): boolean {
  const held = (message as Held)[holding];
  if (!held) return false;
  (message as Held)[holding] = undefined;
  // The last property first: that leaves an object as quick as it was.
  for (const index of [1, 0] as const) {
    const name = names[index];
    if (message[name] !== shadows[name]) continue; // replaced meanwhile, and calls ours
    restoreProperty(message, name, held.before[index]);
  }
  for (const callback of held.callbacks) message.once("finish", callback);
  return held.isEnded;
}

/*
 * Middleware that replaces them while the message is held calls ours for what it has made of the body. So
 * ours refuse while nobody else stands before them, and let everything through otherwise.
 */

function writeLater(this: Held, ...words: unknown[]): unknown {
  const held = this[holding];
  if (held && this.write === writeLater) return held.refuse(this);
  return Reflect.apply((held ?? genuine(this)).write, this, words);
}

function endLater(this: Held, ...words: unknown[]): unknown {
  const held = this[holding];
  if (!held) return Reflect.apply(genuine(this).end, this, words);
  const [chunk] = words;
  if (typeof chunk !== "function" && chunk !== undefined && chunk !== null) {
    if (this.write === writeLater) held.refuse(this);
    else Reflect.apply(held.write, this, [chunk]);
  }
  const callback = words.find((word) => typeof word === "function");
  if (callback) held.callbacks.push(callback as Callback);
  held.isEnded = true;
  return this;
}

const names = ["write", "end"] as const;
const shadows: Ways = { write: writeLater, end: endLater };

/** For those who have put something over ours that has outlived them. */
function genuine(message: Held): Ways {
  return Object.getPrototypeOf(message) as Ways;
}

function refuse(): never {
  throw taken("nobody else to write", "a file that is being sent");
}

function cut(message: Held): false {
  cutOff(message as Guarded);
  return false;
}

/** Also a response that waits for those before it: not every Node destroys the connection that it gets then. */
export function cutOff(message: Guarded): void {
  message.destroy();
  if (!message.socket) message.once("socket", (late) => void late.destroy());
}

/** ERR_BODY_TAKEN. */
export function taken(wanted: string, found: string): ZeroCopyError {
  return new ZeroCopyError(
    "ERR_BODY_TAKEN",
    `Cannot write the body of a message: wanted ${wanted}, found ${found}`,
  );
}
