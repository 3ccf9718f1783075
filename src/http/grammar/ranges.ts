/** The Range header, RFC 9110 §14. Every range that comes out lies in the file. */
import rangeParser from "range-parser";

/** Both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The ranges asked for, in their order; those that overlap or touch made one (§15.3.7.2).
 * `"unsatisfiable"`: the answer is 416. Undefined: there are none, or the header is not valid and is
 * ignored (§14.2).
 *
 * npm `range-parser` computes them, from a header of one form, because it is wrong about others: it
 * finds a suffix longer than the file unsatisfiable, which asks for all of it (§14.1.2); takes a range
 * that ends before it begins for unsatisfiable, which makes the header invalid (§14.1.1); and refuses
 * empty list elements, which are ignored (§5.6.1.2).
 */
export function parseRanges(
  header: string | undefined,
  size: number,
): readonly ByteRange[] | "unsatisfiable" | undefined {
  const [, list] = header === undefined ? [] : (/^bytes=(.*)$/i.exec(header) ?? []);
  if (list === undefined) return undefined;
  const specs: string[] = [];
  for (const element of list.split(",")) {
    const spec = element.trim();
    if (spec === "") continue;
    const normal = normalSpec(spec, size);
    if (normal === undefined) return undefined;
    specs.push(normal);
  }
  if (specs.length === 0) return undefined;
  const ranges = rangeParser(size, `bytes=${specs.join(",")}`, { combine: true });
  return typeof ranges === "number" ? "unsatisfiable" : ranges;
}

/** One int-range or suffix-range, in the file if it is a suffix. §14.1.1. */
function normalSpec(spec: string, size: number): string | undefined {
  const [, first, last, suffix] = /^(?:(\d+)-(\d*)|-(\d+))$/.exec(spec) ?? [];
  if (suffix !== undefined) {
    // The end of an empty file is all of it, and no Content-Range can say so: RFC 9110 §14.4.
    if (size === 0 && Number(suffix) > 0) return undefined;
    return `-${Math.min(Number(suffix), size)}`;
  }
  if (first === undefined) return undefined;
  return last === "" || Number(first) <= Number(last) ? spec : undefined;
}
