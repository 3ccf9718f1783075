// Bugs in who may use which memory and for how long: counts, locks, what is gone, bytes, messages.

export const lifetime = {
  "core/view.js": [
    {
      bug: "a view is not counted",
      from: "storage.hold(this);",
      to: "",
    },
    {
      bug: "a view with one consumer is released",
      from: "if (consumers > 0) {",
      to: "if (consumers > 1) {",
      by: "test/unit/core/refusedMemory.test.ts",
    },
    {
      bug: "memory that is gone is not noticed by bulk work",
      from: "live(low === high ? 0 : offset + high)",
      to: "live(0)",
      by: "test/unit/core/gone.test.ts",
    },
    {
      bug: "an empty view of memory that is gone is an error",
      from: "if (nbytes === 0)\n        return new Uint8Array(0);",
      to: "",
    },
    {
      bug: "asUint8Array lends read-only memory",
      from: "if (writable && view._state & READONLY)",
      to: "if (writable && view._state < 0)",
      by: "test/unit/core/refusals.test.ts",
    },
    {
      bug: "a lent window is forgotten",
      from: "view._storage.lend?.();",
      to: "",
      by: "test/unit/core/locks.test.ts",
    },
    {
      bug: "F-contiguous memory is lent as a window",
      inside: "export function lendWindow(",
      from: "if (!isC(view))",
      to: "if (!isC(view) && !isF(view))",
      by: "test/unit/core/refusedWindows.test.ts",
    },
  ],
  "core/storage.js": [
    {
      bug: "an exporter is released with the last view but one",
      from: "if (this.views === 0)",
      to: "if (this.views <= 1)",
    },
    {
      bug: "memory that became shorter is not noticed",
      from: "if (byteLength < end || ",
      to: "if ((byteLength === 0 && end > 0) || ",
      by: "test/unit/core/gone.test.ts",
    },
    {
      bug: "all views ended at once still read",
      from: "this.view = nothingView;",
      to: "",
      by: "test/unit/core/locks.test.ts",
    },
    {
      bug: "numbers in WebAssembly memory that grew are gone",
      from: "this.view = viewOf(this.bytes);\n        }",
      to: "}",
      by: "test/unit/core/growing.test.ts",
    },
    {
      bug: "bytes in WebAssembly memory that grew are gone",
      from: "this.bytes = new Uint8Array(this.growing.buffer);",
      to: "",
      by: "test/unit/core/growing.test.ts",
    },
    {
      bug: "what is left of shrunk memory is gone",
      from: "return whole ? new DataView(buffer) :",
      to: "return whole ? new DataView(buffer, byteOffset, byteLength) :",
      by: "test/unit/core/growing.test.ts",
    },
    {
      bug: "a released view says nothing",
      from: 'storage.ended = "Cannot use a memoryview: it was released";',
      to: "",
    },
    {
      bug: "who held memory is remembered for ever",
      from: "this.holders?.delete(holder);",
      to: "",
      by: "test/unit/core/refusedWindows.test.ts",
    },
  ],
  "core/memoryview.js": [
    {
      bug: "a consumer that releases twice is counted twice",
      from: "held = false;",
      to: "",
      by: "test/unit/core/exporters.test.ts",
    },
    {
      bug: "a consumer is not counted",
      from: "this._state += CONSUMER;",
      to: "",
      by: "test/unit/core/exporters.test.ts",
    },
    {
      bug: "a view made for a comparison is not released",
      inside: "function borrowView(",
      from: "view.release();",
      to: "",
    },
    {
      bug: "a view made for a copy is not released",
      inside: "function borrowView(",
      from: "view.release();",
      to: "",
    },
    {
      bug: "an exporter that refuses is an error to equals",
      from: "if (isView || error instanceof ZeroCopyError)",
      to: "if (error)",
      by: "test/unit/core/exporters.test.ts",
    },
    {
      bug: "read-only memory is given as a typed array",
      from: "typedArrayOn(lendWindow(this, true)",
      to: "typedArrayOn(lendWindow(this, false)",
      by: "test/unit/core/refusals.test.ts",
    },
  ],
  "core/bytearray.js": [
    {
      bug: "new bytes are what was there before",
      from: "this._live().fill(0, Math.min(before, size));",
      to: "",
      by: "test/unit/core/ownMemory.test.ts",
    },
    {
      bug: "an index is looked at before a value",
      from: 'const byte = toByte(value, "set");\n        this._bytes[this._locate(at)] = byte;',
      to: 'const found = this._locate(at);\n        this._bytes[found] = toByte(value, "set");',
    },
  ],
  "core/bytes.js": [
    {
      bug: "Bytes lend writable memory to consumers",
      from: "if (flags & WRITABLE)",
      to: "if (flags < 0)",
      by: "test/unit/core/refusedMemory.test.ts",
    },
    {
      bug: "Bytes are not read-only",
      from: "byteLength, readonly: true };",
      to: "byteLength };",
    },
    {
      bug: "Bytes are unequal to views of them",
      from: "return isView ? other.equals(this)",
      to: "return isView ? other === this",
    },
  ],
  "core/slicing.js": [
    {
      bug: "256 is a byte",
      from: "byte <= 255",
      to: "byte <= 256",
    },
    {
      bug: "-1 is a byte",
      from: "byte >= 0 && byte",
      to: "byte >= -1 && byte",
    },
  ],
  "core/message.js": [
    {
      bug: "a part of a buffer is transferred whole",
      from: "if (alone && !(",
      to: "if (!(",
      by: "test/unit/core/message.test.ts",
    },
    {
      bug: "memory that its owner keeps is transferred",
      from: "if (alone && !(release ?? lend ?? growing ?? readonly))",
      to: "if (alone)",
      by: "test/unit/core/message.test.ts",
    },
    {
      bug: "a message of strided memory has its strides",
      from: "byteOffset: 0, strides }",
      to: "byteOffset: 0 }",
      by: "test/unit/core/message.test.ts",
    },
    {
      bug: "a message forgets read-only",
      from: "...recordOf(view, FULL_RO) }",
      to: "...recordOf(view, FULL_RO), readonly: false }",
      by: "test/unit/core/message.test.ts",
    },
    {
      bug: "a message of shared memory copies it",
      from: "if (isShared(value.buffer))",
      to: "if (value.buffer === undefined)",
      by: "test/unit/core/message.test.ts",
    },
  ],
  "core/transfer.js": [
    {
      bug: "memory that the engine copies counts as transferred",
      from: "if (!wasEmpty && buffer.byteLength !== 0)",
      to: "if (wasEmpty && buffer.byteLength !== 0)",
      by: "test/unit/core/message.test.ts",
    },
  ],
  "core/growable.js": [
    {
      bug: "a change of no length needs no views",
      from: "if (length === this.length)\n            return;",
      to: "",
    },
    {
      bug: "one view does not lock the length",
      from: "storage.views > 0)\n            throw",
      to: "storage.views > 1)\n            throw",
    },
    {
      bug: "what is removed at the start looks at no lock",
      from: "this._unlock(action);\n            this._start -= growth;",
      to: "this._start -= growth;",
    },
    {
      bug: "memory that was lent changes its length in place",
      from: "if (this._lent ||\n",
      to: "if (\n",
      by: "test/unit/core/locks.test.ts",
    },
    {
      bug: "what lies behind removed bytes stays where it is",
      from: "copyBytes(behind, this._bytes, this._start + to + growth);",
      to: "",
    },
    {
      bug: "a consumer of a bytearray is never gone",
      from: "storage.drop(consumer);",
      to: "storage.views += 0;",
    },
    {
      bug: "memory transferred by a receiver is not noticed",
      from: "if (this._bytes.byteLength >= this._end)",
      to: "if (this._end >= 0)",
      by: "test/unit/core/lost.test.ts",
    },
  ],
  "core/sequence.js": [
    {
      bug: "toUint8Array gives the memory itself",
      from: "return cloneBytes(this._live());",
      to: "return this._live();",
      by: "test/unit/core/ownMemory.test.ts",
    },
  ],
};
