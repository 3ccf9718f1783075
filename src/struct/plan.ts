/** What packing and unpacking need of a format, flat: `struct` moves values through one loop. */
import { checkAscii } from "../core/casting.ts";
import { StructError, invalidType } from "../core/errors.ts";
import { RECORD } from "../format/codes.ts";
import type { Layout } from "../format/layout.ts";
import { parseStruct } from "../format/parse.ts";
import { numberSteps } from "./numbers.ts";

export interface Slot {
  /** Bytes from the start. */
  readonly offset: number;
  /** RECORD for a run of several values. */
  readonly code: number;
  /** Of one value. */
  readonly layout: Layout;
  readonly count: number;
}

export interface Plan {
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  readonly slots: readonly Slot[];
  /** Values. */
  readonly count: number;
  readonly littleEndian: boolean;
  /** How to read it where all values are plain numbers, else null. */
  readonly numbers: readonly number[] | null;
}

/**
 * @throws {TypeError} unless `format` is a string.
 * @throws {UnicodeEncodeError} for text beyond ASCII. @throws {StructError} for what is no format.
 */
export function planOf(format: string): Plan {
  if (typeof format !== "string") throw invalidType("make a Struct", "a format string", format);
  const layout = parseStruct(format);
  if ("problem" in layout) {
    checkAscii(format);
    const quoted = JSON.stringify(format.slice(0, 60));
    throw new StructError(`Cannot read the struct format ${quoted}: ${layout.problem}`);
  }
  const slots = layout.fields.map(({ offset, layout: value, shape }) => {
    const count = shape[0] ?? 1;
    return { offset, code: count === 1 ? value.code : RECORD, layout: value, count };
  });
  return {
    format,
    size: layout.size,
    slots,
    count: slots.reduce((total, slot) => total + slot.count, 0),
    littleEndian: !/^[>!]/.test(format),
    numbers: numberSteps(layout.fields),
  };
}
