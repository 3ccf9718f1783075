// Bugs in packing and unpacking.

export const struct = {
  "struct/struct.js": [
    {
      bug: "a negative offset counts from the start",
      from: "index < 0 ? index + length : index",
      to: "Math.abs(index)",
    },
    {
      bug: "what fills memory to its end does not fit",
      from: "if (start >= 0 && start + size <= length)",
      to: "if (start >= 0 && start + size < length)",
    },
    {
      bug: "an offset may be a fraction",
      from: " && Number.isInteger(offset)",
      to: "",
    },
    {
      bug: "unpack takes more bytes than it reads",
      from: "if (length === this.size)",
      to: "if (length >= this.size)",
    },
    {
      bug: "packInto writes values before a wrong one",
      from: "checkValues(plan, values);\n        packValues(plan, values, bytes, start);",
      to: "packValues(plan, values, bytes, start);\n        checkValues(plan, values);",
    },
    {
      bug: "a wrong offset is found before a wrong number of values",
      from: "if (values.length !== this._plan.count)\n            checkValues(this._plan, values);",
      to: "",
    },
    {
      bug: "iterating over nothing is endless",
      from: "if (this.size === 0) {",
      to: "if (this.size < 0) {",
    },
    {
      bug: "an offset beyond 64 bits only lies outside",
      from: "if (Math.abs(index) >= 2 ** 63 && index !== -(2 ** 63)) {",
      to: "if (Math.abs(index) >= 2 ** 65) {",
      by: "test/unit/struct/struct.test.ts",
    },
  ],
  "struct/pack.js": [
    {
      bug: "padding keeps what was there",
      from: "if (at > written)",
      to: "if (at < written)",
    },
    {
      bug: "padding at the end keeps what was there",
      from: "if (start + plan.size > written)",
      to: "if (plan.size < 0)",
    },
    {
      bug: "a signed byte is written from 0 to 255",
      from: "return (value << 24) >> 24 === value;",
      to: "return (value & 0xff) === value;",
    },
    {
      bug: "too many values are cut",
      from: "if (values.length !== plan.count) {",
      to: "if (values.length < plan.count) {",
    },
    {
      bug: "a Pascal string of 300 bytes says that it has 44",
      from: "target[at] = Math.min(length, 0xff);",
      to: "target[at] = length;",
    },
    {
      bug: '"c" takes a bytearray',
      from: "return code === CHAR ? undefined : value._live();",
      to: "return value._live();",
    },
    {
      bug: "of a run every value is the first",
      from: "packValue(layout, target, at, values[i]);\n            at += layout.itemsize;",
      to: "packValue(layout, target, at, values[end - count]);\n            at += layout.itemsize;",
      by: "test/unit/struct/struct.test.ts",
    },
    {
      bug: "a float that is too large is a wrong value",
      from: "return isFloat && status === FLOAT_OVERFLOW",
      to: "return isFloat && status === OUT_OF_RANGE",
    },
  ],
  "struct/plan.js": [
    {
      bug: "values of a run are counted as one",
      from: "total + slot.count",
      to: "total + 1",
      by: "test/unit/struct/struct.test.ts",
    },
    {
      bug: '"!" unpacks as little-endian',
      from: "littleEndian: !/^[>!]/.test(format),",
      to: 'littleEndian: !format.startsWith(">"),',
    },
  ],
  "struct/unpack.js": [
    {
      bug: "signed bytes are unsigned",
      from: "(bytes[at] << 24) >> 24",
      to: "bytes[at]",
    },
    {
      bug: "an unsigned 32-bit integer is negative",
      from: "load32(bytes, at, littleEndian) >>> 0",
      to: "load32(bytes, at, littleEndian)",
    },
    {
      bug: "big-endian words are turned half",
      from: "(load16(bytes, at, false) << 16) | load16(bytes, at + 2, false)",
      to: "(load16(bytes, at + 2, false) << 16) | load16(bytes, at, false)",
    },
    {
      bug: "a float32 is always little-endian",
      from: "number.getFloat32(0, littleEndian)",
      to: "number.getFloat32(0, true)",
    },
  ],
  "struct/numbers.js": [
    {
      bug: "signed 16-bit integers are unsigned, where all values are numbers",
      from: "value = view.getInt16(at, true);",
      to: "value = view.getUint16(at, true);",
    },
    {
      bug: "big-endian floats are little-endian, where all values are numbers",
      from: "value = view.getFloat32(at);",
      to: "value = view.getFloat32(at, true);",
      by: "test/unit/struct/repeated.test.ts",
    },
    {
      bug: "a run is one number",
      from: " && shape.length === 0",
      to: "",
      by: "test/unit/struct/repeated.test.ts",
    },
  ],
  "struct/iterator.js": [
    {
      bug: "an iterator that is done holds its memory",
      from: "this._end = this._next;\n        this._view.release();",
      to: "this._end = this._next;",
    },
    {
      bug: "a source of a wrong length stays locked",
      from: "view.release();\n            throw problem;",
      to: "throw problem;",
    },
    {
      bug: "a view whose records are read can be released",
      from: "source instanceof MemoryView ? source[kBuffer](BufferFlags.SIMPLE) : undefined",
      to: "undefined",
      by: "test/unit/struct/iterating.test.ts",
    },
    {
      bug: "records of a slice begin at the start of its memory",
      from: "this._next = view._offset;\n        this._end = view._offset + length;",
      to: "this._next = 0;\n        this._end = length;",
    },
    {
      bug: "bytes that fill no record are left out",
      from: "if (length % size === 0)",
      to: "if (length >= size)",
    },
  ],
  "struct/memory.js": [
    {
      bug: "what has no writable memory is no TypeError",
      from: "throw refusal;",
      to: "throw error;",
    },
    {
      bug: "an error after the memory was had is a TypeError",
      from: "if (isAcquired)",
      to: "if (isAcquired && error instanceof TypeError)",
    },
    {
      bug: "what is read is the array before",
      from: "return source === recent &&",
      to: "return recent !== undefined &&",
      by: "test/unit/struct/again.test.ts",
    },
    {
      bug: "memory of a view is read from its start",
      from: "use(bytes, start, length, storage.view)",
      to: "use(bytes, 0, length, storage.view)",
    },
    {
      bug: "memory that has gaps is unpacked as if it had none",
      from: "if (isC(source)) {",
      to: "if (source._rows >= 0) {",
    },
  ],
};
