/// <reference lib="esnext.disposable" preserve="true" />
/**
 * What the habits of JavaScript find when they meet our value classes. A plain class would give a
 * wrong answer without a word: `structuredClone` an empty object, `${view}` "[object Object]",
 * JSON.stringify the object's insides. Each of these is an error here, which names the right call.
 */

/** Node's `util.inspect` asks for this. */
export const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/**
 * `Symbol.dispose`, also where the engine does not have it yet; what compiles `using` for such an
 * engine looks for the same symbol.
 */
export const dispose: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for("Symbol.dispose") as typeof Symbol.dispose);

/**
 * Value of an own field of each value class. The structured clone algorithm copies own fields and
 * refuses functions, so that cloning fails with a DataCloneError that quotes this function.
 */
export function useToMessage(): never {
  throw new TypeError("Cannot clone memory: use toMessage()");
}

/** The base of our value classes: what habits must not do, and are told. */
export abstract class Guarded {
  /** Python's way of showing it, shortened; what the console shows, too. */
  abstract toString(): string;

  [inspect](): string {
    return this.toString();
  }

  /**
   * For template strings, `+`, `Number(…)`, `new Blob([…])`.
   *
   * @throws {TypeError} always: text has an encoding, which must be said.
   */
  [Symbol.toPrimitive](): never {
    throw cannotConvert("text or a number");
  }

  /**
   * What takes it for an array would else find holes, and write zeros.
   *
   * @throws {TypeError} always.
   */
  get 0(): never {
    throw cannotConvert("an array");
  }

  /** @throws {TypeError} always. */
  toJSON(): never {
    throw cannotConvert("JSON");
  }
}

function cannotConvert(target: string): TypeError {
  return new TypeError(
    `Cannot convert memory to ${target}: use decode(), hex(), get(0) or lendUint8Array()`,
  );
}
