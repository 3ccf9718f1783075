import { describe, expect, test } from "vitest";
import {
  isNotModified,
  isRangeFresh,
  preconditionFails,
} from "../../../../src/http/grammar/conditional.ts";

const time = "Sun, 06 Nov 1994 08:49:37 GMT";
const earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
const later = "Sun, 06 Nov 1994 08:49:38 GMT";
const lastModified = new Date(Date.parse(time) + 999); // headers have no milliseconds
const strong = { etag: '"a"', lastModified };
const weak = { etag: 'W/"a"', lastModified };
const none = { etag: undefined, lastModified: undefined };

describe("preconditionFails", () => {
  test.each([
    [{}, strong, false],
    [{ "if-match": '"a"' }, strong, false],
    [{ "if-match": '"b", "a"' }, strong, false],
    [{ "if-match": '"b","c"' }, strong, true],
    [{ "if-match": '"x,y"' }, { ...strong, etag: '"x,y"' }, false],
    [{ "if-match": 'W/"a"' }, strong, true],
    [{ "if-match": 'W/"a"' }, weak, true], // §13.1.1: compared strongly
    [{ "if-match": "*" }, none, false],
    [{ "if-match": '"a"' }, none, true],
    [{ "if-match": "a" }, strong, true],
    [{ "if-match": "" }, strong, false],
    [{ "if-match": '"a"', "if-unmodified-since": earlier }, strong, false], // If-Match decides alone
    [{ "if-unmodified-since": time }, strong, false],
    [{ "if-unmodified-since": later }, strong, false],
    [{ "if-unmodified-since": earlier }, strong, true],
    [{ "if-unmodified-since": earlier }, none, false],
    [{ "if-unmodified-since": "1" }, strong, false], // no HTTP date: ignored
  ])("of %j with %j is %s", (headers, found, fails) => {
    expect(preconditionFails(headers, found)).toBe(fails);
  });
});

describe("isNotModified", () => {
  test.each([
    [{}, strong, false],
    [{ "if-none-match": '"a"' }, strong, true],
    [{ "if-none-match": 'W/"a"' }, strong, true],
    [{ "if-none-match": '"a"' }, weak, true],
    [{ "if-none-match": '"b", W/"a"' }, weak, true],
    [{ "if-none-match": '"b"' }, strong, false],
    [{ "if-none-match": '"b, a"' }, strong, false],
    [{ "if-none-match": '"b, a"' }, { ...strong, etag: '"b, a"' }, true],
    [{ "if-none-match": "*" }, none, true],
    [{ "if-none-match": '"a"' }, none, false],
    [{ "if-none-match": '"b"', "if-modified-since": time }, strong, false], // If-None-Match decides alone
    [{ "if-modified-since": time }, strong, true],
    [{ "if-modified-since": later }, strong, true],
    [{ "if-modified-since": earlier }, strong, false],
    [{ "if-modified-since": "Sunday, 06-Nov-94 08:49:37 GMT" }, strong, true],
    [{ "if-modified-since": "Sunday, 06-Nov-94 08:49:36 GMT" }, strong, false],
    [{ "if-modified-since": "Sun Nov  6 08:49:37 1994" }, strong, true],
    [{ "if-modified-since": "Sun Nov  6 08:49:36 1994" }, strong, false],
    [{ "if-modified-since": "2030" }, strong, false], // Date.parse knows it, HTTP does not
    [{ "if-modified-since": "Sun, 06 Foo 2030 08:49:37 GMT" }, strong, false],
    [{ "if-modified-since": "" }, strong, false],
    [{ "if-modified-since": later }, none, false],
    [{ "if-none-match": '"a"', "cache-control": "no-cache" }, strong, false],
    [{ "if-none-match": '"a"', "cache-control": "max-age=0, No-Cache" }, strong, false],
    [{ "if-none-match": '"a"', "cache-control": "max-age=0" }, strong, true],
  ])("of %j with %j is %s", (headers, found, isSame) => {
    expect(isNotModified(headers, found)).toBe(isSame);
  });

  test("takes asctime dates for GMT wherever the server stands", () => {
    const zone = process.env["TZ"];
    try {
      for (const place of ["Asia/Tokyo", "America/Los_Angeles", "UTC"]) {
        process.env["TZ"] = place;
        const headers = { "if-modified-since": "Sun Nov  6 08:49:37 1994" };
        expect(isNotModified(headers, strong)).toBe(true);
        expect(isNotModified({ "if-modified-since": "Sun Nov  6 08:49:36 1994" }, strong)).toBe(
          false,
        );
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });
});

describe("isRangeFresh", () => {
  test.each([
    [{}, none, true],
    [{ "if-range": '"a"' }, strong, true],
    [{ "if-range": 'W/"a"' }, weak, false], // §13.1.5: compared strongly
    [{ "if-range": '"a"' }, weak, false],
    [{ "if-range": 'W/"a"' }, strong, false],
    [{ "if-range": '"b"' }, strong, false],
    [{ "if-range": '"a"' }, none, false],
    [{ "if-range": time }, strong, true],
    [{ "if-range": later }, strong, false],
    [{ "if-range": earlier }, strong, false],
    [{ "if-range": time }, none, false],
    [{ "if-range": "rubbish" }, strong, false],
    [{ "if-range": "" }, strong, false],
  ])("of %j with %j is %s", (headers, found, isFresh) => {
    expect(isRangeFresh(headers, found)).toBe(isFresh);
  });
});
