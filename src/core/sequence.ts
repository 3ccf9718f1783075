/**
 * `ByteSequence`: what `Bytes` and `ByteArray` have in common, which is all methods of CPython's `bytes`.
 * Each reads the contents through one window (`_live`); results are new sequences of the same class.
 * A part of Bytes shares its memory, which nobody can see; a part of a ByteArray is a copy.
 */
import { compareBytes, equalBytes, lastIndexOfBytes } from "./accelerate.ts";
import { base64Of } from "./base64.ts";
import type { Base64Options } from "./base64.ts";
import { withAllBytes, withBytes } from "./borrow.ts";
import { cloneBytes, sliceBytes } from "./copy.ts";
import { decodeBytes } from "./decoding.ts";
import type { DecodeErrors } from "./decoding.ts";
import { ValueError, cannot, invalidType } from "./errors.ts";
import { Guarded, useToMessage } from "./foreign.ts";
import { formatBytes } from "./formatting.ts";
import { hexOf } from "./hex.ts";
import * as letters from "./letters.ts";
import type { BufferRecord, BytesLike, Exporter } from "./protocol.ts";
import { hasEquals, isBytesLike, isIterable, isShared, kBuffer } from "./protocol.ts";
import * as replacing from "./replacing.ts";
import { reprOf } from "./repr.ts";
import * as search from "./searching.ts";
import type { Affix, Needle } from "./searching.ts";
import { fitSlice, toIndex, toSize, wrapIndex } from "./slicing.ts";
import type { Index, SliceBound } from "./slicing.ts";
import type { Message } from "./transfer.ts";

type Memory = Uint8Array<ArrayBuffer>;

/**
 * What can be done with bytes. A part (of `split`, `partition`, `strip` and their kind) is a copy in a
 * ByteArray only. Where bytes are wanted, text is a TypeError.
 */
export abstract class ByteSequence<Self> extends Guarded implements Exporter, Iterable<number> {
  /** @internal Makes structuredClone refuse. */
  readonly _clone: () => never;

  constructor() {
    super();
    this._clone = useToMessage;
  }

  /** In bytes. */
  abstract readonly length: number;

  /**
   * @internal A window on the contents, for the time of a call.
   *
   * @throws {BufferError} when somebody to whom it was lent transferred it.
   */
  abstract _live(): Memory;

  /** @internal A sequence that takes the memory over. */
  abstract _make(memory: Memory): Self;

  /** @internal The contents from `from` to `to` (excluded). */
  abstract _part(from: number, to: number): Self;

  abstract [kBuffer](flags: number): BufferRecord;

  // Items and parts.

  /**
   * The byte at an index; negative counts from the end.
   *
   * @throws {IndexError} out of range. @throws {TypeError} unless the index is an integer.
   */
  get(index: Index): number {
    const at = toIndex(index, "index");
    return this._live()[wrapIndex(at, this.length, 0)]!;
  }

  /** As `get`; undefined out of range. */
  at(index: Index): number | undefined {
    return this._live().at(toIndex(index, "index"));
  }

  /** The bytes as numbers. */
  [Symbol.iterator](): IterableIterator<number> {
    return this._live().values();
  }

  /**
   * Python's `[start:stop:step]`; negative bounds count from the end, null is left out.
   *
   * *Copies:* the bytes of the result; `subarray` copies none.
   *
   * @throws {ValueError} for a step of 0. @throws {TypeError} for a bound that is no integer.
   */
  slice(start?: SliceBound, stop?: SliceBound, step?: SliceBound): Self {
    const bytes = this._live();
    const range = fitSlice(start, stop, step, bytes.length);
    const { start: from, step: stride, count } = range;
    if (stride === 1) return this._make(sliceBytes(bytes, from, from + count));
    return this._make(Uint8Array.from({ length: count }, (_, i) => bytes[from + i * stride]!));
  }

  /** Python's `+`. *Copies:* the result. @throws {TypeError} for what is not bytes-like. */
  concat(...others: readonly BytesLike[]): Self {
    const parts = [this._live(), ...others];
    return this._make(replacing.joinBytes(replacing.nothing, parts, "concatenate"));
  }

  /** Python's `*`. *Copies:* the result. @throws {OverflowError} without so much memory. */
  repeat(times: Index): Self {
    return this._make(replacing.repeatBytes(this._live(), toSize(times, "repeat")));
  }

  /**
   * Python's `%`: these bytes with values in place of `%d`, `%s` and the like. An array is a tuple of
   * values; an object or Map, with `%(key)d`, has them by name. *Copies:* the result.
   *
   * @throws {TypeError} for a value of the wrong type, too few or too many; text is one for `%s`.
   * @throws {ValueError} for an unknown conversion. @throws {KeyError} for a missing key.
   *
   * @example
   * ```ts
   * import { b } from "zerocopy";
   *
   * console.log(b`HTTP/1.1 %d %s\r\n`.mod([404, b`Not Found`])); // b'HTTP/1.1 404 Not Found\r\n'
   * console.log(b`%(name)s=%(n)03d`.mod({ name: b`a`, n: 7 })); // b'a=007'
   * ```
   */
  mod(values: unknown): Self {
    return this._make(formatBytes(this._live(), values));
  }

