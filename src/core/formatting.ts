/**
 * `bytes % values` (PEP 461).
 *
 *     %(key)-08.3f      key · flags - + space # 0 · width · precision · type
 *
 * Checks come in CPython's order: of each conversion the key, the sizes, whether there is a value,
 * then its type.
 */
import { gatherBytes } from "./borrow.ts";
import { encodeText } from "./encoding.ts";
import { KeyError, OverflowError, ValueError, cannot, describe, invalidType } from "./errors.ts";
import { floatRepr, floatText } from "./numerals.ts";
import { bytesOf, isBytesLike, isExporter, isObject } from "./protocol.ts";
import { joinBytes, nothing } from "./replacing.ts";
import { quote, reprOf } from "./repr.ts";
import { toByte, toSize } from "./slicing.ts";
import { latin1Bytes, longestText, textOf, textSize } from "./text.ts";

const action = "format";

type Part = string | Uint8Array;

/** What follows `%` and a key; `h`, `l` and `L` have no meaning. */
const conversion = /([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([^])?/y;

/**
 * The template with values put in. *Copies:* values that are bytes, once; all else becomes text.
 *
 * @param values An array is Python's tuple, another object or a Map its dict, all else one value.
 * @throws {TypeError} for a value of the wrong type; for too few, or too many.
 * @throws {ValueError} for a conversion that does not exist. @throws {KeyError} for a missing key.
 * @throws {OverflowError} for a number too large for `%c` or for a size; for what is longer than 128 MiB
 * because of its width or precision.
 */
export function formatBytes(template: Uint8Array, values: unknown): Uint8Array<ArrayBuffer> {
  const text = textOf(template);
  const parts: Uint8Array[] = [];
  let pending = "";
  const add = (part: Part): void => {
    const isText = typeof part === "string";
    if (!isText || pending.length + part.length > longestText) {
      parts.push(latin1Bytes(pending));
      pending = "";
    }
    if (isText) pending += part;
    else parts.push(part);
  };
  const isTuple = Array.isArray(values);
  const isDict = isObject(values) && !isTuple && !ownBytes(values);
  let rest: unknown[] = isTuple ? values.toReversed() : [values]; // the next is the last
  const next = (): unknown => {
    if (rest.length > 0) return rest.pop();
    throw cannot(TypeError, action, "more values", "none");
  };
  let from = 0;
  for (let at; (at = text.indexOf("%", from)) >= 0;) {
    add(text.slice(from, at));
    from = at + 1;
    if (text[from] === "(") {
      if (!isDict || isBytesLike(values)) throw invalidType(action, "an object or Map", values);
      const end = endOfKey(text, from + 1);
      rest = [valueOf(values, text.slice(from + 1, end))];
      from = end + 1;
    }
    conversion.lastIndex = from;
    const match = conversion.exec(text)!;
    from += match[0].length;
    if (text[at + 1] === "%") add("%");
    else convert(match, next).forEach(add);
  }
  add(text.slice(from));
  if (rest.length > 0 && !isDict) throw cannot(TypeError, action, "fewer values", rest.length);
  const end = latin1Bytes(pending);
  return parts.length > 0 ? joinBytes(nothing, [...parts, end], action) : end;
}

/** Where the parenthesis is that closes the one before. */
function endOfKey(text: string, start: number): number {
  for (let end = start, open = 1; end < text.length; end += 1) {
    if (text[end] === "(") open += 1;
    if (text[end] === ")" && (open -= 1) === 0) return end;
  }
  throw cannot(ValueError, action, "a whole conversion", "the end");
}

/** Undefined is left out. */
function valueOf(values: object, key: string): unknown {
  const own = Object.hasOwn(values, key) ? (values as Record<string, unknown>)[key] : undefined;
  const value: unknown = values instanceof Map ? values.get(key) : own;
  if (value !== undefined) return value;
  throw cannot(KeyError, action, "a value of each key", describe(key));
}

/** One conversion, and what pads it. */
function convert(match: RegExpExecArray, next: () => unknown): readonly Part[] {
  const [, marks = "", widthText = "", precisionText, type] = match;
  const width = sizeOf(widthText, next, 64);
  const precision =
    precisionText === undefined ? undefined : Math.max(sizeOf(precisionText, next, 32), 0);
  if (!type) throw cannot(ValueError, action, "a whole conversion", "the end");
  const flags = width < 0 ? `${marks}-` : marks;
  const room = Math.abs(width);
  const part = "diuoxXeEfFgG".includes(type)
    ? numberText(next(), type, flags, precision, room)
    : partOf(next(), type, precision);
  const pad = " ".repeat(textSize(room - part.length));
  return flags.includes("-") ? [part, pad] : [pad, part];
}

/** A width or precision: digits, or `*` for the next value. */
function sizeOf(text: string, next: () => unknown, bits: 64 | 32): number {
  if (text === "*") return toSize(next(), action, bits);
  const size = Number(text);
  if (size < 2 ** (bits - 1)) return size;
  throw cannot(ValueError, action, `an integer of ${bits} bits`, size);
}

function partOf(value: unknown, type: string, precision: number | undefined): Part {
  if (type === "a" || type === "r") {
    return encodeText(reprOfValue(value), "ascii", "backslashreplace").subarray(0, precision);
  }
  if (type === "b" || type === "s")
    return (ownBytes(value) ?? gatherBytes(value, action)).subarray(0, precision);
  if (type !== "c") {
    const Kind = type > "\x7f" ? OverflowError : ValueError; // CPython 3.14 trips over its message
    throw cannot(Kind, action, "%abcdeEfFgGiorsuxX", describe(`%${type}`));
  }
  const bytes = ownBytes(value);
  if (bytes?.length === 1) return bytes;
  return String.fromCharCode(toByte(value, action, OverflowError));
}

/**
 * A window on the contents of what takes the place of Python's `bytes` and `bytearray`: Bytes,
 * ByteArray, Uint8Array. (Known by its methods: their class itself imports this file.) *Copies:* none.
 */
function ownBytes(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return bytesOf(value, action);
  if (isExporter(value) && "_live" in value) return (value._live as () => Uint8Array).call(value);
  return undefined;
}

/** With zeros up to the width, when flags say so. */
function numberText(
  value: unknown,
  type: string,
  flags: string,
  precision: number | undefined,
  width: number,
): string {
  const isFull = flags.includes("#");
  const kind = type.toLowerCase();
  const number = numberOf(value, kind);
  let head = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  if (number < 0 || Object.is(number, -0)) head = "-";
  let body: string;
  if (typeof number === "number") {
    body = floatText(Math.abs(number), kind, precision ?? 6, isFull);
  } else {
    const radix = kind === "x" ? 16 : kind === "o" ? 8 : 10;
    body = (number < 0 ? -number : number).toString(radix).padStart(textSize(precision ?? 0), "0");
    if (isFull && radix !== 10) head += `0${type}`;
  }
  if (type < "a") body = body.toUpperCase();
  const isZero = flags.includes("0") && !flags.includes("-");
  return head + (isZero ? body.padStart(textSize(width - head.length), "0") : body);
}

/** A float for `efg`, else an integer: floats lose their fraction in decimal only. */
function numberOf(value: unknown, kind: string): number | bigint {
  const isFloat = "efg".includes(kind);
  if (typeof value === "number") {
    if (isFloat) return value;
    if (Number.isInteger(value) || "diu".includes(kind)) {
      if (Number.isFinite(value)) return BigInt(Math.trunc(value));
      const Kind = Number.isNaN(value) ? ValueError : OverflowError;
      throw cannot(Kind, action, "a finite number", value);
    }
  } else if (typeof value === "bigint" || typeof value === "boolean") {
    if (!isFloat) return BigInt(value);
    const float = Number(value);
    if (Number.isFinite(float)) return float;
  }
  throw invalidType(action, `a number for %${kind}`, value);
}

/** Python's `repr` of what takes the place of this value there; `outer` are the lists around it. */
function reprOfValue(value: unknown, outer: readonly unknown[] = []): string {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}`;
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? `${value}` : floatRepr(value);
  }
  if (Array.isArray(value)) {
    if (outer.includes(value)) return "[...]";
    const around = [...outer, value];
    return `[${Array.from(value, (item) => reprOfValue(item, around)).join(", ")}]`;
  }
  const bytes = ownBytes(value);
  if (!bytes) throw invalidType(action, "a value of Python", value);
  const isArray = isObject(value) && "append" in value;
  const text = reprOf(bytes, isArray ? "'" : "", bytes.length);
  return isArray ? `bytearray(${text})` : text;
}
