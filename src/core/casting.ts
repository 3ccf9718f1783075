/** `cast`: other items on the same bytes. Order of checks as CPython's, which decides the error. */
import { parseFormat } from "../format/parse.ts";
import { resolveName } from "../format/names.ts";
import { product } from "../format/layout.ts";
import type { Layout } from "../format/layout.ts";
import {
  OverflowError,
  UnicodeEncodeError,
  ValueError,
  cannot,
  describe,
  invalidType,
} from "./errors.ts";
import type { Found } from "./errors.ts";
import { checkAxes } from "./geometry.ts";
import type { Shape } from "./geometry.ts";
import { toIndex } from "./slicing.ts";
import { STRICT, checkAlive, isByteFormat, isC, itemCount, shapeOf, stridesOf } from "./view.ts";
import type { View } from "./view.ts";

export interface Cast {
  readonly layout: Layout;
  readonly shape: Shape;
}

const action = "cast";

/** What `cast(format, shape)` makes of a view. */
export function castView(view: View, format: unknown, shape: unknown): Cast {
  if (typeof format !== "string") throw invalidType(action, "a format string", format);
  checkAlive(view);
  const old = view._layout;
  const sizes = shapeOf(view);
  if (!isC(view)) throw refuse("C-contiguous strides", stridesOf(view));
  if ((shape !== undefined || sizes.length !== 1) && sizes.includes(0)) {
    throw refuse("sizes from 1 to 2^63", sizes);
  }
  if (shape !== undefined) {
    if (!Array.isArray(shape)) throw invalidType(action, "an array", shape);
    checkAxes(shape.length, action);
    if (sizes.length !== 1 && shape.length !== 1)
      throw refuse("one axis before or after", [sizes.length, shape.length]);
  }
  const layout = parseCastFormat(format, (view._state & STRICT) !== 0);
  const { itemsize } = layout;
  if (!isByteFormat(old) && !isByteFormat(layout)) {
    throw refuse('bytes before or after (cast("B") first)', describe(old.format));
  }
  const nbytes = itemCount(view) * old.itemsize;
  if (nbytes % itemsize !== 0) throw refuse(`a multiple of ${itemsize} bytes`, nbytes);
  if (shape === undefined) return { layout, shape: [nbytes / itemsize] };
  const wanted = checkSizes(shape, itemsize);
  if (product(wanted) * itemsize !== nbytes) throw refuse(`a shape of ${nbytes} bytes`, wanted);
  return { layout, shape: wanted };
}

function refuse(wanted: string, found: Found): TypeError {
  return cannot(TypeError, action, wanted, found);
}

/** Sizes are multiplied as CPython does it, in 64 bits. */
function checkSizes(shape: readonly unknown[], itemsize: number): number[] {
  const limit = 2 ** 63;
  let bytes = itemsize;
  return shape.map((value) => {
    const size = toIndex(value, action);
    bytes *= size;
    if (size > 0 && bytes < limit) return size;
    throw cannot(
      size < limit ? ValueError : OverflowError,
      action,
      "sizes from 1 to 2^63",
      describe(value),
    );
  });
}

/** Every valid format; in strict mode those that CPython casts to. */
function parseCastFormat(name: string, strict: boolean): Layout {
  let layout = parseFormat(resolveName(name));
  if ("problem" in layout) {
    checkAscii(name);
    layout = parseFormat(resolveName(name.replace(/\0.*/s, ""))); // CPython reads it as a C string
  }
  const refusal = (wanted: string, found: string): ValueError =>
    cannot(ValueError, action, wanted, found);
  if ("problem" in layout) throw refusal("a PEP 3118 format", layout.problem);
  if (strict && !layout.native) throw refusal("a native format", "a strict view");
  if (layout.itemsize === 0) throw refusal("items of some bytes", "0");
  return layout;
}

/** @throws {UnicodeEncodeError} for a format that is no ASCII: CPython looks for nothing else then. */
export function checkAscii(format: string): void {
  const start = format.search(/[^\0-\x7f]/);
  if (start < 0) return;
  const reason = "ordinal not in range(128)";
  const fields = { encoding: "ascii", object: format, start, end: start + 1, reason };
  throw new UnicodeEncodeError(fields);
}
