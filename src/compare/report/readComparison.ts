/** A result of `--json`, read back: from anywhere, so every field is checked before it is shown. */
import { InputError } from "../chapter.ts";
import { chapters } from "../chapters.ts";
import type { Comparison } from "./comparison.ts";
import { oneLine } from "./format.ts";

/** @throws {InputError} that names the first field that is not as docs/compare.schema.json says. */
export function readComparison(text: string): Comparison {
  let value: unknown;
  try {
    value = JSON.parse(text, (_, field) => (typeof field === "string" ? oneLine(field) : field));
  } catch (error) {
    throw new InputError(`Cannot show a result: it is not JSON (${(error as Error).message})`);
  }
  comparison(value, "the result");
  return value as Comparison;
}

/** Throws unless `value` is right; `place` says where it stands. */
type Check = (value: unknown, place: string) => void;

function refuse(place: string, wanted: string): never {
  throw new InputError(`Cannot show a result: wanted ${place} to be ${wanted}`);
}

const number: Check = (value, place) => {
  if (typeof value !== "number" || !Number.isFinite(value)) refuse(place, "a number");
};
const text: Check = (value, place) => {
  if (typeof value !== "string") refuse(place, "a text");
};
const flag: Check = (value, place) => {
  if (typeof value !== "boolean") refuse(place, "true or false");
};
const word: Check = (value, place) => {
  if (typeof value !== "string" || !/^[\w-]+$/.test(value)) refuse(place, "one word");
};
const exactly =
  (wanted: string): Check =>
  (value, place) => {
    if (value !== wanted) refuse(place, JSON.stringify(wanted));
  };
const chapter: Check = (value, place) => {
  const known = chapters.map(({ id }) => id);
  if (!known.some((id) => id === value)) refuse(place, known.join(" or "));
};
const orNull =
  (check: Check): Check =>
  (value, place) => {
    if (value !== null) check(value, place);
  };
const either =
  (first: Check, second: Check): Check =>
  (value, place) => {
    (typeof value === "string" ? first : second)(value, place);
  };
const list =
  (check: Check): Check =>
  (value, place) => {
    if (!Array.isArray(value)) refuse(place, "a list");
    for (const [index, item] of value.entries()) check(item, `${place}[${index}]`);
  };
const filled =
  (check: Check): Check =>
  (value, place) => {
    check(value, place);
    if ((value as unknown[]).length === 0) refuse(place, "a list that is not empty");
  };
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, place) => {
    if (typeof value !== "object" || value === null) refuse(place, "an object");
    for (const [name, check] of Object.entries(fields)) {
      check((value as Record<string, unknown>)[name], `${place}.${name}`);
    }
  };
const all = (names: readonly string[], check: Check): Record<string, Check> =>
  Object.fromEntries(names.map((name) => [name, check]));

const figure = orNull(record(all(["median", "min", "max"], number)));

const sample = record({
  path: word,
  ...all(["bytes", "transfers", "wallSeconds", "cpuUserSeconds", "cpuSystemSeconds"], number),
  ...all(["copiedBytes", "kernelCalls", "voluntarySwitches", "involuntarySwitches"], number),
  ...all(["minorFaults", "majorFaults", "senderPid"], number),
  ...all(["readBytes", "writtenBytes", "copiesPerByte", "readCalls"], orNull(number)),
  ...all(["writeCalls", "peakRssBytes", "residentFraction"], orNull(number)),
});

const mechanism = record({
  ...all(["id", "path"], word),
  ...all(["label", "description"], text),
  ...all(["baseline", "contender"], flag),
  figures: record({
    ...all(["copiesPerByte", "cpuSecondsPerGB", "cpuUserSecondsPerGB"], figure),
    ...all(["cpuSystemSecondsPerGB", "cpuSecondsPerTransfer", "secondsPerTransfer"], figure),
    ...all(["bytesPerSecond", "peakRssBytes", "contextSwitches", "pageFaults"], figure),
    ioCalls: figure,
  }),
  samples: filled(list(sample)),
});

const comparison = record({
  schema: exactly("zerocopy.compare/1"),
  chapter,
  ...all(["command", "summary"], text),
  environment: record({
    ...all(["node", "system", "cpu", "fileSystem"], text),
    ...all(["cores", "memoryBytes"], number),
    addon: either(exactly("loaded"), record(all(["missing", "advice"], text))),
  }),
  situation: record({ cold: flag, concurrency: number, slowReader: flag }),
  rounds: number,
  runs: filled(
    list(
      record({
        input: record({
          ...all(["path", "sha256"], text),
          temporary: flag,
          ...all(["fileBytes", "offset", "bytes"], number),
        }),
        transfers: number,
        mechanisms: filled(list(mechanism)),
      }),
    ),
  ),
  notRun: list(record({ id: word, ...all(["label", "reason"], text) })),
});
