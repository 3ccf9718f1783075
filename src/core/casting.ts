/** `cast`: other items on the same bytes. Order of checks as CPython's, which decides the error. */
import { parseFormat } from "../format/parse.ts";
import { resolveName } from "../format/names.ts";
import type { FormatProblem, Layout } from "../format/layout.ts";
import { OverflowError, UnicodeEncodeError, ValueError, describe, invalidType } from "./errors.ts";
import { maxAxes, product } from "./geometry.ts";
import type { Shape } from "./geometry.ts";
import { toIndex } from "./slicing.ts";
import { STRICT, checkAlive, isC, itemCount, ndimOf, shapeOf } from "./view.ts";
import type { View } from "./view.ts";

export interface Cast {
  readonly layout: Layout;
  readonly shape: Shape;
}

/** What `cast(format, shape)` makes of a view. */
export function castView(view: View, format: unknown, shape: unknown): Cast {
  const action = `cast to ${describe(format)}`;
  if (typeof format !== "string") throw invalidType("cast", "a format string", format);
  checkAlive(view);
  if (!isC(view))
    throw new TypeError(`Cannot ${action}: wanted a C-contiguous view, found strides`);
  const sized = shape !== undefined || ndimOf(view) !== 1;
  if (sized && shapeOf(view).includes(0)) {
    throw new TypeError(
      `Cannot ${action}: wanted items, found zeros in shape [${shapeOf(view).join(", ")}]`,
    );
  }
  if (shape !== undefined) checkShapeList(view, shape, action);
  const layout = parseCastFormat(format, (view._state & STRICT) !== 0, action);
  if (!isByteFormat(view._layout) && !isByteFormat(layout)) {
    throw new TypeError(
      `Cannot ${action}: one of both must be "B", "b" or "c", found ${JSON.stringify(view._layout.format)}; cast("B") first`,
    );
  }
  const nbytes = itemCount(view) * view._layout.itemsize;
  if (nbytes % layout.itemsize !== 0) {
    throw new TypeError(
      `Cannot ${action}: wanted a multiple of ${layout.itemsize} bytes, found ${nbytes}`,
    );
  }
  if (shape === undefined) return { layout, shape: [nbytes / layout.itemsize] };
  const sizes = checkSizes(shape as unknown[], layout.itemsize, action);
  if (product(sizes) * layout.itemsize !== nbytes) {
    throw new TypeError(
      `Cannot ${action}: wanted ${nbytes} bytes, found shape [${sizes.join(", ")}] of ${layout.itemsize}-byte items`,
    );
  }
  return { layout, shape: sizes };
}

function checkShapeList(view: View, shape: unknown, action: string): void {
  if (!Array.isArray(shape)) throw invalidType(`${action} in this shape`, "an array", shape);
  if (shape.length > maxAxes) {
    throw new ValueError(`Cannot ${action}: at most ${maxAxes} axes, found ${shape.length}`);
  }
  if (ndimOf(view) !== 1 && shape.length !== 1) {
    throw new TypeError(
      `Cannot ${action}: wanted 1 axis before or after (cast to one axis, then to the shape), found ${ndimOf(view)} and ${shape.length}`,
    );
  }
}

/** Sizes are multiplied as CPython does it, in 64 bits. */
function checkSizes(shape: readonly unknown[], itemsize: number, action: string): number[] {
  let bytes = itemsize;
  return shape.map((value) => {
    const size = toIndex(value, `${action} in this shape`);
    if (size >= 2 ** 63) {
      throw new OverflowError(`Cannot ${action}: wanted sizes below 2^63, found ${String(value)}`);
    }
    if (size <= 0) throw new ValueError(`Cannot ${action}: wanted sizes above 0, found ${size}`);
    bytes *= size;
    if (bytes >= 2 ** 63) {
      throw new ValueError(`Cannot ${action}: wanted less than 2^63 bytes, found ${bytes}`);
    }
    return size;
  });
}

/** Every valid format; in strict mode those that CPython casts to. */
function parseCastFormat(name: string, strict: boolean, action: string): Layout {
  const whole = parseFormat(resolveName(name));
  if ("problem" in whole && whole.problem === "non-ascii") throw formatError(whole, name, action);
  const format = resolveName(name.replace(/\0.*/s, "")); // CPython reads it as a C string
  const layout = parseFormat(format);
  if ("problem" in layout) throw formatError(layout, format, action);
  if (strict && !layout.native) {
    throw new ValueError(
      `Cannot ${action}: a strict view casts to one native character, "@" before it or not`,
    );
  }
  if (layout.itemsize === 0) {
    throw new ValueError(`Cannot ${action}: wanted items of at least 1 byte, found 0`);
  }
  return layout;
}

function formatError(problem: FormatProblem, format: string, action: string): Error {
  if (problem.problem === "non-ascii") {
    return new UnicodeEncodeError({
      encoding: "ascii",
      object: format,
      start: problem.position,
      end: problem.position + 1,
      reason: "a format is ASCII text",
    });
  }
  return new ValueError(`Cannot ${action}: wanted a struct or PEP 3118 format, ${problem.message}`);
}

/** CPython's test, by which `"<B"` is none. */
function isByteFormat({ native, character }: Layout): boolean {
  return native && (character === "B" || character === "b" || character === "c");
}
