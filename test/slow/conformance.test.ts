/** Every vector over every kind of memory, strict and not; and said in another way. */
import { describe, expect, test } from "vitest";
import { files, nodeBackings } from "../conformance/files.ts";
import { run } from "../conformance/machine.ts";

describe.for(nodeBackings)("over $name", (backing) => {
  test.for(files)("$name", ({ header, vectors }) => {
    for (const strict of header.of === "bytes" ? [true] : [true, false]) {
      const { failures } = run(vectors, { backing, strict, lent: backing !== nodeBackings[0] });
      expect(failures.slice(0, 10), `${failures.length} failures`).toEqual([]);
    }
  });
});

test.for(files)("$name, said in the other way", ({ vectors }) => {
  const { failures } = run(vectors, { backing: nodeBackings[0], strict: true, respelled: true });
  expect(failures.slice(0, 10), `${failures.length} failures`).toEqual([]);
});
