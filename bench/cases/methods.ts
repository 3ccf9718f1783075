/**
 * Methods of bytes beside CPython's, on 1 MiB of lines as a server logs them and of random bytes.
 * *Dense*: hits every few bytes, so that a hit's cost counts; *sparse*: the cost of what is between.
 */
import { Bytes, bytes } from "zerocopy";
import type { Case, Prepare } from "../case.ts";
import { logLines, randomBytes } from "../corpus.ts";

const lengthBytes = 1024 * 1024;
const corpora = {
  lines: () => logLines(1, lengthBytes),
  binary: () => randomBytes(1, lengthBytes),
};

/** A method, and the same in the plainest way: on text with a character for every byte. */
interface Method {
  /** The function of cpython.py. */
  readonly python: string;
  readonly run: (data: Bytes, one: Bytes, other: Bytes) => unknown;
  readonly plain: (text: string, one: string, other: string) => unknown;
}

const find: Method = {
  python: "find",
  run: (data, wanted) => data.find(wanted),
  plain: (text, wanted) => text.indexOf(wanted),
};

/** All places, by a call each. */
const findEvery: Method = {
  python: "find_every",
  run: (data, wanted) => sumOfPlaces((from) => data.find(wanted, from)),
  plain: (text, wanted) => sumOfPlaces((from) => text.indexOf(wanted, from)),
};

const count: Method = {
  python: "count",
  run: (data, wanted) => data.count(wanted),
  plain: (text, wanted) => text.split(wanted).length - 1,
};

const split: Method = {
  python: "split",
  run: (data, separator) => data.split(separator),
  plain: (text, separator) => text.split(separator).map((part) => toBytes(part)),
};

const splitWords: Method = {
  python: "split_words",
  run: (data) => data.split(),
  plain: (text) =>
    text
      .trim()
      .split(/[ \n]+/)
      .map((word) => toBytes(word)),
};

const replace: Method = {
  python: "replace",
  run: (data, old, next) => data.replace(old, next),
  plain: (text, old, next) => toBytes(text.replaceAll(old, next)),
};

const translate: Method = {
  python: "translate",
  run: (data, table) => data.translate(table),
  plain: (text, table) => toBytes(text, (byte) => table.charCodeAt(byte)),
};

/** Without some bytes. */
const drop: Method = {
  python: "drop",
  run: (data, dropped) => data.translate(null, dropped),
  plain: (text, dropped) =>
    toBytes(dropped.split("").reduce((rest, one) => rest.replaceAll(one, ""), text)),
};

const capitals = textOf(
  Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte)),
);
const inverted = textOf(Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte));

interface Work {
  readonly name: `${string}-${keyof typeof corpora}-${string}`;
  readonly method: Method;
  readonly arguments: readonly [one?: string, other?: string];
  /** The bar, in times of CPython's: 2 for all, 1 for half of them. */
  readonly max: number;
}

const works: readonly Work[] = [
  { name: "find-lines-sparse", method: find, arguments: ['" 500 65'], max: 2 },
  { name: "find-lines-absent", method: find, arguments: ["HTTP/1.1 999"], max: 2 },
  { name: "find-lines-dense", method: findEvery, arguments: ["\n"], max: 1 },
  { name: "find-binary-absent", method: find, arguments: ["\x89PNG\r\n\x1a\n"], max: 2 },
  { name: "find-binary-dense", method: findEvery, arguments: ["\0"], max: 1 },
  { name: "count-lines-sparse", method: count, arguments: ['" 500 '], max: 1 },
  { name: "count-lines-dense", method: count, arguments: [" "], max: 1 },
  { name: "count-binary-sparse", method: count, arguments: ["\0\0\x01"], max: 1 },
  { name: "count-binary-dense", method: count, arguments: ["\0"], max: 1 },
  { name: "split-lines-sparse", method: split, arguments: ['" 500 '], max: 1 },
  { name: "split-lines-newline", method: split, arguments: ["\n"], max: 1 },
  { name: "split-lines-words", method: splitWords, arguments: [], max: 2 },
  { name: "split-binary-sparse", method: split, arguments: ["\0\0"], max: 1 },
  { name: "split-binary-dense", method: split, arguments: ["\0"], max: 1 },
  { name: "replace-lines-sparse", method: replace, arguments: ['" 500 ', '" 503 '], max: 1 },
  { name: "replace-lines-longer", method: replace, arguments: ["\n", "\r\n"], max: 2 },
  { name: "replace-lines-byte", method: replace, arguments: [" ", "\t"], max: 2 },
  { name: "replace-binary-sparse", method: replace, arguments: ["\0\0", "\0\x01\0"], max: 1 },
  { name: "replace-binary-removed", method: replace, arguments: ["\0", ""], max: 2 },
  { name: "translate-lines-capitals", method: translate, arguments: [capitals], max: 2 },
  { name: "translate-lines-dropped", method: drop, arguments: ["0123456789"], max: 2 },
  { name: "translate-binary-inverted", method: translate, arguments: [inverted], max: 2 },
  { name: "translate-binary-dropped", method: drop, arguments: ["\0"], max: 2 },
];

function caseOf({ name, method, arguments: words, max }: Work): Case {
  return {
    name,
    item: "KiB",
    measure: "time",
    bars: [{ subject: "zerocopy", against: ["cpython"], max }],
    open() {
      const [, corpus = ""] = name.split("-");
      const input = corpora[corpus as keyof typeof corpora]();
      const [one = "", other = ""] = words;
      const zerocopy: Prepare = () => {
        const data = bytes(input);
        const [first, second] = [bytes(toBytes(one)), bytes(toBytes(other))];
        return () => method.run(data, first, second);
      };
      return {
        items: lengthBytes / 1024,
        expected: () => method.plain(textOf(input), one, other),
        subjects: {
          zerocopy,
          "zerocopy without Buffer": { withoutBuffer: zerocopy },
          cpython: {
            python: method.python,
            input,
            arguments: words.map((word = "") => toBytes(word)),
          },
        },
      };
    },
  };
}

function sumOfPlaces(findFrom: (from: number) => number): number {
  let sum = 0;
  for (let at = findFrom(0); at >= 0; at = findFrom(at + 1)) sum += at;
  return sum;
}

/** A character for every byte; without Buffer, which a browser has not. */
function textOf(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
}

function toBytes(text: string, map?: (byte: number) => number): Uint8Array {
  const data = new Uint8Array(text.length);
  for (let i = 0; i < data.length; i++) data[i] = text.charCodeAt(i);
  return map ? data.map(map) : data;
}

export const cases: readonly Case[] = works.map(caseOf);
