/**
 * What people call the code in a stack: the API that the program has called, or the work that Node does
 * on its own. Advice hangs on these names. They are those of Node's documentation, objects with a
 * small letter.
 *
 * Called by the program:
 *   Buffer.concat  Buffer.from  Buffer.copyBytesFrom  buf.toString  buf.copy  buf.fill  buf.write  btoa  atob
 *   typedArray.set  typedArray.slice  typedArray.copyWithin  new TypedArray  arrayBuffer.slice
 *   arrayBuffer.transfer  array copy (spread, growth)  string.charCodeAt and its like (flatten a string)
 *   JSON.stringify  JSON.parse  structuredClone  port.postMessage  worker.postMessage  new Worker
 *   receiveMessageOnPort  v8.serialize  v8.deserialize  textDecoder.decode  textEncoder.encode
 *   textEncoder.encodeInto  stringDecoder.write  fs.readFileSync  fs.readSync  fs.writeSync  fs.writeFileSync
 *   fs.readFile  fs.createReadStream  fs.promises.readFile  fs.promises.writeFile  filehandle.read
 *   consumers.buffer  consumers.text  readable.read  readable.setEncoding  writable.write  writeStream.write
 *   socket.write  socket.end  res.write  res.end (of a request too)  process.stdout.write  console.log
 *   http.request  fetch  new Response  response.arrayBuffer  response.text  response.json  formData.append
 *   new Blob  blob.arrayBuffer  blob.text  zlib.*Sync  zlib.gunzip  hash.update  cipher.update  subtle.digest
 *   child_process.execFileSync  require  import  array move (shift, splice)
 *
 * Without the program on the stack:
 *   socket read (HTTP read, where a parser has it)  socket write  UDP receive  UDP send  file read  file write  file copy  HTTP parser  TLS
 *   fetch body  message receive  blob read  stream.tee  readable.setEncoding  zlib  crypto  event loop
 *
 * With it or without: compiling  loading  V8 internals  Node internals
 */
import type { FunctionRecord, Kind } from "./model.ts";

/** The first that matches is the name, `$1` in it what was matched; "" says that there is none. */
type Names = readonly (readonly [pattern: RegExp, name: string])[];

