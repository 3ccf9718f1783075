import { expect, test } from "vitest";
import { renderExplanation } from "../../../src/profile/report/explanation.ts";

const plain = { isRich: false, columns: 80 };

test("says of each kind of copy what it is, and what to do about it", () => {
  expect(renderExplanation("readFileSync", plain).split("\n")).toEqual([
    "fs.readFileSync, in from the kernel",
    "  copies   the whole file out of the page cache",
    "  instead  mapFile(path)",
    '           import { mapFile } from "zerocopy/fs";',
    "  saves    100 %",
    "  guide    docs/guide/10-mapped-files.md",
    "",
    "fs.readFileSync, within user space",
    "  copies   the whole file into text, up to three times",
    "  instead  mapFile(path).find(b`…`)",
    '           import { mapFile } from "zerocopy/fs";',
    "  if       it is searched or split: decode the parts that have to be text",
    "  saves    up to 100 %",
    "  guide    docs/guide/03-memoryview.md#comparing-searching-text",
    "",
  ]);
});

test("says so when nothing copies less", () => {
  expect(renderExplanation("cipher.update", plain)).toContain("instead  nothing that copies less");
});

test("names what is like a name that is not known", () => {
  expect(() => renderExplanation("Buffer.concta", plain)).toThrow(
    'Cannot explain "Buffer.concta": wanted an API that copies, found none of that name; there is Buffer.concat',
  );
  expect(() => renderExplanation("xyzxyzxyz", plain)).toThrow(/of that name$/);
});
