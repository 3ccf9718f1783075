/** Tables of what is refused, and what every refusal must be. */
import { describe, expect, test } from "vitest";
import * as errors from "../../../src/core/errors.ts";
import { expectThrown, thrown } from "./memories.ts";

export type Row = readonly [name: string, act: () => unknown, error: Name, message: RegExp];
type Name = keyof typeof facts;

/** What each class extends, and its code. A TypeError has Node's code where an argument is at fault. */
const facts = {
  TypeError: [TypeError, undefined],
  ValueError: [RangeError, "ERR_OUT_OF_RANGE"],
  IndexError: [RangeError, "ERR_INDEX"],
  OverflowError: [RangeError, "ERR_OVERFLOW"],
  KeyError: [errors.LookupError, "ERR_KEY"],
  LookupError: [errors.LookupError, "ERR_LOOKUP"],
  NotImplementedError: [errors.NotImplementedError, "ERR_NOT_IMPLEMENTED"],
  BufferError: [errors.BufferError, "ERR_BUFFER"],
  UnicodeEncodeError: [errors.ValueError, "ERR_UNICODE_ENCODE"],
  UnicodeDecodeError: [errors.ValueError, "ERR_UNICODE_DECODE"],
} as const;

/** What could not be done; then what is wanted and what was found, unless one thing explains it. */
const pattern = /^Cannot .+: /;
const explains = /wanted |found |released|is empty/;

/** One suite per group, one test per row. */
export function testRefusals(groups: Readonly<Record<string, readonly Row[]>>): void {
  describe.each(Object.entries(groups))("%s", (_, rows) => {
    test.each(rows)("%s", (__, act, name, message) => {
      expectThrown(act, name, message);
      const error = thrown(act) as Error & { code?: string };
      const [parent, code] = facts[name];
      expect(error).toBeInstanceOf(parent);
      expect(code === undefined ? ["ERR_INVALID_ARG_TYPE", undefined] : [code]).toContain(
        error.code,
      );
      expect(error.message).toMatch(pattern);
      expect(error.message).toMatch(explains);
      expect(error.message).not.toMatch(/\[object|NaN to|undefined to/);
    });
  });
}
