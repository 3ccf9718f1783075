/**
 * Floats as C and Python write them. The digits are exact: a double is an integer over a power of
 * two, so also one over a power of ten. (`toFixed` and `toExponential` end at 100 decimals, and
 * round halves up instead of to even.)
 */
import { textSize } from "./text.ts";

/** Not finite: `nan`, `inf`, `-inf`. */
function nameOf(x: number): string {
  return String(x).toLowerCase().replace("inity", "");
}

/** Exponents have two digits at least. */
function widen(text: string): string {
  return text.replace(/(e.)(\d)$/, "$10$2");
}

/**
 * A float without its sign as `%e`, `%f` or `%g` writes it (C17 §7.21.6.1).
 *
 * @param isFull `#`: always a point, and all zeros of `%g`.
 */
export function floatText(x: number, type: string, precision: number, isFull: boolean): string {
  if (!Number.isFinite(x)) return nameOf(x);
  let shift = 0;
  let numerator = x;
  for (; !Number.isInteger(numerator); numerator *= 2) shift += 1;
  let integer = BigInt(numerator) * 5n ** BigInt(shift); // x is integer / 10^shift
  let decimals = type === "g" ? Math.max(precision, 1) - 1 : precision;
  const excess = type === "f" ? shift - decimals : String(integer).length - 1 - decimals;
  if (excess > 0) {
    const unit = 10n ** BigInt(excess);
    const twice = (integer % unit) * 2n;
    integer /= unit;
    if (twice > unit || (twice === unit && integer & 1n)) integer += 1n;
    shift -= excess;
  }
  let digits = String(integer);
  let point = 1;
  let end = "";
  const exponent = digits.length - 1 - shift;
  if (type === "e" || (type === "g" && (exponent < -4 || exponent > decimals))) {
    end = widen(`e${exponent < 0 ? "" : "+"}${exponent}`);
  } else {
    digits = digits.padStart(shift + 1, "0");
    point = digits.length - shift;
    if (type === "g") decimals -= exponent;
  }
  let fraction = digits.slice(point, point + decimals); // without the last zero of 9.99 → 10.00
  if (type === "g" && !isFull) fraction = fraction.replace(/0+$/, "");
  else fraction = fraction.padEnd(textSize(decimals), "0");
  return digits.slice(0, point) + (fraction || isFull ? "." : "") + fraction + end;
}

/** Python's `repr` of a float: the fewest digits that mean it, with a point or an exponent. */
export function floatRepr(x: number): string {
  if (!Number.isFinite(x)) return nameOf(x);
  const size = Math.abs(x);
  if (size >= 1e16 || (size < 1e-4 && size > 0)) return widen(x.toExponential());
  const text = Object.is(x, -0) ? "-0" : String(x);
  return Number.isInteger(x) ? `${text}.0` : text;
}
