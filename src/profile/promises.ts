/**
 * Promises carry the origin in whose course they were made to what goes on when they are settled. Node's own hook
 * does it too, which comes with every hook of `async_hooks`; but it gives each promise an id and calls all
 * other hooks, and a program of promises takes three times as long. So it is replaced (v8::Context::SetPromiseHooks)
 * by one that knows of origins only. Should the program use `async_hooks`, Node puts its own back, and promises
 * are operations like others.
 */
import type { ProfileAddon } from "../native/profileAddon.ts";

/** A constructor that gives back what it is given lets a class put a private field there, which nobody sees. */
function Given(promise: object): object {
  return promise;
}

class Carrying extends (Given as unknown as new (promise: object) => object) {
  readonly #origin: number;

  private constructor(promise: object, origin: number) {
    super(promise);
    this.#origin = origin;
  }

  static put(promise: object, origin: number): void {
    void new Carrying(promise, origin);
  }

  static originOf(promise: object): number {
    return #origin in promise ? promise.#origin : 0;
  }
}

export class PromiseOrigins {
  /** One: of the promise that goes on now, or 0. The addon reads it. */
  readonly #now: Uint32Array;
  readonly #outer: number[] = [];

  constructor(now: Uint32Array) {
    this.#now = now;
  }

  get carried(): number {
    return this.#now[0]!;
  }

  /** `current`: the origin of what is made now, or 0. */
  follow(addon: ProfileAddon, current: () => number): void {
    const now = this.#now;
    const outer = this.#outer;
    const begins = (promise: object): void => {
      const origin = current();
      if (origin !== 0) Carrying.put(promise, origin);
    };
    const goesOn = (promise: object): void => {
      outer.push(now[0]!);
      now[0] = Carrying.originOf(promise);
    };
    const pauses = (): void => {
      now[0] = outer.pop() ?? 0;
    };
    addon.hookPromises(begins, goesOn, pauses);
  }

  /** Others have hooks of their own now. */
  lose(): void {
    this.#now[0] = 0;
    this.#outer.length = 0;
  }
}
