/** Names as V8 and C++ write them, as people read them. */
import { describe, expect, test } from "vitest";
import { demangle } from "../../dist/profile/demangle.js";
import { parseCodeName } from "../../dist/profile/codeName.js";

describe("parseCodeName()", () => {
  test.for([
    ["JS:~work /srv/app.js:6:14", "work", "user", "/srv/app.js", 6, 14],
    ["JS:*frame file:///srv/a%20b.mjs:15:15", "frame", "user", "/srv/a b.mjs", 15, 15],
    ["JS:o*frame file:///srv/app.mjs:15:15", "frame", "user", "/srv/app.mjs", 15, 15],
    ["JS:+' file:///srv/app.mjs:1:1", "", "user", "/srv/app.mjs", 1, 1],
    ["JS:~ file:///srv/app.mjs:1:1", "", "user", "/srv/app.mjs", 1, 1],
    [
      "JS:~Module._extensions..js node:internal/modules/cjs/loader:1604:37",
      "Module._extensions..js",
      "node",
      "node:internal/modules/cjs/loader",
      1604,
      37,
    ],
    [
      "JS:~Buffer.concat of two file:///srv/app.mjs:21:27",
      "Buffer.concat of two",
      "user",
      "/srv/app.mjs",
      21,
      27,
    ],
    ["LazyCompile:~get size /srv/app.js:3:7", "get size", "user", "/srv/app.js", 3, 7],
    ["Builtin:TypedArrayPrototypeSet", "TypedArrayPrototypeSet", "builtin", "", 0, 0],
    [
      "JS:~lib/dispatcher/client.js node:internal/deps/undici/undici:9743:29",
      "lib/dispatcher/client.js",
      "node",
      "node:internal/deps/undici/undici",
      9743,
      29,
    ],
    ["JS:~ file:///srv/app.mjs", "", "user", "/srv/app.mjs", 0, 0],
    ["Function:wasm-function[50]-50-liftoff", "wasm-function[50]-50-liftoff", "native", "", 0, 0],
    ["RegExp:a:1:2", "a:1:2", "builtin", "", 0, 0],
    ["JS:~anonymous :1:2", "anonymous", "user", "", 0, 0],
  ] as const)("%s", ([text, name, kind, file, line, column]) => {
    expect(parseCodeName(text)).toEqual({ name, kind, file, line, column });
  });
});

describe("demangle()", () => {
  test.for([
    ["_ZN4node6Buffer4CopyEPN2v87IsolateEPKcm", "node::Buffer::Copy"],
    [
      "_ZN2v88internal15ValueSerializer18WriteJSArrayBufferENS0_13JSArrayBufferE",
      "v8::internal::ValueSerializer::WriteJSArrayBuffer",
    ],
    [
      "_ZN4node2fsL11WriteBufferERKN2v820FunctionCallbackInfoINS1_5ValueEEE",
      "node::fs::WriteBuffer",
    ],
    ["_ZN4node12_GLOBAL__N_112ExternString", "node::(anonymous)::ExternString"],
    [
      "_ZNK2v811ArrayBuffer20CopyArrayBufferBytesEmmNS_5LocalIS0_EEm",
      "v8::ArrayBuffer::CopyArrayBufferBytes",
    ],
    ["_ZNSt6vectorIhSaIhEE17_M_realloc_insertIJhEEEvv", "vector::_M_realloc_insert"],
    ["uv__fs_work", "uv__fs_work"],
    ["", ""],
  ])("%s", ([symbol, name]) => {
    expect(demangle(symbol!)).toBe(name);
  });
});
