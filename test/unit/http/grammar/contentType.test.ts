import path from "node:path";
import mime from "mime-types";
import { expect, test } from "vitest";
import { contentTypeOf } from "../../../../src/http/grammar/contentType.ts";

test.each([
  ["/a/index.html", "text/html; charset=utf-8"],
  ["page.HTML", "text/html; charset=utf-8"],
  ["app.js", "text/javascript; charset=utf-8"],
  ["data.json", "application/json; charset=utf-8"],
  ["video.mp4", "video/mp4"],
  ["picture.png", "image/png"],
  ["archive.tar.gz", "application/gzip"],
])("contentTypeOf %s is %s", (file, type) => {
  expect(contentTypeOf(file)).toBe(type);
  expect(contentTypeOf(file)).toBe(type); // from memory
});

test.each(["", "file", "file.", ".html", "a.b/file", "file.nobody-knows", "x.__proto__", "x./y"])(
  "contentTypeOf %j is not known",
  (file) => expect(contentTypeOf(file)).toBeUndefined(),
);

test("contentTypeOf says what mime-types says, for every extension it knows", () => {
  for (const extension of Object.keys(mime.types)) {
    const file = `name.${extension}`;
    expect(contentTypeOf(file)).toBe(mime.contentType(path.extname(file)));
  }
});
