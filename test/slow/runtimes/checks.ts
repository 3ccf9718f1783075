/** What a check is made of, in any runtime. A check throws when something is wrong. */
export function equal(found: unknown, wanted: unknown, what: string): void {
  if (!Object.is(found, wanted)) {
    throw new Error(`${what} is ${String(found)}, should be ${String(wanted)}`);
  }
}

export function throws(name: RegExp, call: () => unknown, what: string): void {
  let found: unknown;
  try {
    found = call();
  } catch (error) {
    if (name.test((error as Error).name)) return;
    throw new Error(`${what} threw ${String(error)}, should throw a ${name.source}`, {
      cause: error,
    });
  }
  throw new Error(`${what} gave ${typeof found}, should throw a ${name.source}`);
}

export function hex(content: Iterable<number>): string {
  return Array.from(content, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** xorshift32 */
export function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