  // Comparing.

  /** Are these the same bytes? `other` is anything bytes-like; anything else is unequal. */
  equals(other: unknown): boolean {
    const own = this._live();
    if (other instanceof ByteSequence) return equalBytes(own, other._live());
    if (!isBytesLike(other)) return false;
    try {
      return withBytes(other, "compare", (bytes) => equalBytes(own, bytes));
    } catch {
      return hasEquals(other) && other.equals(this); // a strided view, for example
    }
  }

  /** Which comes first, as for `sort`: -1, 0 or 1. @throws {TypeError} for what is not bytes-like. */
  compare(other: BytesLike): number {
    const bytes = this._live();
    return withAllBytes([other], "compare", ([window]) => compareBytes(bytes, window!));
  }

  // Searching. *Copies:* none.

  /**
   * Where `needle`, bytes or one byte, first lies within `[start, stop)`, or -1.
   *
   * @throws {TypeError} for text, or what else is not bytes-like. @throws {ValueError} for a number
   * that is no byte.
   */
  find(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return search.find(this._live(), needle, start, stop);
  }

  /** Where `needle` last lies within `[start, stop)`, or -1. */
  rfind(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return search.rfind(this._live(), needle, start, stop);
  }

  /** As `find`. @throws {ValueError} when it is not there. */
  index(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return found(this.find(needle, start, stop));
  }

  /** As `rfind`. @throws {ValueError} when it is not there. */
  rindex(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return found(this.rfind(needle, start, stop));
  }

  /** How often `needle` lies within `[start, stop)`, without overlap. */
  count(needle: Needle, start?: SliceBound, stop?: SliceBound): number {
    return search.count(this._live(), needle, start, stop);
  }

  /** Python's `needle in bytes`. */
  includes(needle: Needle): boolean {
    return this.find(needle) >= 0;
  }

  /** Does it start so, within `[start, stop)`? Of an array, one prefix is enough. */
  startsWith(prefix: Affix, start?: SliceBound, stop?: SliceBound): boolean {
    return search.startsWith(this._live(), prefix, start, stop);
  }

  /** Does it end so, within `[start, stop)`? Of an array, one suffix is enough. */
  endsWith(suffix: Affix, start?: SliceBound, stop?: SliceBound): boolean {
    return search.endsWith(this._live(), suffix, start, stop);
  }

  // Splitting and stripping. *Copies:* none of Bytes; the parts of a ByteArray.

  /**
   * What is before the first separator, the separator, what is after it; else all and twice nothing.
   *
   * *Copies:* none of Bytes; the parts of a ByteArray.
   *
   * @throws {ValueError} for a separator of no bytes.
   *
   * @example
   * ```ts
   * import { b } from "zerocopy";
   *
   * const [name, , value] = b`Host: a:80`.partition(b`:`);
   * console.log(name.lower(), value.strip()); // b'host' b'a:80'
   * ```
   */
  partition(separator: BytesLike): [Self, Self, Self] {
    const bytes = this._live();
    const [at, length] = search.seek(bytes, separator);
    return at < 0 ? this._cut(bytes.length, bytes.length) : this._cut(at, at + length);
  }

  /** As `partition`, at the last separator; without one, twice nothing and all. */
  rpartition(separator: BytesLike): [Self, Self, Self] {
    const [at, length] = search.seek(this._live(), separator, lastIndexOfBytes);
    return at < 0 ? this._cut(0, 0) : this._cut(at, at + length);
  }

  /**
   * The parts between separators, by default runs of white space; at most `most` splits.
   *
   * *Copies:* none of Bytes; the parts of a ByteArray.
   *
   * @throws {ValueError} for a separator of no bytes.
   */
  split(separator: BytesLike | null = null, most: Index = -1): Self[] {
    return search.split(this._live(), separator, most, (from, to) => this._part(from, to));
  }

  /** As `split`, from the end. */
  rsplit(separator: BytesLike | null = null, most: Index = -1): Self[] {
    return search.rsplit(this._live(), separator, most, (from, to) => this._part(from, to));
  }

  /** Lines end with `\n`, `\r` or `\r\n`, which each keeps with `keepEnds`. */
  splitLines(keepEnds: boolean = false): Self[] {
    return search.splitLines(this._live(), keepEnds, (from, to) => this._part(from, to));
  }

  /** Without these bytes, by default white space, at both ends. */
  strip(characters: BytesLike | null = null): Self {
    return this._part(...search.strip(this._live(), characters));
  }

