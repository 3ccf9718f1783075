// Bugs in lending and borrowing by the buffer protocol, and in what typed arrays are given.

export const exporters = {
  "core/acquire.js": [
    {
      bug: "a view of a typed array shows its buffer from the start",
      from: "new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)",
      to: "new Uint8Array(bytes.buffer, 0, bytes.byteLength)",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "strides below the first item are outside the window",
      from: "lent.bytes.subarray(lent.offset + low,",
      to: "lent.bytes.subarray(lent.offset,",
    },
    {
      bug: "read-only memory of an exporter can be written",
      from: "readonly,\n            hashable",
      to: "hashable",
    },
  ],
  "core/record.js": [
    {
      bug: "a record may reach before its buffer",
      from: "from < 0 || ",
      to: "",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "a shape without strides need not fill the memory",
      from: " || (!record.strides && nbytes !== byteLength)",
      to: "",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "lists of a record are believed after they were checked",
      from: "[...list]",
      to: "list",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "more is read than the itemsize of the record",
      from: "if (!known || known.itemsize > itemsize)",
      to: "if (!known)",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "what release throws hides why a record is refused",
      inside: "function releaseRefused(",
      from: "catch {",
      to: "catch (error) {\n        throw error;",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "an exporter is released by a stranger",
      from: "release?.bind(record)",
      to: "release",
      by: "test/unit/core/exporters.test.ts",
    },
    {
      bug: "a writable request gets read-only memory",
      from: "if (flags & WRITABLE && readonly)",
      to: "if (flags < 0 && readonly)",
    },
    {
      bug: "an exporter whose record is refused is not released",
      from: "catch (error) {\n        releaseRefused(record);",
      to: "catch (error) {",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "suboffsets are ignored",
      from: "if (suboffsets?.some((suboffset) => suboffset >= 0))",
      to: "if (suboffsets === null)",
      by: "test/unit/core/bufferRecords.test.ts",
    },
  ],
  "core/protocol.js": [
    {
      bug: "an empty view of detached memory is a source",
      from: "if (byteLength === 0)\n            Uint8Array.prototype.at.call(bytes, 0);",
      to: "",
      by: "test/unit/struct/repeated.test.ts",
    },
  ],
  "core/borrow.js": [
    {
      bug: "an exporter is not released after a call",
      from: "lent.release?.();",
      to: "",
    },
    {
      bug: "memory with gaps is borrowed as if without",
      from: "if (isCContiguous(lent))",
      to: "if (strides.length <= 64)",
    },
    {
      bug: "the bytes of an exporter begin at its buffer's",
      from: "packItems(lent)",
      to: "packItems({ ...lent, offset: 0 })",
    },
  ],
  "core/exporting.js": [
    {
      bug: "a flag is met by a part of it",
      from: "(flags & flag) === flag",
      to: "(flags & flag) !== 0",
    },
    {
      bug: "a consumer that knows no strides gets some",
      from: "(has(C_CONTIGUOUS) || !strided) && !inC",
      to: "has(C_CONTIGUOUS) && !inC",
    },
    {
      bug: "F-contiguous memory is lent as C-contiguous",
      from: "&& !inC) ||",
      to: "&& !inC && !inF) ||",
      by: "test/unit/core/refusedMemory.test.ts",
    },
    {
      bug: "C-contiguous memory is not contiguous in any order",
      from: "has(ANY_CONTIGUOUS) && !inC && !inF",
      to: "has(ANY_CONTIGUOUS) && !inF",
      by: "test/unit/core/refusedWindows.test.ts",
    },
    {
      bug: "a format is given without a shape",
      from: "if (!shaped && has(FORMAT))",
      to: "if (!shaped && has(FORMAT) && flags < 0)",
      by: "test/unit/core/refusedMemory.test.ts",
    },
    {
      bug: "a slice is exported from the start of its memory",
      from: "byteOffset: bytes.byteOffset + offset,",
      to: "byteOffset: bytes.byteOffset,",
    },
    {
      bug: "read-only is not said to consumers",
      from: "strides: strided ? strides : undefined,\n        readonly,",
      to: "strides: strided ? strides : undefined,\n        readonly: false,",
      by: "test/unit/core/exporters.test.ts",
    },
  ],
  "core/typedArrays.js": [
    {
      bug: "unaligned memory is given to a typed array",
      from: "if (bytes.byteOffset % itemsize !== 0) {",
      to: "if (itemsize === 0) {",
      by: "test/unit/core/refusedWindows.test.ts",
    },
    {
      bug: "an Int16Array is unsigned",
      from: "tag.slice(0, -5)",
      to: 'tag.slice(0, -5).replace(/^Int16/, "Uint16")',
    },
  ],
};
