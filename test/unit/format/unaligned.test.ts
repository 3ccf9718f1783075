import { expect, test } from "vitest";
import type { Layout } from "../../../src/format/layout.ts";
import { parseFormat } from "../../../src/format/parse.ts";

test.each([
  ["^l", 8],
  ["^n", 8],
  ["^P", 8],
  ["^BlH", 11],
  ["^BZdB", 18],
  ["=l", 4],
  ["=BlH", 7],
  ["@BlH", 18],
])(
  '%s has native sizes where "@" or "^" says so, and padding after "@" alone: %i bytes',
  (format, size) => {
    expect((parseFormat(format) as Layout).itemsize).toBe(size);
  },
);
