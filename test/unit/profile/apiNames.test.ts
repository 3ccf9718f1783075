/** Names of copies, of stacks as real recordings of four versions of Node have them, innermost first. */
import { describe, expect, test } from "vitest";
import { sitesOf } from "zerocopy/profile";
import type { FunctionRecord, Recording, Site } from "zerocopy/profile";
import { fn, recording, stack } from "./recordings.ts";

const user = "/srv/app/server.js";

/** `C:` C++, `B:` of the engine, `U` the program, else a module and function of Node. */
function frameOf(text: string): FunctionRecord {
  const place = { line: 1, column: 1 };
  if (text === "U") return { name: "handle", kind: "user", file: user, ...place };
  if (text.startsWith("C:")) return { name: text.slice(2), kind: "native", file: "node", ...place };
  if (text.startsWith("B:")) return { name: text.slice(2), kind: "builtin", file: "", ...place };
  const [, file = "", name = ""] = /^([\w/]+)\.(.*)$/.exec(text) ?? [];
  return { name, kind: "node", file: `node:${file}`, ...place };
}

function siteOf(call: string, frames: string, origin = ""): Site | undefined {
  const [own, started] = [frames, origin].map((text) => text.split(" < ").filter(Boolean));
  const functions = [...own!, ...started!].map(frameOf);
  const indices = functions.map((_, index) => [index, 7] as const);
  const origins = [{ operation: "FSREQCALLBACK", frames: indices.slice(own!.length) }];
  const stacks = [
    stack({ call, frames: indices.slice(0, own!.length), origin: origin === "" ? -1 : 0 }),
  ];
  return sitesOf(recording({ functions, stacks, origins }))[0];
}

describe("what the program has called", () => {
  test.for([
    ["B:TypedArrayPrototypeSet < buffer._copyActual < buffer.concat < U", "Buffer.concat"],
    [
      "B:TypedArrayConstructor < buffer.FastBuffer < buffer.fromArrayLike < buffer.from < U",
      "Buffer.from",
    ],
    ["C:node::(anonymous)::ExternString::NewFromCopy < buffer.toString < U", "buf.toString"],
    ["C:node::(anonymous)::ExternString::NewFromCopy < buffer. < U", "buf.toString"],
    ["B:TypedArrayPrototypeSlice < U", "typedArray.slice"],
    ["C:v8::internal::Builtin_Impl_TypedArrayPrototypeCopyWithin < U", "typedArray.copyWithin"],
    ["B:TypedArrayConstructor < U", "new TypedArray"],
    ["C:v8::internal::SliceHelper < U", "arrayBuffer.slice"],
    ["C:v8::internal::JsonStringifier::Extend < U", "JSON.stringify"],
    [
      "C:v8::internal::ValueSerializer::WriteString < internal/worker/js_transferable.structuredClone < U",
      "structuredClone",
    ],
    ["C:v8::internal::ValueSerializer::WriteJSArrayBuffer < U", "port.postMessage"],
    [
      "C:x < fs.writeSync < internal/fs/sync_write_stream.SyncWriteStream._write < internal/streams/writable.Writable.write < U",
      "process.stdout.write",
    ],
    [
      "C:uv__try_write < net.Socket._writeGeneric < internal/streams/writable.Writable.write < U",
      "socket.write",
    ],
    [
      "C:uv__try_write < net.Socket._writeGeneric < internal/streams/writable.Writable.uncork < _http_outgoing.end < U",
      "res.end",
    ],
    [
      "C:x < internal/deps/undici/undici.fetch2 < internal/bootstrap/web/exposed.fetch < U",
      "fetch",
    ],
    [
      "C:x < fs.readFileSync < internal/modules/cjs/loader.Module.load < internal/modules/helpers.require < U",
      "require",
    ],
    ["B:typedArray.map < U", "typedArray.map"],
    ["B:buf.toString < U", "buf.toString"],
    ["C:v8::internal::ReusableUnoptimizedCompileState < events.emit < U", "compiling"],
    ["C:something::Else < B:CallApiCallbackGeneric < U", "something::Else"],
    ["C:v8::internal::JsonParser::ParseJsonValue < U", "JSON.parse"],
    ["C:v8::internal::Heap::MoveRange < U", "array move"],
    ["C:v8::internal::Heap::CopyRange < U", "array copy"],
    ["C:v8::internal::wasm::memory_copy_wrapper < U", "WebAssembly memory.copy"],
    ["C:v8::internal::interpreter::ConstantArrayBuilder::InsertDeferred < U", "compiling"],
    [
      "C:v8::internal::SnapshotByteSink::PutRaw < internal/bootstrap/realm.requireBuiltin < internal/bootstrap/web/exposed.fetch < U",
      "compiling",
    ],
    [
      "C:v8::internal::Zone::Expand < internal/modules/cjs/loader.Module._compile < internal/modules/helpers.require < U",
      "require",
    ],
    ["C:v8::base::SmallVector::Grow < U", "V8 internals"],
    ["C:node::Environment::Exit < U", "Node internals"],
    ["U", "array copy"],
  ] as const)("%s: %s", ([frames, api]) => {
    expect(siteOf("memcpy", frames)).toMatchObject({ api, file: user, line: 7, via: "stack" });
  });
});

