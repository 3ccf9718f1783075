// Bugs in formats and in the reading and writing of single items.

export const format = {
  "core/items.js": [
    {
      bug: "large unsigned 16-bit integers are negative",
      from: "return storage.view.getUint16(at, true);",
      to: "return storage.view.getInt16(at, true);",
    },
    {
      bug: "large unsigned 32-bit integers are negative",
      from: "return storage.view.getUint32(at, true);",
      to: "return storage.view.getInt32(at, true);",
    },
    {
      bug: "large unsigned 64-bit integers are negative",
      from: "return storage.view.getBigUint64(at, true);",
      to: "return storage.view.getBigInt64(at, true);",
    },
    {
      bug: "a byte above 1 is false",
      from: "return storage.view.getUint8(at) !== 0;",
      to: "return storage.view.getUint8(at) === 1;",
      by: "test/unit/core/comparing.test.ts",
    },
    {
      bug: "200 is written to a signed byte",
      from: "if ((value << 24) >> 24 !== value)",
      to: "if ((value << 23) >> 23 !== value)",
    },
    {
      bug: "70000 is written to 16 bits",
      from: "if ((value & 0xffff) !== value)",
      to: "if ((value & 0xf_ffff) !== value)",
    },
    {
      bug: "fractions are written to 32 bits",
      from: "if ((value | 0) !== value)",
      to: "if (Math.abs(value) > 0x7fff_ffff)",
    },
    {
      bug: "-1n is written to an unsigned integer",
      from: "BigInt.asUintN(64, value) === value",
      to: "BigInt.asUintN(64, value) >= 0n",
    },
    {
      bug: "a record is written up to where memory ends",
      inside: "export function writeSlow(",
      from: "view._storage.live(at + view._layout.itemsize);",
      to: "",
      by: "test/unit/core/gone.test.ts",
    },
    {
      bug: 'a "c" takes anything bytes-like',
      from: "if (code === CHAR)",
      to: "if (code < 0)",
    },
    {
      bug: "a value is written that was not checked",
      inside: "export function encodeItem(",
      from: "checkValue(layout, value);",
      to: "",
      by: "test/unit/core/assigning.test.ts",
    },
  ],
  "format/half.js": [
    {
      bug: "halfway rounds away from zero",
      from: "rest > 0.5 || (rest === 0.5 && floor % 2 === 1)",
      to: "rest >= 0.5",
    },
    {
      bug: "the sign of zero is lost",
      from: "value < 0 || Object.is(value, -0)",
      to: "value < 0",
    },
    {
      bug: "a half between 65504 and 65520 overflows",
      from: "HALF_LIMIT = 65_520",
      to: "HALF_LIMIT = 65_505",
    },
    {
      bug: "subnormal halves are read as normal ones",
      from: "if (exponent === 0)",
      to: "if (exponent < 0)",
    },
    {
      bug: "subnormal halves are written as normal ones",
      from: "if (magnitude < 2 ** -14)",
      to: "if (magnitude < 2 ** -24)",
    },
    {
      bug: "an infinite half is not a number",
      from: "fraction === 0 ? sign * Infinity : Number.NaN",
      to: "Number.NaN",
    },
  ],
  "format/read.js": [
    {
      bug: "big-endian integers lose their sign",
      from: "return view.getInt16(offset);",
      to: "return view.getUint16(offset);",
    },
    {
      bug: "the imaginary part of a complex64 is 8 bytes further",
      from: "[view.getFloat32(offset, true), view.getFloat32(offset + 4, true)]",
      to: "[view.getFloat32(offset, true), view.getFloat32(offset, true)]",
    },
    {
      bug: "a Pascal string is as long as it says",
      from: "Math.min(memory.view.getUint8(offset), itemsize - 1)",
      to: "memory.view.getUint8(offset)",
    },
    {
      bug: "fields of a record all begin at its start",
      from: "const at = offset + field.offset;",
      to: "const at = offset;",
      by: "test/unit/core/records.test.ts",
    },
    {
      bug: "rows of a sub-array follow each other at one element",
      from: "inner.reduce((size, axis) => size * axis, element.itemsize)",
      to: "element.itemsize",
      by: "test/unit/core/records.test.ts",
    },
    {
      bug: "a record of one value is a list",
      from: "if (first === undefined || fields.length > 1)",
      to: "if (first === undefined || fields.length >= 1)",
    },
  ],
  "format/write.js": [
    {
      bug: "a native float32 that is too large is refused",
      from: "!layout.native && Math.fround(magnitude)",
      to: "Math.fround(magnitude)",
    },
    {
      bug: "128 is a signed byte",
      from: "checkInteger(value, -0x80, 0x7f)",
      to: "checkInteger(value, -0x80, 0x80)",
    },
    {
      bug: "2^64 is an unsigned integer",
      from: "checkInteger(value, 0n, 2n ** 64n - 1n)",
      to: "checkInteger(value, 0n, 2n ** 64n)",
    },
    {
      bug: "pointers are not negative",
      from: "checkInteger(value, -(2n ** 63n), 2n ** 64n - 1n)",
      to: "checkInteger(value, 0n, 2n ** 64n - 1n)",
    },
    {
      bug: "a bigint beyond all doubles is infinite",
      from: 'typeof value === "bigint" ? OUT_OF_RANGE : OK;',
      to: "OK;",
    },
    {
      bug: "only the real part of a complex number is checked",
      from: "checkFloat(layout, value[0]) || checkFloat(layout, value[1])",
      to: "checkFloat(layout, value[0])",
    },
    {
      bug: 'a "c" takes several bytes',
      from: "layout.code === CHAR && bytes.length !== 1",
      to: "layout.code === CHAR && bytes.length < 1",
    },
    {
      bug: "a record takes more values than it has fields",
      from: "if (values.length !== fields.length)",
      to: "if (values.length < fields.length)",
      by: "test/unit/core/records.test.ts",
    },
    {
      bug: "a list is always true",
      from: "return value.length > 0;",
      to: "return true;",
      by: "test/unit/format/item.test.ts",
    },
    {
      bug: "a short string keeps what was behind it",
      from: "while (at < end)\n        view.setUint8(at++, 0);",
      to: "",
      by: "test/unit/format/item.test.ts",
    },
    {
      bug: "bytes of an integer are written in the machine's order",
      from: "return view.setUint32(offset, Number(value), littleEndian);",
      to: "return view.setUint32(offset, Number(value), true);",
      by: "test/unit/format/item.test.ts",
    },
  ],
  "format/codes.js": [
    {
      bug: '"<L" is signed',
      from: '["L", long(UINT64, UINT32)]',
      to: '["L", long(UINT64, INT32)]',
    },
    {
      bug: "a complex number is aligned to its size",
      from: '["Zd", row(COMPLEX128, 16, true, 8)]',
      to: '["Zd", row(COMPLEX128, 16, true, 16)]',
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: '"<n" is a format',
      from: "return { code, size: 8, standardSize: 0,",
      to: "return { code, size: 8, standardSize: 8,",
    },
  ],
  "format/parse.js": [
    {
      bug: '"^" has standard sizes',
      from: 'const isNativeSize = order === "@" || order === "^";',
      to: 'const isNativeSize = order === "@";',
      by: "test/unit/format/unaligned.test.ts",
    },
    {
      bug: "a nested record has no padding at its end",
      from: "const itemsize = roundUp(size, align);",
      to: "const itemsize = size;",
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: "struct pads at the end",
      from: "const { fields, size } = parseMembers(cursor);",
      to: "const { fields, ...rest } = parseMembers(cursor);\n    const size = roundUp(rest.size, rest.align);",
    },
    {
      bug: "a count of 0 does not align",
      from: 'if (cursor.order === "@") {',
      to: 'if (cursor.order === "@" && count > 0) {',
    },
    {
      bug: '"!" is little-endian',
      from: 'littleEndian: order !== ">" && order !== "!",',
      to: 'littleEndian: order !== ">",',
    },
    {
      bug: '"=" is native',
      from: 'native: order === "@" && character.native,',
      to: 'native: (order === "@" || order === "=") && character.native,',
    },
    {
      bug: '"@@I" is native',
      from: 'format.replace(/^@/, "")',
      to: 'format.replace(/^@+/, "")',
    },
    {
      bug: "padding after a value is forgotten",
      from: "field.layout.itemsize * product(field.shape) === size",
      to: "size > 0",
    },
    {
      bug: "two fields may have one name",
      from: "if (members.names.has(name))",
      to: "if (members.names.has(cursor))",
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: "a named count is several fields",
      from: "(count !== 1 && (name !== undefined || axes.shape.length > 0))",
      to: "(count !== 1 && axes.shape.length > 0)",
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: "the count of a string is a number of strings",
      from: "isText(layout.code) ? { shape, count: 1 } : axes",
      to: "axes",
    },
    {
      bug: "a format may claim more memory than there are numbers",
      from: "if (!Number.isSafeInteger(members.size)) {",
      to: "if (Number.isNaN(members.size)) {",
    },
  ],
  "format/names.js": [
    {
      bug: "uint64 is signed",
      from: '["uint64", "Q"]',
      to: '["uint64", "q"]',
      by: "test/unit/format/names.test.ts",
    },
  ],
};
