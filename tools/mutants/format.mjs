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
      from: "(magnitude / unit + 2 ** 52 - 2 ** 52)",
      to: "Math.round(magnitude / unit)",
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
      from: "let exponent = 0;",
      to: "let exponent = magnitude > 0 && magnitude < 2 ** -14 ? 0x400 : 0;",
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
      from: "view.getInt16(at, littleEndian)",
      to: "littleEndian ? view.getInt16(at, true) : view.getUint16(at)",
    },
    {
      bug: "the imaginary part of a complex64 is 8 bytes further",
      from: "view.getFloat32(offset + 4, littleEndian)",
      to: "view.getFloat32(offset + 8, littleEndian)",
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
      from: "product(inner) * layout.itemsize",
      to: "layout.itemsize",
      by: "test/unit/core/records.test.ts",
    },
    {
      bug: "a record of one value is a list",
      from: "first && fields.length === 1 && !named",
      to: "first && shape.length > 0",
    },
  ],
  "format/write.js": [
    {
      bug: "a native float32 that is too large is refused",
      from: "code === FLOAT32 ? !native :",
      to: "code === FLOAT32 ? true :",
    },
    {
      bug: "128 is a signed byte",
      from: "const end = isSigned ? count / 2 : count;",
      to: "const end = isSigned ? count / 2 + 1 : count;",
    },
    {
      bug: "2^64 is an unsigned integer",
      from: "integer >= end",
      to: "integer > end",
    },
    {
      bug: "pointers are not negative",
      from: "isSigned || code === POINTER ?",
      to: "isSigned ?",
    },
    {
      bug: "a bigint beyond all doubles is infinite",
      from: 'if (typeof value === "bigint")\n            return OUT_OF_RANGE;',
      to: "",
    },
    {
      bug: "only the real part of a complex number is checked",
      from: "writeFloat(layout, target, middle, parts[1])",
      to: "(writeFloat(layout, target, middle, parts[1]), OK)",
    },
    {
      bug: 'a "c" takes several bytes',
      from: "code === CHAR && bytes.length !== 1",
      to: "code === CHAR && bytes.length < 1",
    },
    {
      bug: "a record takes more values than it has fields",
      from: "isList && value.length !== fields.length",
      to: "isList && value.length < fields.length",
      by: "test/unit/core/records.test.ts",
    },
    {
      bug: "a list is always true",
      from: "return list?.length !== 0;",
      to: "return true;",
      by: "test/unit/format/item.test.ts",
    },
    {
      bug: "a short string keeps what was behind it",
      from: "(bytes[i - from] ?? 0)",
      to: "(bytes[i - from] ?? view.getUint8(offset + i))",
      by: "test/unit/format/item.test.ts",
    },
    {
      bug: "bytes of an integer are written in the machine's order",
      from: "target?.setUint32(offset, Number(integer), littleEndian);",
      to: "target?.setUint32(offset, Number(integer), true);",
      by: "test/unit/format/item.test.ts",
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
      from: "itemsize: roundUp(size, align),",
      to: "itemsize: size,",
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
      from: 'native: order === "@" && ',
      to: 'native: (order === "@" || order === "=") && ',
    },
    {
      bug: '"@@I" is native',
      from: "format === `@${layout.format}`",
      to: 'format.replace(/^@+/, "@") === `@${layout.format}`',
    },
    {
      bug: "padding after a value is forgotten",
      from: "only.layout.itemsize !== itemsize",
      to: "itemsize === 0",
    },
    {
      bug: "two fields may have one name",
      from: "if (members.names.has(name))",
      to: "if (members.names.has(cursor))",
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: "a named count is several fields",
      from: "count > cursor.maxSpelt || name !== undefined || axes.length > 0",
      to: "count > cursor.maxSpelt || axes.length > 0",
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: "the count of a string is a number of strings",
      from: "isText(layout.code) ? 1 : count",
      to: "count",
    },
    {
      bug: "a format may claim more memory than there are numbers",
      from: "if (!hasRoom || !Number.isSafeInteger(members.size))",
      to: "if (!hasRoom)",
    },
    {
      bug: '"<L" is signed',
      from: '.replace("L", "I")',
      to: '.replace("L", "i")',
    },
    {
      bug: "a complex number is aligned to its size",
      from: "isComplex ? size / 2 : size",
      to: "size",
      by: "test/unit/format/parse.test.ts",
    },
    {
      bug: '"<n" is a format',
      from: '"nNP".includes(name)',
      to: '"NP".includes(name)',
    },
  ],
  "format/names.js": [
    {
      bug: "int64 is unsigned",
      from: '.replace("big", "")',
      to: '.replace("bigu", "")',
      by: "test/unit/format/names.test.ts",
    },
  ],
};
