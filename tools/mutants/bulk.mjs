// Bugs in work on many items: copying, filling, comparing, searching, text.

export const bulk = {
  "core/copy.js": [
    {
      bug: "overlap is looked for from the first item on only",
      from: "ofA.low < apart + ofB.high && apart + ofB.low < ofA.high",
      to: "0 < apart + ofB.high && apart < ofA.high",
    },
    {
      bug: "two SharedArrayBuffers are never one memory",
      from: " && !(isShared(left.buffer) && isShared(right.buffer))",
      to: "",
      by: "test/unit/core/assigning.test.ts",
    },
    {
      bug: "items with gaps are copied in one piece when the target has none",
      from: "isCContiguous(source) && isCContiguous(target)",
      to: "isCContiguous(target)",
    },
    {
      bug: "long rows are copied in one piece into a target with gaps",
      from: "aColumn === 1 && bColumn === 1 && columns",
      to: "aColumn === 1 && columns",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "rows of a run are all the first",
      from: "window(source, (a + row * plane.aRow) * unit,",
      to: "window(source, a * unit,",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "bytes: tiles after the first read from the first",
      inside: "function moveBytes(",
      from: "(a + row * aRow + left * aStep) | 0",
      to: "(a + row * aRow) | 0",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "doubles: tiles after the first read from the first",
      inside: "function moveDoubles(",
      from: "(a + row * aRow + left * aStep) | 0",
      to: "(a + row * aRow) | 0",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "halves: tiles after the first write to the first",
      inside: "function moveHalves(",
      from: "(b + row * bRow + left * bStep) | 0",
      to: "(b + row * bRow) | 0",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "words: the last column of a tile is not copied",
      inside: "function moveWords(",
      from: "Math.min(left + block, columns)",
      to: "Math.min(left + block - 1, columns)",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "copies are not counted",
      inside: "export function copyItems(",
      from: "counted[0] += moveItems",
      to: "moveItems",
      by: "test/unit/core/assigning.test.ts",
    },
  ],
  "core/loops.js": [
    {
      bug: "strides do not limit the unit",
      from: "itemsize, ...strides]",
      to: "itemsize]",
    },
    {
      bug: "the offset of the window does not limit the unit",
      from: "[bytes.byteOffset + offset,",
      to: "[offset,",
    },
    {
      bug: "the second operand does not limit the unit",
      from: "of [a, b])",
      to: "of [a])",
    },
    {
      bug: "a plane that differs does not end a comparison",
      from: "if (!descend(depth + 1, atA + i * axis.a, atB + i * axis.b))\n                return false;",
      to: "descend(depth + 1, atA + i * axis.a, atB + i * axis.b);",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "the second half of what is huge is the first",
      from: "part(a, from, size), part(b, from, size)",
      to: "part(a, 0, size), part(b, 0, size)",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "of an odd number of huge rows one is left out",
      from: "from === 0 ? half : shape[axis] - half",
      to: "half",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "a region that goes backwards begins at its first item",
      from: "first: (0 - low) / walk.unit",
      to: "first: 0",
    },
  ],
  "core/assigning.js": [
    {
      bug: "overlap is no concern when the target is packed",
      from: "isCContiguous(from) && isCContiguous(to)",
      to: "isCContiguous(to)",
    },
    {
      bug: "items of one size are copied whatever their format",
      from: "left.character === right.character && ",
      to: "",
    },
    {
      bug: "shapes of one number of items are the same",
      from: "!sameShape(shapeOf(source), shape)",
      to: "shapeOf(source).reduce((a, b) => a * b, 1) !== shape.reduce((a, b) => a * b, 1)",
    },
    {
      bug: "filling fills the gaps",
      from: "if (isC(target))\n        fillPattern",
      to: "if (isC(target) || shape.length === 1)\n        fillPattern",
      by: "test/unit/core/assigning.test.ts",
    },
  ],
  "core/accelerate.js": [
    {
      bug: "long memory that compares greater is equal",
      from: "native.compare(a, b) === 0",
      to: "native.compare(a, b) >= 0",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "without Buffer, a match that begins within a failed one is not found",
      from: "at = bytes.indexOf(first, at + 1);",
      to: "at = bytes.indexOf(first, at + needle.length);",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "without Buffer, a match at the end of the range is not found",
      from: "to < bytes.length ? bytes.subarray(0, to) : bytes",
      to: "bytes.subarray(0, to - 1)",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "without Buffer, a last match at the start of the range is not found",
      from: "at >= from; at -= 1",
      to: "at > from; at -= 1",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "with Buffer, a last match is told from the start of the range",
      from: "return found < 0 ? -1 : found + from;",
      to: "return found;",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "without Buffer, a pattern is its first byte",
      from: "pattern[i % pattern.length]",
      to: "pattern[0]",
      by: "test/unit/core/assigning.test.ts",
    },
  ],
  "core/comparing.js": [
    {
      bug: "floats are compared as bytes: NaN is equal, -0 and 0 are not",
      from: "(code < FLOAT16 || code === POINTER)",
      to: "(code <= FLOAT64 || code === POINTER)",
    },
    {
      bug: "truth values are compared as bytes",
      from: " && code !== BOOL",
      to: "",
      by: "test/unit/core/comparing.test.ts",
    },
    {
      bug: "byte order does not matter",
      from: "left.code === right.code && left.littleEndian === right.littleEndian",
      to: "left.code === right.code",
    },
    {
      bug: "formats that struct does not know are compared",
      from: "if (!(same && left.native && right.native) && !(left.struct && right.struct))",
      to: "if (!same && !(left.struct && right.struct))",
    },
    {
      bug: "of different formats both have the strides of one",
      from: "b: other.strides[axis]",
      to: "b: strides[axis]",
    },
    {
      bug: "floats need be aligned in one operand only",
      from: "commonUnit(regionOf(a), regionOf(b), unit)",
      to: "commonUnit(regionOf(a), regionOf(a), unit)",
      by: "test/unit/core/comparing.test.ts",
    },
    {
      bug: "bigints are compared as doubles",
      from: "return a == b;",
      to: "return Number(a) === Number(b);",
    },
    {
      bug: "complex numbers of another imaginary part are equal",
      from: "a.every((x, i) => equalValues(x, b[i]))",
      to: "equalValues(a[0], b[0])",
    },
    {
      bug: "doubles: the first of four items is not compared",
      inside: "function equalDoubles(",
      from: "column += 4) {\n                    if (from[at] !== to[other])\n                        return false;",
      to: "column += 4) {",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "doubles: what is left after groups of four is not compared",
      inside: "function equalDoubles(",
      from: "for (; column < right; column += 1) {",
      to: "for (; column < right - 1; column += 1) {",
      by: "test/unit/core/loops.test.ts",
    },
    {
      bug: "wide rows of bytes are compared up to the first tile",
      inside: "function equalOctets(",
      from: "left += block",
      to: "left += columns",
      by: "test/unit/core/loops.test.ts",
    },
  ],
  "core/hex.js": [
    {
      bug: "groups are counted from the start",
      from: "(group > 0 && length % size) || size",
      to: "size",
    },
    {
      bug: "a first group that is full is left out",
      from: "(group > 0 && length % size) || size",
      to: "group > 0 ? length % size : size",
    },
    {
      bug: "a separator beyond ASCII is taken",
      from: "code < 0x80 && more.length === 0",
      to: "more.length === 0",
    },
  ],
  "core/searching.js": [
    {
      bug: "a search from before the beginning finds nothing",
      from: "Math.max(0, index < 0 ? index + length : index)",
      to: "index < 0 ? index + length : index",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "endsWith looks before the range",
      from: "room >= 0 &&",
      to: "(room >= 0 || before(room) < 0) &&",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "startsWith looks behind the range",
      from: "room >= 0 &&",
      to: "(room >= 0 || before(room) === 0) &&",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "split splits once more than told",
      from: "return limit < 0 ? Infinity : limit;",
      to: "return limit < 0 ? Infinity : limit + 1;",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "vertical tabs are no white space",
      from: "byte >= 9 && byte <= 13",
      to: "byte >= 9 && byte <= 13 && byte !== 11",
      by: "test/unit/core/whiteSpace.test.ts",
    },
    {
      bug: "the last of some words loses what follows it",
      inside: "function splitWords(",
      from: "parts.push(cut(from, bytes.length));",
      to: "",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "strip leaves one byte at the end",
      from: "drop(bytes[to - 1])",
      to: "drop(bytes[to - 2])",
      by: "test/unit/core/searching.test.ts",
    },
  ],
  "core/decoding.js": [
    {
      bug: "ASCII takes UTF-8",
      from: 'name === "utf-8" || text.length === bytes.length',
      to: "name",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "surrogates are UTF-8",
      from: "lead === 0xed ? 0x9f : ",
      to: "",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "an overlong lead byte starts a sequence",
      from: "lead < 0xc2",
      to: "lead < 0xc0",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "a sequence that ends early is replaced byte by byte",
      from: 'errors === "replace" ? start + 1 : at',
      to: "at",
      by: "test/unit/core/searching.test.ts",
    },
    {
      bug: "valid text between errors is lost",
      from: "text += utf8Text(bytes.subarray(from, start));",
      to: "",
      by: "test/unit/core/searching.test.ts",
    },
  ],
  "core/geometry.js": [
    {
      bug: "axes are merged by the second operand alone",
      from: "outer.a === a * size && ",
      to: "",
    },
    {
      bug: "axes of one operand are merged by the first alone",
      from: " && outer.b === b * size",
      to: "",
      by: "test/unit/core/loops.test.ts",
    },
  ],
};
