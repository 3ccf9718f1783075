/** Formats of a 32-bit Python, said in those of a 64-bit one. Real Pyodide is asked in the slow run. */
import { expect, test } from "vitest";
import { fromPyodide } from "../../../src/interop/index.ts";

const data = new Uint8Array(64);

test.for<[string, number, string]>([
  ["l", 4, "i"],
  ["@L", 4, "@I"],
  ["n", 4, "i"],
  ["N", 4, "I"],
  ["P", 4, "I"],
  ["<l", 4, "<l"],
  ["=L", 4, "=L"],
  [">l", 4, ">l"],
  ["q", 8, "q"],
  ["T{l:a:d:b:}", 16, "T{i:a:d:b:}"],
  ["T{l:l:P:P:}", 8, "T{i:l:I:P:}"],
  ["T{<l:a:@l:b:}", 8, "T{<l:a:@i:b:}"],
  ["T{>l:a:^L:b:}", 8, "T{>l:a:^I:b:}"],
  ["(2)l", 8, "(2)i"],
])("fromPyodide reads the format %s of %i bytes as %s", ([format, itemsize, found]) => {
  const facts = { data, offset: 0, shape: [2], strides: [itemsize], format, itemsize };
  const view = fromPyodide({ ...facts, nbytes: 64, readonly: false, release: () => {} });
  expect([view.format, view.itemsize]).toEqual([found, itemsize]);
  expect(view.toList()).toHaveLength(2);
});
