/** Growing at the end: many small pieces, and single bytes. What was grown is looked at once, unmeasured. */
import { bytearray } from "zerocopy";
import type { Case } from "../case.ts";
import { randomBytes } from "../corpus.ts";
import { peer } from "../package.ts";

const pieces = 1024;
const pieceBytes = 64;
/** So often every piece is appended. */
const laps = 1024;
const appends = laps * pieces;

/** What a person writes instead. */
class DoublingBuffer {
  memory: Buffer = Buffer.allocUnsafe(64);
  length = 0;

  append(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.memory.length) this.grow(length);
    this.memory.set(bytes, this.length);
    this.length = length;
  }

  appendByte(value: number): void {
    if (this.length === this.memory.length) this.grow(this.length + 1);
    this.memory[this.length++] = value;
  }

  private grow(length: number): void {
    const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.memory.length));
    larger.set(this.memory.subarray(0, this.length));
    this.memory = larger;
  }

  contents(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }
}

const append64: Case = {
  name: "append-64B",
  item: "append of 64 B, a million of them",
  measure: "time",
  bars: [
    { subject: "zerocopy", against: ["doubling Buffer"], max: 1.15 },
    { subject: "zerocopy", against: ["bl"], max: 0.35 },
  ],
  open() {
    const corpus = randomBytes(1, pieces * pieceBytes);
    const buffer = Buffer.from(corpus.buffer);
    const chunks = Array.from({ length: pieces }, (_, index) =>
      buffer.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    );
    return {
      items: appends,
      expected: () => Buffer.alloc(laps * corpus.length, corpus),
      subjects: {
        zerocopy: () => () => {
          const grown = bytearray();
          for (let lap = 0; lap < laps; lap++) for (const chunk of chunks) grown.extend(chunk);
          return () => grown;
        },
        "doubling Buffer": () => () => {
          const grown = new DoublingBuffer();
          for (let lap = 0; lap < laps; lap++) for (const chunk of chunks) grown.append(chunk);
          return () => grown.contents();
        },
        "array, then Buffer.concat": () => () => {
          const parts: Buffer[] = [];
          for (let lap = 0; lap < laps; lap++) for (const chunk of chunks) parts.push(chunk);
          const joined = Buffer.concat(parts);
          return () => joined;
        },
        // These two keep references, and copy when they are looked at: at no cost here.
        bl: peer("append/bl", chunks, laps),
        uint8arraylist: peer("append/uint8arraylist", chunks, laps),
        "smart-buffer": peer("append/smartBuffer", chunks, laps),
        cpython: { python: "append_pieces", input: corpus },
      },
    };
  },
};

const appendByte: Case = {
  name: "append-byte",
  item: "append of a byte, a million of them",
  measure: "time",
  bars: [
    { subject: "zerocopy", against: ["smart-buffer"], max: 0.2 },
    { subject: "zerocopy", against: ["doubling Buffer"], max: 3 },
  ],
  open() {
    return {
      items: appends,
      expected: () => Uint8Array.from({ length: appends }, (_, i) => i & 255),
      subjects: {
        zerocopy: () => () => {
          const grown = bytearray();
          for (let i = 0; i < appends; i++) grown.append(i & 255);
          return () => grown;
        },
        "doubling Buffer": () => () => {
          const grown = new DoublingBuffer();
          for (let i = 0; i < appends; i++) grown.appendByte(i & 255);
          return () => grown.contents();
        },
        "smart-buffer": peer("append/smartBufferBytes", appends),
        cpython: { python: "append_bytes", input: new Uint8Array(0) },
      },
    };
  },
};

export const cases: readonly Case[] = [append64, appendByte];
