/** Advice by name: what madvise(2) knows that cannot lose content. */
import { ValueError, cannot, describe } from "../core/errors.ts";
import * as advices from "../os/mmapConstants.ts";

/**
 * How the pages will be used: `"random"` reads no neighbours of a page that is touched,
 * `"sequential"` reads far ahead and forgets early, `"willneed"` starts reading now, `"hugepage"`
 * asks for large pages, `"cold"` and `"pageout"` give pages up first, or at once.
 */
export type MapAdvice = keyof typeof numbers;

const numbers = {
  normal: advices.MADV_NORMAL,
  random: advices.MADV_RANDOM,
  sequential: advices.MADV_SEQUENTIAL,
  willneed: advices.MADV_WILLNEED,
  hugepage: advices.MADV_HUGEPAGE,
  nohugepage: advices.MADV_NOHUGEPAGE,
  cold: advices.MADV_COLD,
  pageout: advices.MADV_PAGEOUT,
} as const;

/** @throws {ValueError} for a word that is none. */
export function adviceNumber(advice: MapAdvice, action: string): number {
  if (Object.hasOwn(numbers, advice)) return numbers[advice];
  throw cannot(ValueError, action, `advice ${Object.keys(numbers).join(", ")}`, describe(advice));
}
