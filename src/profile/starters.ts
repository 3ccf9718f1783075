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
    for (const key of ["createReadStream", "createWriteStream"]) this.#wrap(fs, key, "fs");
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
    const remove = wrapMethod(owner, key, group === "" ? key : `${group}.${key}`);
    if (remove) this.#removals.push(remove);
  }
}

function wrapMethod(owner: object, key: string, name: string): (() => void) | undefined {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  if (typeof before?.value !== "function") return undefined;
  const original = before.value as Method;
  const { method } = {
    method(this: unknown, ...values: unknown[]): unknown {
      return new AsyncResource(name).runInAsyncScope(original, this, ...values);
    },
  };
  for (const each of Reflect.ownKeys(original)) {
    Reflect.defineProperty(method, each, Object.getOwnPropertyDescriptor(original, each)!);
  }
  if (!Reflect.defineProperty(owner, key, { ...before, value: method })) return undefined;
  return () => {
    if (Reflect.get(owner, key) === method) Object.defineProperty(owner, key, before);
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