  /** Without these bytes, by default white space, at the start. */
  lstrip(characters: BytesLike | null = null): Self {
    return this._part(...search.strip(this._live(), characters, search.START));
  }

  /** Without these bytes, by default white space, at the end. */
  rstrip(characters: BytesLike | null = null): Self {
    return this._part(...search.strip(this._live(), characters, search.END));
  }

  /** Without these bytes at the start, if it starts so. */
  removePrefix(prefix: BytesLike): Self {
    const bytes = this._live();
    const cut = (sub: Uint8Array): number => (search.startsWith(bytes, sub) ? sub.length : 0);
    return this._part(withBytes(prefix, "remove", cut), bytes.length);
  }

  /** Without these bytes at the end, if it ends so. */
  removeSuffix(suffix: BytesLike): Self {
    const bytes = this._live();
    const cut = (sub: Uint8Array): number => (search.endsWith(bytes, sub) ? sub.length : 0);
    return this._part(0, bytes.length - withBytes(suffix, "remove", cut));
  }

  // Other bytes. *Copies:* the result, in each.

  /** `next` instead of `old`, at most `most` times; negative for all. *Copies:* the result. */
  replace(old: BytesLike, next: BytesLike, most: Index = -1): Self {
    const bytes = this._live();
    const result = withBytes(old, "replace", (from) =>
      withBytes(next, "replace", (to) =>
        replacing.replaceBytes(bytes, from, to, search.toLimit(most)),
      ),
    );
    return result ? this._make(result) : this._part(0, bytes.length);
  }

  /**
   * Each byte as a table of 256 has it (see `makeTrans`), or as it is for null; those of `dropped` are
   * left out. *Copies:* the result.
   *
   * @throws {ValueError} for a table of another length.
   *
   * @example
   * ```ts
   * import { Bytes, b } from "zerocopy";
   *
   * console.log(b`a+b/c`.translate(Bytes.makeTrans(b`+/`, b`-_`))); // b'a-b_c'
   * console.log(b`1,234`.translate(null, b`,`)); // b'1234'
   * ```
   */
  translate(table: BytesLike | null, dropped: BytesLike = replacing.nothing): Self {
    const bytes = this._live();
    const map =
      table === null
        ? replacing.tableOf((byte) => byte)
        : withBytes(table, "translate", cloneBytes);
    if (map.length !== 256) {
      throw cannot(ValueError, "translate", "256 bytes", map.length);
    }
    return this._make(
      withBytes(dropped, "translate", (set) =>
        set.length > 0
          ? replacing.dropBytes(bytes, map, set)
          : replacing.translateBytes(bytes, map),
      ),
    );
  }

  /**
   * All parts, with these bytes between them: `` b``.join(chunks) `` is `Buffer.concat(chunks)`.
   * *Copies:* the result.
   *
   * @throws {TypeError} for a part that is not bytes-like.
   */
  join(parts: Iterable<BytesLike>): Self {
    if (!isIterable(parts)) throw invalidType("join", "an iterable of bytes-like objects", parts);
    return this._make(replacing.joinBytes(this._live(), [...parts], "join"));
  }

  /** In the middle of `width` bytes, the others being `fill`, one byte; by default spaces. */
  center(width: Index, fill?: ByteSequence<unknown>): Self {
    return this._pad(width, fill, (room, size) => Math.floor(room / 2) + (room % 2 && size % 2));
  }

  /** At the start of `width` bytes, the others being `fill`, one byte; by default spaces. */
  ljust(width: Index, fill?: ByteSequence<unknown>): Self {
    return this._pad(width, fill, () => 0);
  }

  /** At the end of `width` bytes, the others being `fill`, one byte; by default spaces. */
  rjust(width: Index, fill?: ByteSequence<unknown>): Self {
    return this._pad(width, fill, (room) => room);
  }

  /** Zeros to `width`, behind the sign. */
  zfill(width: Index): Self {
    return this._make(replacing.fillZeros(this._live(), toSize(width, "pad")));
  }

  /** Spaces instead of tabs, up to the next multiple of `size`. */
  expandTabs(size: Index = 8): Self {
    return this._make(replacing.expandTabs(this._live(), toSize(size, "pad", 32)));
  }

  /** The first byte in upper case, the others in lower; of ASCII's letters, as all of these. */
  capitalize(): Self {
    return this._make(letters.capitalize(this._live()));
  }

  /** In lower case. */
  lower(): Self {
    return this._make(letters.lower(this._live()));
  }

  /** Lower case for upper, and upper for lower. */
  swapCase(): Self {
    return this._make(letters.swapCase(this._live()));
  }

  /** Every word capitalized; a word is a run of letters. */
  title(): Self {
    return this._make(letters.title(this._live()));
  }

