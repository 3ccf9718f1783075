/**
 * Which copies to look at, as native/src/profile/sampler.c does it: points with exponential gaps in the
 * stream of bytes. A copy of n bytes holds one with p = 1 - e^(-n/rate), and then stands for n/p.
 */
import { now } from "../clock.ts";

/** While there are more samples than this in a window, there are too many. */
const windowSamples = 100;
const windowMs = 500;

export class SamplePoints {
  rate: number;
  readonly #base: number;
  readonly #adapts: boolean;
  #random: number;
  /** Bytes to the next point. */
  #left = 0;
  #windowStartMs: number = now();
  #windowCount = 0;

  constructor(rate: number, adapts: boolean, seed: number) {
    this.rate = rate;
    this.#base = rate;
    this.#adapts = adapts;
    this.#random = seed | 0;
    this.#draw();
  }

  /** Whether these bytes, the next ones, hold a point. Then look at them, and call {@link next}. */
  hold(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left <= 0;
  }

  next(): void {
    this.#windowCount += 1;
    const passedMs = now() - this.#windowStartMs;
    if (this.#adapts && (this.#windowCount >= windowSamples || passedMs >= windowMs)) {
      if (passedMs < windowMs) this.rate *= 2;
      else if ((this.#windowCount * windowMs) / passedMs < windowSamples / 4) {
        this.rate = Math.max(this.rate / 2, this.#base);
      }
      this.#windowStartMs += passedMs;
      this.#windowCount = 0;
    }
    this.#draw();
  }

  #draw(): void {
    this.#left = 1 - Math.log1p(-this.#uniform()) * this.rate;
  }

  /** mulberry32, in [0, 1). */
  #uniform(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** What a copy stands for, and the variance of that. */
export function estimate(bytes: number, rate: number): [bytes: number, variance: number] {
  const p = -Math.expm1(-bytes / rate);
  return [bytes / p, (1 - p) * (bytes / p) ** 2];
}
