/** For anybody's cache, and at most a year, which is for ever. RFC 9111 §5.2.2, RFC 8246. */
export function publicFor(ageMs: number, isImmutable: boolean): string {
  const seconds = Math.floor(Math.min(ageMs, yearMs) / 1000);
  return `public, max-age=${seconds}${isImmutable ? ", immutable" : ""}`;
}

const yearMs = 365 * 24 * 3600 * 1000;
