/**
 * Every short input of chosen bytes and characters, and random longer ones, through CPython 3.14 and through
 * ours. `ORACLE_SEED=…` repeats a run.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { loadPython } from "../../tools/vectors/pyodide.mjs";
import { base64Of, bytesOfBase64 } from "../../src/core/base64.ts";
import { decodeBytes } from "../../src/core/decoding.ts";
import type { DecodeErrors } from "../../src/core/decoding.ts";
import { encodeText } from "../../src/core/encoding.ts";
import type { EncodeErrors } from "../../src/core/encoding.ts";
import { bytesOfHex, hexOf } from "../../src/core/hex.ts";

interface Failed {
  readonly error: string;
  readonly encoding?: string;
  readonly start?: number;
  readonly end?: number;
  readonly reason?: string;
}

type Answer = string | { readonly hex: string } | Failed;
type Cases = readonly (readonly [given: string, answer: Answer])[];

const seed = Number(process.env["ORACLE_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
let ask: (question: string, ...args: unknown[]) => Cases;

beforeAll(async () => {
  console.log(`ORACLE_SEED=${seed}`);
  const python = await loadPython();
  python.runPython("import transcoding");
  ask = (question, ...args) => {
    const given = args.map((arg) => JSON.stringify(arg)).join(", ");
    return JSON.parse(python.runPython(`transcoding.${question}(${given})`) as string) as Cases;
  };
}, 300_000);

/** Ours, in the form of CPython's. */
function answer(call: () => string | Uint8Array): Answer {
  try {
    const result = call();
    return typeof result === "string" ? result : { hex: hexOf(result) };
  } catch (error) {
    const { name, encoding, start, end, reason } = error as Error & Failed;
    return encoding === undefined
      ? { error: name }
      : ({ error: name, encoding, start, end, reason } as Failed);
  }
}

/** Where a code unit lies, in characters: so Python counts. */
function inCharacters(text: string, found: Answer): Answer {
  if (typeof found === "string" || !("start" in found)) return found;
  const before = (unit = 0): number => Array.from(text.slice(0, unit)).length;
  return { ...found, start: before(found.start), end: before(found.end) };
}

function expectSame(cases: Cases, ours: (given: string) => Answer): void {
  expect(cases.length).toBeGreaterThan(10);
  const different = cases.flatMap(([given, wanted]) => {
    const [found, right] = [JSON.stringify(ours(given)), JSON.stringify(wanted)];
    return found === right ? [] : [`${JSON.stringify(given)}: ${found}, CPython: ${right}`];
  });
  expect(different.slice(0, 5), `${different.length} of ${cases.length}`).toEqual([]);
}

const encodings = ["utf-8", "latin-1", "ascii"];

describe.each(encodings)("%s", (encoding) => {
  test.each([
    "strict",
    "ignore",
    "replace",
    "backslashreplace",
    "surrogateescape",
    "surrogatepass",
    "xmlcharrefreplace",
    "namereplace",
    "nothing",
  ])("decodes, %s", (errors) => {
    expectSame(ask("decoded", encoding, errors, seed), (hex) =>
      answer(() => decodeBytes(bytesOfHex(hex), encoding, errors as DecodeErrors)),
    );
  });

  test.each([
    "strict",
    "ignore",
    "replace",
    "backslashreplace",
    "surrogateescape",
    "surrogatepass",
    "xmlcharrefreplace",
    "nothing",
  ])("encodes, %s", (errors) => {
    expectSame(ask("encoded", encoding, errors, seed), (text) =>
      inCharacters(
        text,
        answer(() => encodeText(text, encoding, errors as EncodeErrors)),
      ),
    );
  });
});

test("knows encodings by CPython's names", () => {
  const words = [
    "utf",
    "u",
    "8",
    "latin",
    "l",
    "1",
    "iso",
    "8859",
    "us",
    "ascii",
    "cp819",
    "646",
    "ir",
    "ibm",
    "367",
  ];
  const names = words.flatMap((a) =>
    words.flatMap((b) => [a, `${a}${b}`, `${a}-${b}`, `_${a} ${b}.`]),
  );
  const others = [
    "UTF8",
    "Latin_1",
    "ISO-8859-1",
    "iso8859-1",
    "iso_8859-1-1",
    "utf--8",
    "",
    "-",
    "utf\u00ad8",
  ];
  expectSame(ask("named", JSON.stringify([...names, ...others])), (name) =>
    answer(() => encodeText("A", name)),
  );
});

test("reads hexadecimal digits", () => {
  expectSame(ask("of_hex"), (text) => answer(() => bytesOfHex(text)));
});

test("reads base64, but for bits after the last byte, which CPython ignores", () => {
  const strict = ask("of_base64").map(([text, found]): Cases[number] => {
    const isBytes = typeof found !== "string" && "hex" in found;
    return isBytes && base64Of(bytesOfHex(found.hex)) !== text
      ? [text, { error: "ValueError" }]
      : [text, found];
  });
  expectSame(strict, (text) => answer(() => bytesOfBase64(text)));
});
