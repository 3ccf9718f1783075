import { expect, test } from "vitest";
import { strongEtag, weakEtag } from "../../../../src/http/grammar/etag.ts";

const mtime = new Date(1_700_000_000_123);
const old = { size: 4660, mtime, ctimeMs: mtime.getTime() };

test("weakEtag is size and milliseconds, as npm etag has them", () => {
  expect(weakEtag(old)).toBe('W/"1234-18bcfe5687b"');
  expect(weakEtag({ size: 0, mtime: new Date(0) })).toBe('W/"0-0"');
});

test("strongEtag is weak until a second change would have another time", () => {
  expect(strongEtag(old, old.ctimeMs)).toBe('W/"1234-18bcfe5687b"');
  expect(strongEtag(old, old.ctimeMs + 1999)).toBe('W/"1234-18bcfe5687b"');
  expect(strongEtag(old, old.ctimeMs + 2000)).toBe('"1234-18bcfe5687b"');
});

test("strongEtag is weak for a file just put there with an old time, and for times to come", () => {
  const now = old.ctimeMs + 60_000;
  expect(strongEtag({ ...old, ctimeMs: now - 1000 }, now)).toMatch(/^W/);
  expect(strongEtag({ ...old, mtime: new Date(now + 5000) }, now)).toMatch(/^W/);
});