/** Node's own JavaScript, as module and method. */
const nodeNames: Names = [
  // What only leads to other code.
  [/^(events|async_hooks|async_local_storage\W.*|timers|event_target|util|vm)\./, ""],
  [/^(process|per_context|main|promise_hooks)\b|^bootstrap\/(?!web)/, ""],
  [/^modules\/(cjs|helpers)/, "require"],
  [/^modules\//, "import"],

  [/^buffer\.(atob|btoa)$/, "$1"],
  [/^buffer\.(alloc\w*|byteLength|compare|concat|copyBytesFrom|from|of)$/, "Buffer.$1"],
  [/^buffer\.(_copy|copyImpl)/, "buf.copy"],
  [/^buffer\.\w*(Slice|Write)$/, ""],
  [/^buffer\.([a-z]\w*)$/, "buf.$1"],
  [/^buffer\./, ""],
  [/^encoding\.(encode\w*)$/, "textEncoder.$1"],
  [/^encoding/, "textDecoder.decode"],
  [/^string_decoder\.(\w+)$/, "stringDecoder.$1"],
  [/^blob\.(Blob|getSource)$/, "new Blob"],
  [/^blob\.(arrayBuffer|bytes|slice|stream|text)$/, "blob.$1"],
  [/^worker\.(Worker|constructor)$/, "new Worker"],
  [/^worker\/(?:io|js_transferable)\.(receiveMessageOnPort|structuredClone)$/, "$1"],
  [/^console\/constructor\.(\w+)$/, "console.$1"],

  [/^fs\/promises\.(?:handle)?(read|readv|write|writev)$/, "filehandle.$1"],
  [/^fs\/promises\.(\w+)$/, "fs.promises.$1"],
  [/^fs\/(sync_write_stream)|^tty\./, "process.stdout.write"],
  [/^fs\/streams\.(Read|Write)Stream/, "fs.create$1Stream"],
  [/^fs\/streams\.(_?write\w*)$/, "writeStream.write"],
  [/^stream\/consumers\.(\w+)$/, "consumers.$1"],
  [/^streams\/(readable|writable|transform|duplex|pipeline)\.(\w+)$/, "$1.$2"],
  [/^webstreams\/\w+\.\w*[tT]ee$/, "stream.tee"],

  [/^net\.(connect|createConnection)$/, "net.$1"],
  [/^net\.listen$/, "server.listen"],
  [/^(?:net|stream_base_commons|_tls_wrap)\.(?:_?write\w*|_?handleWriteReq)$/, "socket.write"],
  [/^(?:net|_tls_wrap)\.(\w+)$/, "socket.$1"],
  [/^_http_(?:outgoing|server)\.(?:_?write\w*|_send\w*)$/, "res.write"],
  [/^_http_(?:outgoing|server)\.(\w+)$/, "res.$1"],
  [/^http2\/\w+\.(\w+)$/, "http2stream.$1"],
  [/^bootstrap\/web\/.*\.(\w+)$/, "$1"],
  [/^deps\/undici\/undici\.fetch\d?$/, "fetch"],
  [/^deps\/undici\/undici\._?(Response|Request|FormData|WebSocket)$/, "new $1"],
  [/^deps\/undici\/undici\.(arrayBuffer|blob|bytes|formData|json|text)$/, "response.$1"],
  [/^deps\/undici\/undici\.(append|set)$/, "formData.$1"],
  [/^(deps|webstreams|fs)\//, ""],

  // minizlib, and so npm and tar, call _processChunk without a callback.
  [/^zlib\.(syncBufferWrapper|_processChunk|\w+Sync)$/, "zlib.*Sync"],
  [/^crypto\/(hash|cipher)\.(\w+)$/, "$1.$2"],
  [/^crypto\/webcrypto\.(\w+)$/, "subtle.$1"],
  [/^(?:\w+\/)?(\w+)(?:\/\w+)*\.(\w+)$/, "$1.$2"],
];

/** C++ that JavaScript has called without Node's JavaScript or a builtin between. */
const nativeNames: Names = [
  [/JsonStringif/, "JSON.stringify"],
  [/JsonPars/, "JSON.parse"],
  [/StructuredClone/, "structuredClone"],
  [/MessagePort|Value(Des|S)erializer/, "port.postMessage"],
  [/SliceHelper/, "arrayBuffer.slice"],
  [/ArrayBufferTransfer|Allocator::Reallocate/, "arrayBuffer.transfer"],
  [/ExternString|StringSlice|StringBytes::Encode/, "buf.toString"],
  [/StringWrite|WriteString|StringBytes::Write/, "buf.write"],
  [/ArrayJoin/, "array.join"],
  [/Heap::CopyRange/, "array copy"],
  [/Heap::MoveRange/, "array move"],
  [/wasm::memory_(copy|init|fill)/, "WebAssembly memory.$1"],
  [/WriteToFlat|Flatten/, "string flattening"],
  [/Factory\w*::New\w*String/, "new string"],
];

/** What copies, from the inside, where the program is not on the stack. `%` is the direction. */
const workNames: Names = [
  [/^uv__fs_work$/, "file %"],
  [/^uv__(read|stream_io)$|OnStreamRead$|StreamReadSlab/, "socket read"],
  [/^uv_*(try_)?write|^stream_base_commons\.|StreamBase::Write/, "socket write"],
  [/^uv__udp_\w*(send)|UDPWrap::Send/, "UDP send"],
  [/^uv__udp|UDPWrap::OnRecv/, "UDP receive"],
  [/^uv__async|^uv_async/, "event loop"],
  [/^node::Buffer::Copy$|Parser::(Execute|on_)|^_http_(client|server|common)\./, "HTTP parser"],
  [/^node::crypto::(TLS|NodeBIO)|^(mem|BIO|SSL|ssl3?|tls)_|^_tls_wrap\./, "TLS"],
  [/^node::crypto|^(CRYPTO|EVP|ossl|OPENSSL)_|^crypto/, "crypto"],
  [/^(inflate|deflate|updatewindow|fill_window|copy_with_crc|Brotli\w*|ZSTD_\w*)|^zlib\./, "zlib"],
  [/^deps\/undici\//, "fetch body"],
  [/MessagePort|^v8::internal::Value(Des|S)erializer|^worker\//, "message receive"],
  [/^blob\.getSource$/, "new Blob"],
  [/^node::Blob::|^blob\./, "blob read"],
  [/^stream\/consumers\.(\w+)$/, "consumers.$1"],
  [/^webstreams\/util\.clone|^webstreams\/.*[tT]ee/, "stream.tee"],
  [/^streams\/readable\.readableAddChunk/, "readable.setEncoding"],
  [/^fs\/streams\./, "fs.createReadStream"],
  [/^fs\/promises\.readFile/, "fs.promises.readFile"],
  [/^(fs\/read\/context|fs)\.readFile/, "fs.readFile"],
  [/^(bootstrap\/realm|modules\/.*)\./, "loading"],
  [
    /^v8::internal::(?!Json|wasm::memory_).*(Compil|Literal|Assembler|Zone|Parse|Snapshot|Serialized|Bytecode|Code|compiler::|interpreter::|wasm::|Translation)/,
    "compiling",
  ],
];

/** What the engine and Node do to run a program. Whatever it has called, that is not what copies. */
export const isPreparation = (work: string): boolean => work === "compiling" || work === "loading";

/** How the program calls it; empty where it does not, or where it only leads to other code. */
export function calledName(fn: FunctionRecord): string {
  if (fn.kind === "node") return nameIn(nodeNames, codeOf(fn));
  if (fn.kind === "zerocopy") return ownName(fn);
  if (fn.kind === "builtin") return builtinName(fn.name);
  if (fn.kind !== "native") return "";
  const [, builtin] = /^v8::internal::Builtin_(?:Impl_)?(\w+)$/.exec(fn.name) ?? [];
  return builtin === undefined ? nameIn(nativeNames, fn.name) : builtinName(builtin);
}

/** What it is for when nothing of the program is on the stack; empty where other code on it says more. */
export function workName(fn: FunctionRecord): string {
  return fn.kind === "node" || fn.kind === "native" ? nameIn(workNames, codeOf(fn)) : "";
}

const directions: Readonly<Record<Kind, string>> = {
  copy: "copy",
  in: "read",
  out: "write",
  moved: "copy",
};

/** Of code that no table knows: what is inside V8 or Node says nothing to those who use them. */
export function plainName({ kind, name }: FunctionRecord): string {
  if (kind !== "native") return name;
  if (name.startsWith("v8::")) return "V8 internals";
  return name.startsWith("node::") ? "Node internals" : name;
}

/** `file read` of `file %`. */
export function withDirection(name: string, kind: Kind): string {
  return name.replace("%", directions[kind]);
}

function nameIn(names: Names, text: string): string {
  for (const [pattern, name] of names) {
    const match = pattern.exec(text);
    if (match) return name.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
  }
  return "";
}

/** `fs/promises.readFile` of `readFile` in node:internal/fs/promises; C++ is its name. */
function codeOf({ kind, file, name }: FunctionRecord): string {
  if (kind !== "node") return name;
  const method = name.slice(name.lastIndexOf(".") + 1).replace(/^(get|set|async) /, "");
  return `${file.replace(/^node:(internal\/)?/, "")}.${method}`;
}

/** `zerocopy/net sendFile`, `zerocopy concat`; what is in the way of a call only to watch it has no name. */
function ownName({ file, name }: FunctionRecord): string {
  const [, folder = "core"] = /(?:src|dist)[/\\](\w+)[/\\]/.exec(file) ?? [];
  if (name === "" || folder === "profile") return name.includes(".") ? name : "";
  return `${folder === "core" ? "zerocopy" : `zerocopy/${folder}`} ${name}`;
}

/** `typedArray.slice` of `TypedArrayPrototypeSlice`; what JavaScript does not call by name has none. */
function builtinName(name: string): string {
  if (name.includes(".")) return name; // what JavaScript charges has its name already
  if (/^(Async|Generator|Promise|Reflect|Function|CEntry|JSEntry)/.test(name)) return "";
  const [, type = "", method = ""] = /^(\w+?)Prototype(\w+)$/.exec(name) ?? [];
  if (type !== "") return `${small(type)}.${small(method)}`;
  const [, made] = /^(\w+)Constructor$/.exec(name) ?? [];
  if (made !== undefined) return `new ${made}`;
  const [, of = "", call = ""] = /^(TypedArray|Array)(From|Of)$/.exec(name) ?? [];
  if (of !== "") return `${of}.${small(call)}`;
  const [, old] = /^Array(Concat|Push|Shift|Unshift)$/.exec(name) ?? [];
  return old === undefined ? "" : `array.${small(old)}`;
}

function small(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
