/**
 * IEEE 754 binary16, from and to a double, exactly: round half to even, subnormals, signed zeros.
 * In arithmetic alone: Node before 24 has no Float16Array and no DataView.getFloat16.
 */

/** The largest magnitude that still rounds to 65504, the largest half; 65520 is a tie that rounds up. */
export const HALF_LIMIT = 65_520;

/** The number that these 16 bits are. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The 16 bits nearest to a number whose magnitude is below HALF_LIMIT, infinite or NaN. */
export function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return sign | 0x7c00;
  let exponent = 0;
  let unit = 2 ** -24; // what the last bit is worth; scaling by a power of two is exact
  for (; magnitude >= 2048 * unit; unit *= 2) exponent += 0x400;
  // Next to 2^52 doubles are integers: the sum is rounded, half to even. A fraction that rounds up
  // to 2048 carries into the exponent by itself.
  return sign | (exponent + (magnitude / unit + 2 ** 52 - 2 ** 52));
}
