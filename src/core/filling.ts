/**
 * One unit written to every place of a plane, without being read again: the kernels of `fill`.
 * One function per width, and four items a turn, as in copy.ts.
 */
import type { Kernels, Plane } from "./loops.ts";

export const fills: Kernels = {
  1: [Uint8Array, fillBytes],
  2: [Uint16Array, fillHalves],
  4: [Int32Array, fillWords],
  8: [Float64Array, fillDoubles],
};

function fillBytes(from: Uint8Array, a: number, to: Uint8Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  const value = from[a]!;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    if (step === 1) to.fill(value, put, put + columns);
    else {
      let column = 0;
      for (; column < columns - 3; column += 4) {
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
      }
      for (; column < columns; column += 1) {
        to[put] = value;
        put = (put + step) | 0;
      }
    }
  }
}

function fillHalves(from: Uint16Array, a: number, to: Uint16Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  const value = from[a]!;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    if (step === 1) to.fill(value, put, put + columns);
    else {
      let column = 0;
      for (; column < columns - 3; column += 4) {
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
      }
      for (; column < columns; column += 1) {
        to[put] = value;
        put = (put + step) | 0;
      }
    }
  }
}

function fillWords(from: Int32Array, a: number, to: Int32Array, b: number, plane: Plane): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  const value = from[a]!;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    if (step === 1) to.fill(value, put, put + columns);
    else {
      let column = 0;
      for (; column < columns - 3; column += 4) {
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
      }
      for (; column < columns; column += 1) {
        to[put] = value;
        put = (put + step) | 0;
      }
    }
  }
}

function fillDoubles(
  from: Float64Array,
  a: number,
  to: Float64Array,
  b: number,
  plane: Plane,
): void {
  const { rows, columns, bRow, bColumn: step } = plane;
  const value = from[a]!;
  for (let row = 0; row < rows; row += 1) {
    let put = (b + row * bRow) | 0;
    if (step === 1) to.fill(value, put, put + columns);
    else {
      let column = 0;
      for (; column < columns - 3; column += 4) {
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
        to[put] = value;
        put = (put + step) | 0;
      }
      for (; column < columns; column += 1) {
        to[put] = value;
        put = (put + step) | 0;
      }
    }
  }
}
