// Bugs in the loops behind the methods of bytes: searching, replacing, case, digits, text.

const searching = "test/unit/core/searchingBytes.test.ts";
const replacing = "test/unit/core/replacing.test.ts";
const letters = "test/unit/core/letters.test.ts";
const refusals = "test/unit/core/sequenceRefusals.test.ts";
const hex = "test/unit/core/hex.test.ts";
const base64 = "test/unit/core/base64.test.ts";
const encoding = "test/unit/core/encoding.test.ts";

export const bytesMethods = {
  "core/searching.js": [
    {
      bug: "counting by words forgets the last byte",
      inside: "function countByte",
      from: "at < bytes.length",
      to: "at + 1 < bytes.length",
      by: searching,
    },
    {
      bug: "counting by words overflows its counters",
      from: "at + 1020",
      to: "at + 1028",
      by: searching,
    },
    {
      bug: "a byte that differs in its highest bit is counted",
      from: "+ 0x7f7f7f7f) | word)",
      to: "+ 0x7f7f7f7f))",
      by: searching,
    },
    {
      bug: "bytes after the last word are not counted",
      inside: "function countByte(",
      from: "for (; at < bytes.length; at += 1)",
      to: "for (; at < bytes.length - 1; at += 1)",
      by: searching,
    },
    {
      bug: "bytes near the start are counted twice when there are few",
      from: "eachMatch(rest, sub",
      to: "eachMatch(window, sub",
      by: searching,
    },
    {
      bug: "matches overlap",
      from: "at += needle.length;",
      to: "at += 1;",
      by: searching,
    },
    {
      bug: "rsplit splits once more than told",
      from: "while (parts.length < limit)",
      to: "while (parts.length <= limit)",
      by: searching,
    },
    {
      bug: "rsplit looks beyond what it cut off",
      from: "lastIndexOfBytes(bytes, sub, 0, to)",
      to: "lastIndexOfBytes(bytes, sub, 0, bytes.length)",
      by: searching,
    },
    {
      bug: "words from the end keep one more",
      inside: "function rsplitWords(",
      from: "if (parts.length === most)",
      to: "if (parts.length > most)",
      by: searching,
    },
    {
      bug: "\\r\\n ends two lines",
      from: "bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1",
      to: "1",
      by: searching,
    },
    {
      bug: "the last line has an end that is not there",
      from: "Math.min(next, bytes.length)",
      to: "next",
      by: searching,
    },
    {
      bug: "lstrip strips the end, too",
      from: "if (sides & END)",
      to: "if (sides)",
      by: searching,
    },
    {
      bug: "an empty separator splits",
      from: "if (sub.length === 0)\n            throw cannot",
      to: "if (sub.length < 0)\n            throw cannot",
      by: refusals,
    },
  ],
  "core/accelerate.js": [
    {
      bug: "of two beginnings the longer comes first",
      from: "Math.sign(a.length - b.length)",
      to: "Math.sign(b.length - a.length)",
      by: searching,
    },
    {
      bug: "bytes above 127 come first",
      from: "a[i] < b[i] ? -1 : 1",
      to: "(a[i] << 24) < (b[i] << 24) ? -1 : 1",
      by: searching,
    },
  ],
  "core/replacing.js": [
    {
      bug: "translate by words loses the third byte of each",
      from: "lanes[512 + ((word >>> 16) & 255)]",
      to: "lanes[512 + ((word >> 8) & 255)]",
      by: replacing,
    },
    {
      bug: "translate by words leaves the rest as it is",
      from: "for (let i = words.length * 4; i < result.length; i += 1)",
      to: "for (let i = words.length * 4; i < 0; i += 1)",
      by: replacing,
    },
    {
      bug: "bytes to drop that become 0 are kept",
      from: "steps[byte] = 0;",
      to: "steps[byte] = 0x100;",
      by: replacing,
    },
    {
      bug: "dropping forgets the bytes after the last word",
      inside: "export function dropBytes(",
      from: "for (; i < length; i += 1)",
      to: "for (; i + 1 < length; i += 1)",
      by: replacing,
    },
    {
      bug: "dropping forgets the table",
      from: "(steps[i] = byte | 0x100)",
      to: "(steps[i] = i | 0x100)",
      by: replacing,
    },
    {
      bug: "nothing is not replaced at the end",
      from: "at <= bytes.length && at < most",
      to: "at < bytes.length && at < most",
      by: replacing,
    },
    {
      bug: "one byte is replaced as often as it is there, whatever was told",
      from: "next.length === 1 && most === Infinity",
      to: "next.length === 1",
      by: replacing,
    },
    {
      bug: "a separator comes after each part",
      from: "if (index > 0)",
      to: "if (index >= 0)",
      by: replacing,
    },
    {
      bug: "one byte is repeated once",
      from: "return result.fill(bytes[0]);",
      to: "return result.fill(bytes[0], 0, 1);",
      by: replacing,
    },
    {
      bug: "zeros come before the sign",
      from: "zeros > 0 && (sign === 43 || sign === 45)",
      to: "zeros > 0 && sign === 43",
      by: replacing,
    },
    {
      bug: "tabs are as wide as told, wherever they are",
      from: "size - (column % size)",
      to: "size",
      by: replacing,
    },
    {
      bug: "lines that end with \\r have no columns of their own",
      from: "byte === 10 || byte === 13 ? 0",
      to: "byte === 10 ? 0",
      by: replacing,
    },
    {
      bug: "of equal sources of a table the first counts",
      from: "sources.forEach((source, i) => (table[source] = targets[i]));",
      to: "sources.forEach((_, i) => (table[sources.at(-1 - i)] = targets.at(-1 - i)));",
      by: replacing,
    },
  ],
  "core/copy.js": [
    {
      bug: "the last bytes of a run are not copied",
      from: "to.setFloat64(last + shift, from.getFloat64(last, true), true);",
      to: "",
      by: replacing,
    },
    {
      bug: "copies of short spans are not counted",
      inside: "export function copySpan(",
      from: "counted[0] += length;",
      to: "if (length > shortSpan)\n        counted[0] += length;",
      by: replacing,
    },
  ],
  "core/letters.js": [
    {
      bug: "z is no letter",
      from: "byte >= 97 && byte <= 122",
      to: "byte >= 97 && byte < 122",
      by: letters,
    },
    {
      bug: "bytes above 127 are ASCII",
      from: "if (byte > 127)",
      to: "if (byte > 128)",
      by: letters,
    },
    {
      bug: "one capital makes bytes upper case",
      from: "(found & LETTER) === wanted",
      to: "(found & wanted) !== 0",
      by: letters,
    },
    {
      bug: "digits end no run of letters",
      from: "if (i === 0 || !(kinds[bytes[i - 1]] & LETTER))",
      to: "if (i === 0 || !(kinds[bytes[i - 1]] & (LETTER | DIGIT)))",
      by: letters,
    },
    {
      bug: "no letters are in title case",
      from: "return found !== 0;",
      to: "return true;",
      by: letters,
    },
    {
      bug: "capitalize leaves the rest as it is",
      inside: "export function capitalize(",
      from: "const result = lower(bytes);",
      to: "const result = bytes.slice();",
      by: letters,
    },
  ],
  "core/hex.js": [
    {
      bug: "white space may stand within a pair of digits",
      from: "const low = at < text.length ? values[text[at]] : -1;",
      to: "while (text[at] === 32)\n            at += 1;\n        const low = at < text.length ? values[text[at]] : -1;",
      by: hex,
    },
    {
      bug: "white space among digits is an error",
      from: "if (high < 0 && isSpace(code))",
      to: "if (high < 0 && code === 32)",
      by: hex,
    },
    {
      bug: "a last single digit is read as if 0 followed",
      from: ": -1;\n        if (high < 0",
      to: ": 0;\n        if (high < 0",
      by: hex,
    },
    {
      bug: "digits with spaces leave zeros behind",
      from: "return size === bytes.length ? bytes : ",
      to: "return size <= bytes.length ? bytes : ",
      by: hex,
    },
  ],
  "core/base64.js": [
    {
      bug: "bits beyond the last byte are taken",
      from: "if (bits & ((1 << over) - 1))",
      to: "if (over > 2 && bits & ((1 << over) - 1))",
      by: base64,
    },
    {
      bug: "text without padding is taken",
      from: "(url && end === text.length && end % 4 > 1)",
      to: "(end === text.length && end % 4 > 1)",
      by: base64,
    },
    {
      bug: "one character of a group is taken",
      from: "end % 4 > 1)",
      to: "end % 4 > 0)",
      by: base64,
    },
    {
      bug: "three characters of padding are taken",
      from: "end > text.length - 2",
      to: "end > text.length - 3",
      by: base64,
    },
    {
      bug: "text for URLs is padded",
      from: "new Uint8Array(url ? size : ",
      to: "new Uint8Array(url && size === 0 ? size : ",
      by: base64,
    },
  ],
  "core/encoding.js": [
    {
      bug: "an error is where its run begins, whatever was treated",
      from: "start += character.length;",
      to: "",
      by: encoding,
    },
    {
      bug: "surrogatepass lets characters through that Latin-1 lacks",
      from: 'isUtf8 && errors === "surrogatepass"',
      to: 'errors === "surrogatepass"',
      by: encoding,
    },
    {
      bug: "ASCII has U+0080",
      from: "\\u0080-",
      to: "\\u0081-",
      by: "test/unit/core/bytesText.test.ts",
    },
  ],
  "core/encodings.js": [
    {
      bug: "case of names counts",
      from: '/[a-z\\d.]+/gi)\n        ?.join("_")\n        .toLowerCase()',
      to: '/[a-z\\d.]+/gi)\n        ?.join("_")',
      by: encoding,
    },
    {
      bug: "ASCII bytes are escaped as surrogates",
      from: "isText ? 1 : 0x1b9",
      to: "isText ? 0 : 0x1b9",
      by: encoding,
    },
    {
      bug: "characters beyond U+FFFF are escaped as if they were not",
      from: "code < 0x10000 ?",
      to: "code < 0x100000 ?",
      by: encoding,
    },
  ],
};
