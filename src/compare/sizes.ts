/** Sizes as people write them: `4096`, `4K`, `64KiB`, `1.5M`, `2GB`. */

const powers = "KMGT";

/** Bytes, or undefined. One letter, and `iB`, are powers of 1024; `B` behind a letter is of 1000. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGT])(i?B)?|B)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, digits, letter = "", suffix = ""] = match;
  const base = suffix.toLowerCase() === "b" ? 1000 : 1024;
  const bytes = Number(digits) * base ** (letter ? powers.indexOf(letter.toUpperCase()) + 1 : 0);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text that {@link parseSize} reads back as `bytes`. */
export function formatSize(bytes: number): string {
  for (let power = powers.length; power > 0; power--) {
    const unit = 1024 ** power;
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit}${powers[power - 1]}`;
  }
  return String(bytes);
}

/**
 * `4K,1M,64M`, or `4K-1G`: from the first to the last in steps of four times. Ascending, without
 * repetition; undefined when any of it is no size above 0.
 */
export function parseSizes(text: string): number[] | undefined {
  const sizes = new Set<number>();
  for (const word of text.split(",")) {
    const [first = NaN, last = first] = word.split("-").map((size) => parseSize(size) ?? NaN);
    if (!(first > 0 && last >= first)) return undefined;
    for (let size = first; size < last; size *= 4) sizes.add(size);
    sizes.add(last);
  }
  return [...sizes].toSorted((a, b) => a - b);
}

/** `0-99`, `4K-`: as in RFC 9110 §14.1.2 the last byte is included; the result excludes `end`. */
export function parseRange(text: string): { start: number; end: number | undefined } | undefined {
  const [, first = "", last = ""] = /^([^-]+)-([^-]*)$/.exec(text.trim()) ?? [];
  const start = parseSize(first);
  const end = last === "" ? undefined : parseSize(last);
  if (start === undefined || (last !== "" && end === undefined)) return undefined;
  if (end !== undefined && end < start) return undefined;
  return { start, end: end === undefined ? undefined : end + 1 };
}
