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
  // Below 2^-14 every half is a multiple of 2^-24; scaling by a power of two is exact.
  if (magnitude < 2 ** -14) return sign | roundHalfEven(magnitude * 2 ** 24);
  let exponent = Math.floor(Math.log2(magnitude));
  // log2 is approximate: next to a power of two it can be one off.
  if (2 ** exponent > magnitude) exponent--;
  else if (2 ** (exponent + 1) <= magnitude) exponent++;
  // A fraction that rounds up to 2048 carries into the exponent by itself.
  const fraction = roundHalfEven(magnitude * 2 ** (10 - exponent)) - 1024;
  return sign | (((exponent + 15) << 10) + fraction);
}

/** Exact for magnitudes below 2^52. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}
