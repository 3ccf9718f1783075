// Bugs in lending and borrowing by the buffer protocol, and in what typed arrays are given.

export const exporters = {
  "core/acquire.js": [
    {
      bug: "a view of a typed array shows its buffer from the start",
      from: "new Uint8Array(buffer, byteOffset, byteLength); // one class",
      to: "new Uint8Array(buffer, 0, byteLength); // one class",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "strides below the first item are outside the window",
      from: "new Uint8Array(buffer, offset + low, high - low)",
      to: "new Uint8Array(buffer, offset, high)",
    },
    {
      bug: "an exporter whose record contradicts itself is not released",
      from: "releaseRefused(record);",
      to: "",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "read-only memory of an exporter can be written",
      from: "return { storage, offset: 0 - low, layout, shape, strides, readonly };",
      to: "return { storage, offset: 0 - low, layout, shape, strides, readonly: false };",
    },
    {
      bug: "an exporter is released by a stranger",
      from: "record.release?.bind(record)",
      to: "record.release",
      by: "test/unit/core/exporters.test.ts",
    },
  ],
  "core/record.js": [
    {
      bug: "a record may reach before its buffer",
      from: "byteOffset + low < 0 || ",
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
      from: "const axes = [...list];",
      to: "const axes = list;",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "more is read than the itemsize of the record",
      from: "if (known === undefined || known.itemsize > itemsize) {",
      to: "if (known === undefined) {",
      by: "test/unit/core/bufferRecords.test.ts",
    },
  ],
  "core/protocol.js": [
    {
      bug: "a writable request gets read-only memory",
      from: "if (flags & BufferFlags.WRITABLE && record.readonly) {",
      to: "if (flags < 0 && record.readonly) {",
    },
    {
      bug: "an exporter whose record is refused is not released",
      from: "catch (error) {\n        releaseRefused(record);",
      to: "catch (error) {",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "suboffsets are ignored",
      from: "if (suboffsets?.some((suboffset) => suboffset >= 0)) {",
      to: "if (suboffsets === null) {",
      by: "test/unit/core/bufferRecords.test.ts",
    },
    {
      bug: "an empty view of detached memory is a source",
      from: "if (source.byteLength === 0)\n            Uint8Array.prototype.at.call(asUint8Array(source), 0);",
      to: "",
      by: "test/unit/struct/repeated.test.ts",
    },
  ],
  "core/borrow.js": [
    {
      bug: "an exporter is not released after a call",
      from: "record.release?.();",
      to: "",
    },
    {
      bug: "memory with gaps is borrowed as if without",
      from: "if (!isCContiguous(shape, strides, layout.itemsize)) {",
      to: "if (shape.length > 64) {",
    },
    {
      bug: "the bytes of an exporter begin at its buffer's",
      from: "const source = { bytes: new Uint8Array(buffer), offset, strides };",
      to: "const source = { bytes: new Uint8Array(buffer), offset: 0, strides };",
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
      from: "if (!strided && !isC(view))",
      to: "if (!strided && !isC(view) && flags < 0)",
    },
    {
      bug: "F-contiguous memory is lent as C-contiguous",
      from: "if (has(BufferFlags.C_CONTIGUOUS) && !isC(view))",
      to: "if (has(BufferFlags.C_CONTIGUOUS) && !isC(view) && !isF(view))",
      by: "test/unit/core/refusedMemory.test.ts",
    },
    {
      bug: "C-contiguous memory is not contiguous in any order",
      from: "has(BufferFlags.ANY_CONTIGUOUS) && !isC(view) && !isF(view)",
      to: "has(BufferFlags.ANY_CONTIGUOUS) && !isF(view)",
      by: "test/unit/core/refusedWindows.test.ts",
    },
    {
      bug: "a format is given without a shape",
      from: "if (!shaped && format !== undefined)",
      to: "if (!shaped && format === null)",
      by: "test/unit/core/refusedMemory.test.ts",
    },
    {
      bug: "a slice is exported from the start of its memory",
      from: "byteOffset: bytes.byteOffset + offset,",
      to: "byteOffset: bytes.byteOffset,",
    },
    {
      bug: "read-only is not said to consumers",
      from: "readonly,\n        release,",
      to: "readonly: false,\n        release,",
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
      from: '["Int16Array", "h"],',
      to: '["Int16Array", "H"],',
    },
  ],
};
