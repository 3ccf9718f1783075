/** What each operation of profiling/modelled.mjs writes: pieces of 1 MiB, four rounds. */
import type { Recording, StackRecord } from "zerocopy/profile";
import path from "node:path";
import { lineOf } from "./profiling.ts";

const program = "modelled.mjs";
const operationBytes = 4 << 20;

interface Wanted {
  /** Bytes written for a byte of the piece. */
  readonly written: number;
  /** The major from which on libc writes all of it. */
  readonly libcFrom?: number;
  /** The major up to which it does. */
  readonly libcTo?: number;
  /** The major that has it first. */
  readonly since?: number;
}

const always = 0;

const operations: Readonly<Record<string, Wanted>> = {
  "Buffer.from(ascii)": { written: 1, libcTo: 20 },
  "Buffer.from(wide)": { written: 1 },
  "Buffer.from(base64)": { written: 1 },
  "Buffer.from(hex)": { written: 1 },
  "Buffer.from(utf16le)": { written: 2 },
  "Buffer.from(latin1)": { written: 1, libcFrom: always },
  "buf.toString(ascii)": { written: 1, libcFrom: always },
  "buf.toString(wide)": { written: 1, libcFrom: 24 },
  "buf.toString(accented)": { written: 0.5, libcFrom: 24 },
  "buf.toString(long wide)": { written: 2 },
  "buf.toString(broken)": { written: 2 },
  "buf.toString(range)": { written: 0.5, libcFrom: 24 },
  "buf.toString(base64)": { written: 4 / 3 },
  "buf.toString(hex)": { written: 2 },
  "buf.toString(latin1)": { written: 1, libcFrom: always },
  "buf.toString(utf16le)": { written: 2, libcFrom: always },
  "buf.write(ascii)": { written: 1, libcTo: 20 },
  "buf.write(wide)": { written: 1 },
  "buf.write(base64)": { written: 1 },
  "buf.write(hex)": { written: 1 },
  "buf.write(utf16le)": { written: 2 },
  "buf.write(latin1)": { written: 1, libcFrom: always },
  "buf.toJSON": { written: 8 },
  "encoder.encode(ascii)": { written: 1, libcFrom: always },
  "encoder.encode(wide)": { written: 1 },
  "encoder.encodeInto(wide)": { written: 1 },
  "decoder.decode(ascii)": { written: 1, libcFrom: always },
  "decoder.decode(wide)": { written: 1, libcFrom: 24 },
  "decoder.decode(accented)": { written: 0.5, libcFrom: 24 },
  "decoder.decode(long wide)": { written: 2 },
  "decoder.decode(broken)": { written: 2 },
  "strictDecoder.decode(accented)": { written: 0.5 },
  "StringDecoder(base64)": { written: 4 / 3 },
  "StringDecoder(wide)": { written: 1, libcFrom: 26 },
  "StringDecoder(long wide)": { written: 2 },
  "view.map": { written: 1 },
  "view.filter": { written: 9 },
  "view.toReversed": { written: 1 },
  "view.set(numbers)": { written: 1 },
  "view.set(view)": { written: 1, libcFrom: always },
  "floats.set(view)": { written: 4 },
  "Uint8Array.from(view)": { written: 1, libcFrom: always },
  "shared.slice": { written: 1 },
  "view.toBase64": { written: 4 / 3, since: 26 },
  "view.toHex": { written: 2, since: 26 },
  "view.fromBase64": { written: 1, since: 26, libcFrom: always },
  "view.fromHex": { written: 1, since: 26 },
  "view.setFromHex": { written: 1, since: 26 },
};

/** Operations whose line does not say what they have written, within 10 %, and by whom. */
export function wrongModels(recording: Recording): string[] {
  const major = Number(recording.runtime.node.split(".")[0]);
  return Object.entries(operations).flatMap(([name, wanted]) => {
    const { written, libcFrom = Infinity, libcTo = 0, since = 0 } = wanted;
    const bytes = major < since ? 0 : written * operationBytes;
    const isSeen = recording.tier === "native" && (major >= libcFrom || major <= libcTo);
    const line = lineOf(program, `"${name}": `);
    const libc = bytesAt(recording, line, ({ call }) => call.startsWith("mem"));
    const modelled = bytesAt(recording, line, ({ call }) => call === "modelled");
    const [all, none] = isSeen ? [libc, modelled] : [modelled, libc];
    const tolerance = 0.1 * Math.max(bytes, operationBytes);
    if (Math.abs(all - bytes) <= tolerance && none <= tolerance) return [];
    return [
      `${name}: ${libc} by libc, ${modelled} modelled, wanted ${bytes} ${isSeen ? "by libc" : "modelled"}`,
    ];
  });
}

/** Of stacks whose innermost function of a file stands at the line. */
function bytesAt(
  { stacks, functions }: Recording,
  line: number,
  isMeant: (stack: StackRecord) => boolean,
): number {
  return stacks.filter(isMeant).reduce((sum, { frames, bytes }) => {
    const frame = frames.find(([fn]) => functions[fn]!.kind === "user");
    const isHere = frame?.[1] === line && path.basename(functions[frame[0]]!.file) === program;
    return isHere ? sum + bytes : sum;
  }, 0);
}