  /** In upper case. */
  upper(): Self {
    return this._make(letters.upper(this._live()));
  }

  // Kinds of ASCII characters. False for no bytes at all, but for `isAscii`.

  /** Letters and digits alone? */
  isAlnum(): boolean {
    return this._isAll(letters.DIGIT | letters.LOWER | letters.UPPER);
  }

  /** Letters alone? */
  isAlpha(): boolean {
    return this._isAll(letters.LOWER | letters.UPPER);
  }

  /** Bytes below 128 alone, or none? */
  isAscii(): boolean {
    return letters.isAll(this._live(), letters.ASCII);
  }

  /** Digits alone? */
  isDigit(): boolean {
    return this._isAll(letters.DIGIT);
  }

  /** Letters, and none in upper case? */
  isLower(): boolean {
    return letters.isCased(this._live(), letters.LOWER);
  }

  /** White space alone? */
  isSpace(): boolean {
    return this._isAll(letters.SPACE);
  }

  /** Letters, each in upper case that starts a word, and no other? */
  isTitle(): boolean {
    return letters.isTitle(this._live());
  }

  /** Letters, and none in lower case? */
  isUpper(): boolean {
    return letters.isCased(this._live(), letters.UPPER);
  }

  // Text and memory.

  /**
   * Two digits a byte, with a separator between groups, which count from the end; from the start for a
   * negative size. *Copies:* the digits are new text.
   *
   * @throws {ValueError} for a separator that is not one ASCII character.
   */
  hex(separator?: string | BytesLike, bytesPerGroup?: number): string {
    return hexOf(this._live(), separator, bytesPerGroup);
  }

  /** As base64; with `{ url: true }` for URLs, without padding. *Copies:* the digits are new text. */
  toBase64(options?: Base64Options): string {
    return base64Of(this._live(), options);
  }

  /**
   * As text of `"utf-8"`, `"latin-1"` or `"ascii"`. *Copies:* the text is new.
   *
   * @throws {UnicodeDecodeError} for bytes that are no text, unless `errors` says otherwise.
   * @throws {LookupError} for another encoding.
   *
   * @example
   * ```ts
   * import { b } from "zerocopy";
   *
   * console.log(b`caf\xe9`.decode("latin-1"), b`caf\xe9`.decode("utf-8", "replace")); // café caf�
   * ```
   */
  decode(encoding: string = "utf-8", errors: DecodeErrors = "strict"): string {
    return decodeBytes(this._live(), encoding, errors);
  }

  /** *Copies:* all bytes. */
  toUint8Array(): Memory {
    return cloneBytes(this._live());
  }

  /**
   * The memory itself, for an API that only reads: `fs.write`, `socket.write`, `hash.update`,
   * `TextDecoder`. The receiver must not write to it. *Copies:* none.
   */
  lendUint8Array(): Memory {
    return this._live();
  }

  // Habits of JavaScript.

  /** Python's literal, shortened. */
  override toString(): string {
    return reprOf(this._live());
  }

  /** So that `Buffer.from(bytes)` copies the right bytes. */
  override valueOf(): Memory {
    return this.lendUint8Array();
  }

  private _cut(to: number, from: number): [Self, Self, Self] {
    return [this._part(0, to), this._part(to, from), this._part(from, this.length)];
  }

  private _isAll(kinds: number): boolean {
    return this.length > 0 && letters.isAll(this._live(), kinds);
  }

  private _pad(
    width: Index,
    fill: ByteSequence<unknown> | undefined,
    before: (room: number, size: number) => number,
  ): Self {
    const size = toSize(width, "pad");
    if (fill !== undefined && !(fill instanceof ByteSequence && fill.length === 1)) {
      throw invalidType("pad", "one byte", fill);
    }
    const room = Math.max(0, size - this.length);
    const left = before(room, size);
    return this._make(replacing.padBytes(this._live(), left, room - left, fill?.get(0) ?? 32));
  }
}

function found(at: number): number {
  if (at < 0) throw cannot(ValueError, "index", "a match", "none");
  return at;
}

/** What is sent of a sequence. */
interface SequenceMessage<Name extends string> {
  readonly zerocopy: Name;
  readonly bytes: Memory;
}

/** For `toMessage`; the memory is given away. */
export function messageOf<Name extends string>(
  zerocopy: Name,
  bytes: Memory,
): Message<SequenceMessage<Name>> {
  return { value: { zerocopy, bytes }, transferList: [bytes.buffer] };
}

/** For `fromMessage`. */
export function bytesOfMessage(name: string, value: SequenceMessage<string>): Memory {
  const { zerocopy, bytes } = value ?? {};
  if (zerocopy === name && bytes instanceof Uint8Array && !isShared(bytes.buffer)) return bytes;
  throw invalidType("read a message", `the value of ${name}.toMessage()`, value);
}
