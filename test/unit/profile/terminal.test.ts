import { expect, test } from "vitest";
import { Amounts, percentages } from "../../../src/profile/report/amounts.ts";
import { placeOf } from "../../../src/profile/report/place.ts";
import {
  cutEnd,
  cutMiddle,
  cutStart,
  padEnd,
  padStart,
  printable,
  widthOf,
  wrap,
} from "../../../src/profile/report/terminal.ts";

test("widthOf() counts columns: two of what is wide, none of what is put on top", () => {
  expect(["abc", "é", "e\u0301", "日本", "😀", "👨‍👩‍👧", "…", "←"].map(widthOf)).toEqual([
    ...[3, 1, 1, 4, 2, 2, 1, 1],
  ]);
});

test("padStart() and padEnd() fill up columns", () => {
  expect([padStart("日", 4), padEnd("日", 4), padEnd("long", 2)]).toEqual(["  日", "日  ", "long"]);
});

test("cutEnd(), cutStart() and cutMiddle() leave out what does not fit", () => {
  expect(cutEnd("handleRequest", 8)).toBe("handleR…");
  expect(cutStart("/far/away/file.ts:12", 12)).toBe("…/file.ts:12");
  expect(cutMiddle("src/very/deep/folder/file.ts:12", 20)).toBe("src/ve…er/file.ts:12");
  expect(cutMiddle("日本語日本語", 7)).toBe("日…本語");
  expect([cutEnd("short", 5), cutMiddle("short", 5)]).toEqual(["short", "short"]);
});

test("wrap() breaks between words, and keeps spaces at the start", () => {
  expect(wrap("  one two three", 9, "    ")).toEqual(["  one two", "    three"]);
  expect(wrap("unbreakable", 4)).toEqual(["unbreakable"]);
  expect(wrap("", 4)).toEqual([""]);
});

test("printable() takes away what would move the cursor or turn the text", () => {
  expect(printable("a\u001b[31mb\nc\u202ed\u2028e")).toBe("a [31mb c d e");
  expect(printable("a\u200bb\u061cc\ufeffd\u2060e")).toBe("a b c d e");
});

test("printable() keeps the ends of a text that no terminal has room for", () => {
  const text = printable(`start${"日".repeat(1e6)}end`);
  expect(text.length).toBeLessThan(2100);
  expect(text).toMatch(/^start日+…日+end$/);
});

test("Amounts have one unit, four digits, and parts that add up", () => {
  const amounts = new Amounts(1_406_000_000);
  expect(amounts.withUnit(1_406_000_000)).toBe("1,406 MB");
  expect(amounts.formatParts([0.4e6, 0.4e6, 0.4e6, 1.8e6])).toEqual(["0", "1", "0", "2"]);
  expect(new Amounts(15_000_000).withUnit(150_000)).toBe("0.15 MB");
  expect(new Amounts(9_999).withUnit(9_999)).toBe("9,999 B");
  expect(new Amounts(0).withUnit(0)).toBe("0 B");
});

test("percentages() add up to 100", () => {
  expect(percentages([1, 1, 1], 3)).toEqual(["33.3", "33.4", "33.3"]);
  expect(percentages([0], 0)).toEqual(["0.0"]);
});

test("placeOf() shows the end of a path and the beginning of a name", () => {
  const site = { file: "/srv/app/src/deep/frame.ts", line: 12, functionName: "encode" };
  const stack = { ...site, via: "stack" } as const;
  expect(placeOf(stack, "/srv/app")).toBe("src/deep/frame.ts:12 encode");
  expect(placeOf(stack, "/srv/other")).toBe("/srv/app/src/deep/frame.ts:12 encode");
  expect(placeOf(stack, "/srv/other", 22)).toBe("…ep/frame.ts:12 encode");
  expect(placeOf({ ...stack, line: 0 }, "/srv/app")).toBe("src/deep/frame.ts encode");
  expect(placeOf({ ...site, via: "origin" }, "/srv/app", 20)).toBe("← src…e.ts:12 encode");
  expect(placeOf({ ...stack, functionName: "" }, "/srv/app", 12)).toBe("src…me.ts:12");
});
