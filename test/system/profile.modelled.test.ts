/** The JavaScript tier: what libc has no part in, and everything where there are no hooks. */
import { describe, expect, test } from "vitest";
import { startProfile } from "zerocopy/profile";
import { wrongModels } from "../support/modelled.ts";
import { needsProfiler, record } from "../support/profiling.ts";

const fine = { isAdaptive: false, bytesPerSample: 8 * 1024 };

describe("beside the hooks", () => {
  test("each operation is charged what it writes, to its line, once", (context) => {
    needsProfiler(context);
    const { recording, status, stderr } = record("modelled.mjs", fine);
    expect([status, stderr, recording.reason]).toEqual([0, "", ""]);
    expect(wrongModels(recording)).toEqual([]);
  });
});

const typedArray = Object.getPrototypeOf(Uint8Array) as typeof Uint8Array;

/** What a program can ask of the functions that are wrapped. */
function looks(): unknown[] {
  return [
    [Buffer, "from"],
    [Buffer.prototype, "write"],
    [Buffer.prototype, "toString"],
    [Buffer.prototype, "toJSON"],
    [TextDecoder.prototype, "decode"],
    [TextEncoder.prototype, "encode"],
    [typedArray.prototype, "set"],
    [typedArray.prototype, "map"],
    [typedArray, "from"],
    [SharedArrayBuffer.prototype, "slice"],
  ].map(([owner, key]) => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(owner, key as string)!;
    const { name, length } = value as Function;
    return [name, length, flags];
  });
}

describe("what is wrapped", () => {
  test("has the name, the length and the flags that it had", () => {
    const before = looks();
    const profile = startProfile();
    const meanwhile = looks();
    profile.stop();
    expect(meanwhile).toEqual(before);
  });

  test("is put back, unless somebody else has replaced it meanwhile", () => {
    const { from } = Buffer;
    const { map } = typedArray.prototype;
    const profile = startProfile();
    expect(Buffer.from).not.toBe(from);
    const theirs = (): never => {
      throw new Error("theirs");
    };
    Object.defineProperty(typedArray.prototype, "map", { value: theirs });
    profile.stop();
    const found = typedArray.prototype.map;
    Object.defineProperty(typedArray.prototype, "map", { value: map });
    expect(Buffer.from).toBe(from);
    expect(found).toBe(theirs);
  });

  test("throws what it threw", () => {
    const attempts: (() => unknown)[] = [
      () => Buffer.from(1 as never),
      () => Buffer.from(undefined as never),
      () => Buffer.from("a".repeat(1000), "nonsense" as never),
      () => Buffer.alloc(9).write(null as never),
      () => Buffer.alloc(9).write("a".repeat(1000), 99),
      () => Buffer.alloc(999).toString("nonsense" as never),
      () => new TextDecoder("utf8", { fatal: true }).decode(Buffer.alloc(999, 255)),
      () => new TextDecoder().decode("text" as never),
      () => TextEncoder.prototype.encode.call({} as never, "a".repeat(999)),
      () => new Uint8Array(9).set(Array.from({ length: 99 }, () => 1)),
      () => new Uint8Array(9).set(null as never),
      () => new Uint8Array(9).map(null as never),
      () => typedArray.prototype.set.call({} as never, []),
      () => new SharedArrayBuffer(9).slice(Symbol("no") as never),
    ];
    const said = (attempt: () => unknown): unknown => {
      try {
        return attempt();
      } catch (error) {
        return [(error as Error).constructor.name, (error as Error).message];
      }
    };
    const before = attempts.map(said);
    const profile = startProfile();
    const meanwhile = attempts.map(said);
    profile.stop();
    expect(meanwhile).toEqual(before);
  });

  test("gives what it gave", () => {
    const text = `${"a".repeat(700)}é${"ж".repeat(300)}`;
    const bytes = Buffer.from(text);
    const results = (): unknown[] => [
      Buffer.from(text),
      Buffer.from(text, "utf16le"),
      Buffer.from(bytes.buffer, bytes.byteOffset, 5),
      Buffer.from([1, 2, 3]),
      Buffer.from({ length: 2, 0: 7, 1: 8 } as never),
      bytes.toString(),
      bytes.toString("base64", 3),
      bytes.toString("hex", -1, 5000),
      Buffer.alloc(2000).write(text, 4, "latin1"),
      Buffer.alloc(2000).write(text, 4, 9, "latin1"),
      bytes.toJSON(),
      new Uint8Array(bytes).map((byte, index) => byte + index),
      new Float64Array(bytes).filter((byte) => byte > 99),
      Uint16Array.from(bytes, (byte) => byte * 2),
      Uint16Array.from(new Set([1, 2])),
      new TextDecoder().decode(bytes),
      new TextDecoder().decode(),
      new TextEncoder().encode(text),
      new TextEncoder().encode(),
    ];
    const before = results();
    const profile = startProfile();
    const meanwhile = results();
    profile.stop();
    expect(meanwhile).toEqual(before);
  });
});
