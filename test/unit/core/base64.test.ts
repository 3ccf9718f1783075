/** Base64, strictly by RFC 4648. All short texts: test/slow/codecs.test.ts. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Of, bytesOfBase64 } from "../../../src/core/base64.ts";
import { bytes } from "../../../src/core/construct.ts";
import { latin1Bytes } from "../../../src/core/text.ts";
import { expectThrown } from "./memories.ts";

const url = { url: true };

// RFC 4648 §10
test.each([
  ["", "", ""],
  ["f", "Zg==", "Zg"],
  ["fo", "Zm8=", "Zm8"],
  ["foo", "Zm9v", "Zm9v"],
  ["foob", "Zm9vYg==", "Zm9vYg"],
  ["fooba", "Zm9vYmE=", "Zm9vYmE"],
  ["foobar", "Zm9vYmFy", "Zm9vYmFy"],
  ["\xfb\xff\xbf", "+/+/", "-_-_"],
  ["\xff", "/w==", "_w"],
])("%j is %j, and %j in a URL", (text, padded, plain) => {
  const data = latin1Bytes(text);
  expect([base64Of(data), base64Of(data, url)]).toEqual([padded, plain]);
  expect(bytesOfBase64(padded)).toEqual(data);
  expect(bytesOfBase64(plain, url)).toEqual(data);
  const paddedPlain = plain.padEnd(padded.length, "=");
  expect(bytesOfBase64(paddedPlain, url), "padding is optional there").toEqual(data);
  expect(bytesOfBase64(bytes(padded, "ascii")), "of bytes").toEqual(data);
});

describe("bytesOfBase64", () => {
  test.each([
    ["A", "Zg=", "Zm8", "Zg", "Zm9vY", "=", "==", "Zg===", "Zm9v=", "Zm9v=="],
    ["===", "====", "A===", "Z=g=", "=Zg=", "Zg==Zg==", "Zm9v===="],
    ["Zm9v ", "Zm9\n", " Zm9", "Zm9v\r\nYmFy", "Zm\0v", "Zm9é", "Zm9€", "Zm9\ud800", "-_-_"],
    ["Zh==", "Zm9=", "Zv==", "Zm//Zm9="],
  ])("takes no other text, such as %j", (...texts) => {
    for (const text of texts) {
      expectThrown(() => bytesOfBase64(text), "ValueError");
      expectThrown(() => bytesOfBase64(bytes(text, "utf-8", "surrogatepass")), "ValueError");
    }
  });

  test.each(["A", "Zm9vY", "Zg=", "Zm9v=", "=", "Zh", "Zm9", "+/+/", "Zg ", "Zg==="])(
    "takes no %j in a URL",
    (text) => {
      expectThrown(() => bytesOfBase64(text, url), "ValueError");
    },
  );

  test.each([
    ["Zm9vYm*y", /another character at 6/],
    ["Zm9 ", /another character at 3/],
    ["Zm9vYg=", /the end at 7/],
    ["Zm9vYg", /the end at 6/],
    ["Zm9vYh==", /another character at 5/],
  ])("of %j says what is wrong", (text, message) => {
    expectThrown(() => bytesOfBase64(text), "ValueError", message);
  });

  test("takes neither numbers nor lists", () => {
    for (const text of [undefined, null, 0, ["Zg=="], {}]) {
      expectThrown(() => bytesOfBase64(text as never), "TypeError", /text or a bytes-like object/);
    }
  });

  test("and base64Of agree with Buffer, and each other", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
      const buffer = Buffer.from(data);
      expect(base64Of(data)).toBe(buffer.toString("base64"));
      expect(base64Of(data, url)).toBe(buffer.toString("base64url"));
      expect(bytesOfBase64(base64Of(data))).toEqual(data);
      expect(bytesOfBase64(base64Of(data, url), url)).toEqual(data);
    });
    fc.assert(property, { numRuns: 300 });
  });

  test("takes one text for each bytes: what it takes, base64Of gives back", () => {
    const character = fc.constantFrom("A", "Q", "z", "/", "+", "-", "_", "=", " ");
    const texts = fc.string({ unit: character, maxLength: 9 });
    const property = fc.property(texts, fc.boolean(), (text, isUrl) => {
      let data: Uint8Array;
      try {
        data = bytesOfBase64(text, { url: isUrl });
      } catch {
        return;
      }
      const back = base64Of(data, { url: isUrl });
      expect(isUrl ? back.padEnd(text.length, "=") : back).toBe(text);
    });
    fc.assert(property, { numRuns: 2000 });
  });
});
