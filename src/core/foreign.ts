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
  throw new TypeError("Cannot clone memory: use toMessage() and fromMessage()");
}

/** For `toJSON`. */
export function refuseJson(name: string): never {
  throw cannotConvert(name, "JSON", "toList(), hex() or decode()");
}

/** For `Symbol.toPrimitive`: template strings, `+`, `Number(…)`, `new Blob([…])`. */
export function refusePrimitive(name: string): never {
  throw cannotConvert(name, "text or a number", "decode(), hex() or lendUint8Array()");
}

/** For an accessor named `0`: what takes it for an array would else find holes, and write zeros. */
export function refuseElements(name: string): never {
  throw cannotConvert(name, "an array", "get(0), toList() or lendUint8Array()");
}

function cannotConvert(name: string, target: string, ways: string): TypeError {
  return new TypeError(`Cannot convert ${name} to ${target}: use ${ways}`);
}