describe("what Node does on its own", () => {
  test.for([
    ["read", "C:uv__read", "socket read"],
    [
      "write",
      "C:uv__try_write < internal/stream_base_commons.handleWriteReq < net.Socket._write < _http_outgoing.connectionCorkNT",
      "res.write",
    ],
    ["pread", "C:uv__fs_work", "file read"],
    ["pwrite", "C:uv__fs_work", "file write"],
    ["copy_file_range", "C:uv__fs_work", "file copy"],
    ["memcpy", "C:node::Buffer::Copy < _http_client.socketOnData < events.emit", "HTTP parser"],
    [
      "memcpy",
      "B:TypedArrayPrototypeSet < buffer.concat < internal/deps/undici/undici.readAllBytes",
      "fetch body",
    ],
    ["memmove", "C:_Function_handler < internal/blob.readNext", "blob read"],
    [
      "memmove",
      "C:x < string_decoder.write < internal/streams/readable.readableAddChunkPushByteMode",
      "readable.setEncoding",
    ],
    ["memcpy", "", "memcpy"],
  ] as const)("%s, %s: %s", ([call, frames, api]) => {
    expect(siteOf(call, frames)).toMatchObject({ api, file: "", via: "none", operation: "" });
  });

  test("a socket that is read for a parser of HTTP is told apart", () => {
    const functions = ["U", "C:uv__read", "C:node::Buffer::Copy"].map(frameOf);
    const origins = [{ operation: "TCPSERVERWRAP", frames: [[0, 7]] as const }];
    const read = stack({ call: "read", frames: [[1, 0]], origin: 0 });
    const parsed = stack({ frames: [[2, 0]], origin: 0 });
    const names = (stacks: Recording["stacks"]): string[] =>
      sitesOf(recording({ functions, origins, stacks })).map(({ api }) => api);
    expect(names([read])).toEqual(["socket read"]);
    expect(names([read, parsed])).toEqual(["HTTP read", "HTTP parser"]);
  });

  test("is charged to the line that has started it, by the API where the thread pool did it", () => {
    const found = { file: user, line: 7, via: "origin", operation: "FSREQCALLBACK" };
    expect(siteOf("read", "C:uv__fs_work", "fs.read < fs.readFile < U")).toMatchObject({
      ...found,
      api: "fs.readFile",
    });
    expect(siteOf("read", "C:uv__read", "net.connect < U")).toMatchObject({
      ...found,
      api: "socket read",
    });
  });
});

describe("the caller of a line in a package", () => {
  const server = fn("handle", { file: user });
  const dependency = fn("parse", { file: "/srv/app/node_modules/@scope/parser/index.js" });
  const nested = fn("read", {
    file: "/srv/app/node_modules/@scope/parser/node_modules/reader/index.js",
  });
  const callersOf = (program: string, stacks: Recording["stacks"]): unknown[] => {
    const { program: ran, ...rest } = recording({
      functions: [server, dependency, nested],
      stacks,
    });
    return sitesOf({ ...rest, program: { ...ran, command: [program] } }).map(
      ({ caller }) => caller,
    );
  };

  test("is the nearest of the program itself, and the one with most bytes", () => {
    const from = (line: number, bytes: number): Recording["stacks"][number] =>
      stack({
        frames: [
          [2, 1],
          [1, 2],
          [0, line],
          [0, 99],
        ],
        bytes,
      });
    const place = { file: user, functionName: "handle" };
    expect(callersOf(user, [from(7, 10), from(8, 9), from(9, 8), from(8, 9)])).toEqual([
      { ...place, line: 8 },
    ]);
    expect(
      callersOf(user, [
        stack({
          frames: [
            [0, 7],
            [0, 99],
          ],
        }),
      ]),
    ).toEqual([undefined]);
    expect(
      callersOf(user, [
        stack({
          frames: [
            [2, 1],
            [1, 2],
          ],
        }),
      ]),
    ).toEqual([undefined]);
  });

  test("is in the program's own package, where that is in node_modules", () => {
    expect(
      callersOf(dependency.file, [
        stack({
          frames: [
            [2, 1],
            [1, 2],
            [0, 3],
          ],
        }),
      ]),
    ).toEqual([{ file: dependency.file, line: 2, functionName: "parse" }]);
  });
});
