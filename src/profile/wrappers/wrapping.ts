/**
 * Functions of the runtime, replaced by ones that call them and then charge what they have copied.
 * A wrapper takes the same arguments and this, gives the same result, and throws what is thrown.
 */
import type { Kind } from "../model.ts";
import type { Account } from "./account.ts";

export type Method = (this: never, ...values: never[]) => unknown;

/** One function that can be wrapped. */
export interface Wrapping {
  /** As people write it: `Buffer.from`. */
  readonly name: string;
  /** Asked for when it is wrapped: modules that a program may never need are not loaded before. */
  readonly owner: () => object;
  readonly key: string;
  readonly kind: Kind;
  /** Gives `original` back where there is nothing to charge. `operation`: what the account knows it by. */
  readonly wrap: (original: never, account: Account, operation: number) => Method;
}

/** Wrappers in place. */
export interface Wrapped {
  /** Names of what cannot be replaced, as with `--frozen-intrinsics`. */
  readonly frozen: readonly string[];
  /** Puts everything back that nobody has replaced or frozen meanwhile. May be called again. */
  remove(): void;
}

/** The number of an operation is its index in `wrappings`. */
export function wrapAll(
  wrappings: readonly Wrapping[],
  accountOf: (wrapping: Wrapping) => Account,
): Wrapped {
  const frozen: string[] = [];
  const removals: (() => void)[] = [];
  for (const [operation, wrapping] of wrappings.entries()) {
    const { key, name } = wrapping;
    const owner = wrapping.owner();
    const before = Object.getOwnPropertyDescriptor(owner, key);
    if (!before) continue; // this Node has no such thing
    if (typeof before.value !== "function" || !before.configurable) {
      frozen.push(name);
      continue;
    }
    const original = before.value as Method;
    const value = wrapping.wrap(original as never, accountOf(wrapping), operation);
    if (value === original) continue;
    makeAlike(value, original);
    Object.defineProperty(owner, key, { ...before, value });
    removals.push(() => {
      if (Reflect.get(owner, key) === value) Reflect.defineProperty(owner, key, before);
    });
  }
  return {
    frozen,
    // The last first: one function may have been wrapped twice.
    remove: () =>
      removals
        .splice(0)
        .toReversed()
        .forEach((put) => put()),
  };
}

/** Wraps what is seldom called on little: `model` says what was written, by the result. */
export function measured(
  model: (result: never) => number,
): (original: never, account: Account, operation: number) => Method {
  type OfThree = (this: unknown, a?: unknown, b?: unknown, c?: unknown) => never;
  return (original: OfThree, account, operation) =>
    ({
      measured(this: unknown, a?: unknown, b?: unknown, c?: unknown): unknown {
        const before = account.counted();
        const result = original.call(this, a, b, c);
        const bytes = model(result);
        if (bytes >= account.least) account.charge(operation, bytes, before);
        return result;
      },
    }).measured;
}

/** Bytes, by the result, the arguments, and this. */
export type Model = (this: unknown, result: never, values: readonly unknown[]) => number;

type Wrap = Wrapping["wrap"];
type Original = (this: unknown, ...values: unknown[]) => unknown;

/** Wraps what returns when it is done. */
export function applied(model: Model): Wrap {
  return (original: Original, account, operation) =>
    ({
      applied(this: unknown, ...values: unknown[]): unknown {
        const before = account.counted();
        const result = Reflect.apply(original, this, values) as never;
        account.charge(operation, model.call(this, result, values), before);
        return result;
      },
    }).applied;
}

/** Wraps what calls its last argument when it is done. */
export function called(model: Model): Wrap {
  return (original: Original, account, operation) =>
    ({
      called(this: unknown, ...values: unknown[]): unknown {
        const callback = values.at(-1);
        if (typeof callback !== "function") return Reflect.apply(original, this, values);
        const charging = function (this: unknown, ...results: unknown[]): unknown {
          if (!results[0]) {
            const bytes = model.call(this, results[1] as never, values);
            account.charge(operation, bytes, account.counted());
          }
          return Reflect.apply(callback, this, results);
        };
        return Reflect.apply(original, this, [...values.slice(0, -1), charging]);
      },
    }).called;
}

/** Wraps what gives a promise. */
export function promised(model: Model): Wrap {
  return (original: Original, account, operation) =>
    ({
      promised(this: unknown, ...values: unknown[]): unknown {
        return (Reflect.apply(original, this, values) as Promise<never>).then((result) => {
          account.charge(operation, model.call(this, result, values), account.counted());
          return result;
        });
      },
    }).promised;
}

/** Name, length and whatever else hangs on a function. */
function makeAlike(wrapper: Method, original: Method): void {
  for (const key of Reflect.ownKeys(original)) {
    Reflect.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(original, key)!);
  }
}
