/**
 * Functions of Node that begin with promises and ticks of their own and go on without the program: a call of
 * one is made an operation (`async_hooks`), whose origin what follows inherits. All others begin with a request
 * or a handle, which is an operation already.
 */
import { AsyncResource } from "node:async_hooks";
import { Blob } from "node:buffer";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import consumers from "node:stream/consumers";

/** How a body is read. */
const readers = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** Wraps functions, and takes the wrappers away again. */
export class Starters {
  readonly #removals: (() => void)[] = [];
  #hasBodies = false;

  constructor() {
    for (const key of Object.keys(fs.promises)) this.#wrap(fs.promises, key, "fs.promises");
    for (const key of Object.keys(consumers)) this.#wrap(consumers, key, "consumers");
    for (const key of readers) this.#wrap(Blob.prototype, key, "blob");
    this.#wrap(globalThis, "fetch", "");
    syncBuiltinESMExports();
  }

  /** Node loads these classes when they are asked for, which takes time: so they are wrapped once there is a request. */
  wrapBodies(): void {
    if (this.#hasBodies) return;
    this.#hasBodies = true;
    for (const key of readers) {
      this.#wrap(Response.prototype, key, "response");
      this.#wrap(Request.prototype, key, "request");
    }
  }

  remove(): void {
    for (const remove of this.#removals.splice(0).toReversed()) remove();
    syncBuiltinESMExports();
  }

  #wrap(owner: object, key: string, group: string): void {
    const name = group === "" ? key : `${group}.${key}`;
    const remove = wrapMethod(owner, key, (original, self, values) =>
      new AsyncResource(name).runInAsyncScope(original, self, ...values),
    );
    this.#removals.push(remove);
  }
}

type Around = (original: Method, self: unknown, values: unknown[]) => unknown;

function wrapMethod(owner: object, key: string, around: Around): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  if (typeof before?.value !== "function") return () => undefined;
  const original = before.value as Method;
  const { method } = {
    method(this: unknown, ...values: unknown[]): unknown {
      return around(original, this, values);
    },
  };
  for (const each of Reflect.ownKeys(original)) {
    Reflect.defineProperty(method, each, Object.getOwnPropertyDescriptor(original, each)!);
  }
  if (!Reflect.defineProperty(owner, key, { ...before, value: method })) return () => undefined;
  return () => {
    if (Reflect.get(owner, key) === method) Object.defineProperty(owner, key, before);
  };
}

/**
 * File streams ask for their next bytes wherever somebody has taken the last: that belongs to who has made the
 * stream. `began` gives the origin of what begins now, `belong` is told whose requests are until it is told 0.
 */
export function followStreams(
  began: (name: string) => number,
  belong: (origin: number) => void,
): () => void {
  const origins = new WeakMap<object, number>();
  const made: Around = (original, self, values) => {
    const stream = Reflect.apply(original, self, values) as object;
    origins.set(stream, began(original.name));
    return stream;
  };
  const asks: Around = (original, self, values) => {
    belong(origins.get(self as object) ?? 0);
    try {
      return Reflect.apply(original, self, values);
    } finally {
      belong(0);
    }
  };
  const { ReadStream, WriteStream } = fs;
  const removals = [
    wrapMethod(fs, "createReadStream", made),
    wrapMethod(fs, "createWriteStream", made),
    wrapMethod(ReadStream.prototype, "_read", asks),
    wrapMethod(WriteStream.prototype, "_write", asks),
    wrapMethod(WriteStream.prototype, "_writev", asks),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const remove of removals) remove();
    syncBuiltinESMExports();
  };
}

/** What undici tells (docs/api/DiagnosticsChannel.md). */
interface Told {
  readonly request: object;
  readonly socket?: { readonly _handle?: Handle | null };
}

interface Handle {
  getAsyncId(): number;
  /** Of TLS: the socket below it. */
  readonly _parent?: Handle;
}

/**
 * `fetch` keeps connections: what a socket receives belongs to the request that was sent on it last, not
 * to the one for which it was opened. `began` gives the origin of a request that begins, `take` is told whose a
 * socket is from now on.
 */
export function followRequests(
  began: () => number,
  take: (asyncId: number, origin: number) => void,
): () => void {
  const origins = new WeakMap<object, number>();
  const created = (told: unknown): void => {
    origins.set((told as Told).request, began());
  };
  const sent = (told: unknown): void => {
    const { request, socket } = told as Told;
    const origin = origins.get(request) ?? 0;
    if (origin === 0) return;
    for (let handle = socket?._handle; handle; handle = handle._parent) {
      take(handle.getAsyncId(), origin);
    }
  };
  subscribe("undici:request:create", created);
  subscribe("undici:client:sendHeaders", sent);
  return () => {
    unsubscribe("undici:request:create", created);
    unsubscribe("undici:client:sendHeaders", sent);
  };
}
