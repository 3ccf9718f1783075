/**
 * Functions of the runtime, replaced by ones that call them and then charge what they have copied.
 * A wrapper takes the same arguments and this, gives the same result, and throws what is thrown.
 */
import type { Account } from "./account.ts";

export type Method = (this: never, ...values: never[]) => unknown;

/** One function that can be wrapped. */
export interface Wrapping {
  /** As people write it: `Buffer.from`. */
  readonly name: string;
  /** Undefined where this Node has no such thing. */
  readonly owner: object | undefined;
  readonly key: string;
  /** Gives `original` back where there is nothing to charge. `operation`: what the account knows it by. */
  readonly wrap: (original: never, account: Account, operation: number) => Method;
}

/** Wrappers in place. */
export interface Wrapped {
  /** Names of what could not be wrapped: it is frozen. */
  readonly frozen: readonly string[];
  /** Puts everything back that nobody else has replaced meanwhile. May be called again. */
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
    const { owner, key, name } = wrapping;
    const before = owner && Object.getOwnPropertyDescriptor(owner, key);
    if (!owner || typeof before?.value !== "function") continue;
    const original = before.value as Method;
    const value = wrapping.wrap(original as never, accountOf(wrapping), operation);
    if (value === original) continue;
    makeAlike(value, original);
    if (!Reflect.defineProperty(owner, key, { ...before, value })) {
      frozen.push(name);
      continue;
    }
    removals.push(() => {
      if (Reflect.get(owner, key) === value) Object.defineProperty(owner, key, before);
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
  type Original = (this: unknown, a?: unknown, b?: unknown, c?: unknown) => never;
  return (original: Original, account, operation) =>
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

/** Name, length and whatever else hangs on a function. */
function makeAlike(wrapper: Method, original: Method): void {
  for (const key of Reflect.ownKeys(original)) {
    Reflect.defineProperty(wrapper, key, Object.getOwnPropertyDescriptor(original, key)!);
  }
}
