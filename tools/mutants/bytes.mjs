// Bugs in bytes and bytearrays: their memory, what changes it, what is shared, what methods make.

const storage = "test/unit/core/bytearrayStorage.test.ts";
const locks = "test/unit/core/bytearrayLocks.test.ts";
const lent = "test/unit/core/bytearrayLent.test.ts";
const reentry = "test/unit/core/bytearrayReentry.test.ts";
const parts = "test/unit/core/bytesParts.test.ts";
const refused = "test/unit/core/bytearrayRefusals.test.ts";
const refusals = "test/unit/core/sequenceRefusals.test.ts";
const methods = "test/unit/core/searchingBytes.test.ts";
const random = "test/property/bytes.property.test.ts";

export const bytes = {
  "core/growable.js": [
    {
      bug: "what is put in front is written over what is there",
      from: "if (to < length) {",
      to: "if (to < length && from > 0) {",
      by: random,
    },
    {
      bug: "room behind the contents is counted from the start of the memory",
      from: "isFree && this._end + count <= this._bytes.length",
      to: "isFree && this.length + count <= this._bytes.length",
      by: storage,
    },
    {
      bug: "an append does not look for windows",
      from: "this._views === null && !this._lent && count > 0",
      to: "this._views === null && count > 0",
      by: lent,
    },
    {
      bug: "an append does not look for views",
      from: "this._views === null && !this._lent && count > 0",
      to: "!this._lent && count > 0",
      by: locks,
    },
    {
      bug: "memory that cannot double cannot grow",
      from: "if (wanted === 0)\n",
      to: "\n",
      by: storage,
    },
    {
      bug: "memory grows by what is needed only",
      from: "this._move(length, Math.max(0, 2 * this.length - length));",
      to: "this._move(length);",
      by: storage,
    },
    {
      bug: "memory that is not used any more is kept",
      from: "this._bytes.length > Math.max(4096, 8 * length)",
      to: "this._bytes.length < 0",
      by: storage,
    },
    {
      bug: "small memory moves at every change",
      from: "Math.max(4096, 8 * length)",
      to: "8 * length",
      by: storage,
    },
    {
      bug: "a queue never uses the memory at its start again",
      from: "this._start + length > capacity && length > capacity / 2",
      to: "this._start + length > capacity",
      by: storage,
    },
    {
      bug: "a queue that is nearly full moves its bytes at every append",
      from: "length > capacity / 2",
      to: "length > capacity",
      by: storage,
    },
    {
      bug: "contents that moved to the start are looked for where they were",
      from: "this._end -= this._start;\n            this._start = 0;",
      to: "this._end -= this._start;",
      by: random,
    },
    {
      bug: "what is deleted at the start is moved away",
      from: "if (growth < 0 && from === 0)",
      to: "if (growth < 0 && from < 0)",
      by: storage,
    },
    {
      bug: "releaseViews ends no view",
      from: 'storage?.end("Cannot use a memoryview: all were released");',
      to: "",
      by: locks,
    },
    {
      bug: "releaseViews forgets consumers of another kind",
      from: "if (storage && storage.views > 0)\n            this._lent = true;",
      to: "",
      by: lent,
    },
    {
      bug: "lent memory is not marked",
      inside: "export class Growable ",
      from: "        }\n        this._lent = true;",
      to: "        }",
      by: lent,
    },
    {
      bug: "memory that was lent once is moved for ever",
      from: "_install(memory) {\n        this._bytes = memory;\n        this._start = 0;\n        this._end = memory.length;\n        this._views = null;\n        this._lent = false;",
      to: "_install(memory) {\n        this._bytes = memory;\n        this._start = 0;\n        this._end = memory.length;\n        this._views = null;",
      by: lent,
    },
    {
      bug: "views are made of memory that was transferred",
      from: "[kStorage]() {\n        this._checkMemory();",
      to: "[kStorage]() {",
      by: lent,
    },
    {
      bug: "a record that is released twice releases a view of somebody else",
      from: "if (held)",
      to: "if (consumer)",
      by: locks,
    },
  ],
  "core/bytearray.js": [
    {
      bug: "a source that changes the length extends what was there before",
      from: "withAllBytes([source], action, ([bytes]) => this._add(bytes, action));",
      to: "const end = this.length;\nwithAllBytes([source], action, ([bytes]) => this._splice(end, end, bytes, action));",
      by: reentry,
    },
    {
      bug: "a slice is fitted before its source has its way",
      from: "const fit = () => fitSlice(start, stop, step, this.length);",
      to: "const first = fitSlice(start, stop, step, this.length);\nconst fit = () => first;",
      by: reentry,
    },
    {
      bug: "a slice with a step is written while its source is read",
      from: "const isWindow = stride === 1 && ArrayBuffer.isView(source);",
      to: "const isWindow = ArrayBuffer.isView(source);",
      by: lent,
    },
    {
      bug: "bytes that were taken share memory with a window",
      from: "if (this._lent)\n            this._move(length);",
      to: "",
      by: lent,
    },
    {
      bug: "what takeBytes leaves shares memory with what it takes",
      from: "this._install(sliceBytes(contents, size));",
      to: "this._install(contents.subarray(size));",
      by: storage,
    },
    {
      bug: "takeBytes copies the larger part",
      from: "if (size < length - size)",
      to: "if (size > length - size)",
      by: storage,
    },
    {
      bug: "takeBytes looks at no lock",
      inside: "export class ByteArray ",
      from: "this._checkLock(action);\n        if (this._lent)",
      to: "if (this._lent)",
      by: locks,
    },
    {
      bug: "repeatInPlace of a locked array makes the result first",
      from: "this._checkLock(action);\n        if (count === 0)",
      to: "if (count === 0)",
      by: locks,
    },
    {
      bug: "all of what is transferred lies at the start of its memory",
      from: "new Uint8Array(takeBuffer(buffer), byteOffset, length)",
      to: "new Uint8Array(takeBuffer(buffer), 0, length)",
      by: "test/unit/core/bytearrayMessages.test.ts",
    },
    {
      bug: "what is transferred stays here, too",
      from: "this._install(new Uint8Array(0));\n        return messageOf",
      to: "return messageOf",
      by: lent,
    },
    {
      bug: "parts are found from the start of the memory",
      from: "sliceBytes(this._bytes, this._start + from, ",
      to: "sliceBytes(this._bytes, from, ",
      by: random,
    },
    {
      bug: "insert does not clip its index",
      from: "const from = clipBound(at, this.length, 0);",
      to: "const from = at < 0 ? at + this.length : at;",
      by: random,
    },
    {
      bug: "deleting backwards begins at the wrong end",
      from: "step < 0 ? start + (count - 1) * step : start",
      to: "start",
      by: random,
    },
    {
      bug: "subarray leaves a view that nobody can release",
      from: "finally {\n            whole.release();",
      to: "finally {\n            whole.length;",
      by: locks,
    },
    {
      bug: "a detached source puts nothing in place of a slice",
      from: "isWindow ? bytesOf(source, action)",
      to: "isWindow ? source",
      by: refused,
    },
    {
      bug: "an iterator ends where the array ended when it began",
      from: "for (let i = 0; i < this.length; i += 1)",
      to: "for (let i = 0, { length } = this; i < length; i += 1)",
      by: reentry,
    },
  ],
  "core/bytes.js": [
    {
      bug: "a part of a part is found from the start of the memory",
      from: "new Bytes(this._bytes, this._start + from, to - from)",
      to: "new Bytes(this._bytes, from, to - from)",
      by: parts,
    },
    {
      bug: "a part is all of its memory",
      from: "this._bytes.subarray(this._start, end)",
      to: "this._bytes.subarray(this._start)",
      by: parts,
    },
    {
      bug: "a part is not detached by bytes()",
      from: "bytes.byteLength === bytes.buffer.byteLength ? this",
      to: "bytes.byteLength >= 0 ? this",
      by: parts,
    },
    {
      bug: "parts are copies",
      from: "return new Bytes(this._bytes, this._start + from, to - from);",
      to: "return Bytes._adopt(this.toUint8Array().subarray(from, to));",
      by: parts,
    },
    {
      bug: "memory of Bytes that was transferred is not noticed",
      from: "if (this._bytes.byteLength < end)",
      to: "if (this._bytes.byteLength < 0)",
      by: lent,
    },
    {
      bug: "a message carries the memory itself",
      from: 'messageOf("Bytes", this.toUint8Array())',
      to: 'messageOf("Bytes", this._live())',
      by: parts,
    },
    {
      bug: "subarray ends before it begins",
      from: "Math.max(from, to)",
      to: "to",
      by: parts,
    },
    {
      bug: "subarray ignores its step",
      from: "if (stride !== 1)",
      to: "if (stride === 0)",
      by: parts,
    },
  ],
  "core/sequence.js": [
    {
      bug: "removeSuffix looks at the start",
      from: "search.endsWith(bytes, sub) ? sub.length",
      to: "search.startsWith(bytes, sub) ? sub.length",
      by: methods,
    },
    {
      bug: "what falls through translate is no table at all",
      from: "table === null\n",
      to: "!table\n",
      by: refusals,
    },
    {
      bug: "center puts the odd byte on the other side",
      from: "(room % 2 && size % 2)",
      to: "(room % 2 && 1 - (size % 2))",
    },
    {
      bug: "no bytes are letters",
      from: "this.length > 0 && letters.isAll",
      to: "letters.isAll",
      by: "test/unit/core/letters.test.ts",
    },
    {
      bug: "padding takes typed arrays",
      from: "fill instanceof ByteSequence && ",
      to: "",
      by: refusals,
    },
    {
      bug: "what rpartition does not find is before it",
      from: "at < 0 ? this._cut(0, 0)",
      to: "at < 0 ? this._cut(this.length, this.length)",
      by: methods,
    },
  ],
};
