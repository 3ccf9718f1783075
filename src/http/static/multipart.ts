/**
 * Several ranges of a file as one body, `multipart/byteranges`: RFC 9110 §14.6. The kernel sends the
 * ranges; what is between them is written to the stream, in the same order of writes.
 *
 * A request may ask for many ranges, and small ones, to make the server work more than the client
 * (§17.15). So ranges that overlap, touch, or lie closer together than what would be written between
 * them become one, which bounds the response by about the size of the file; and more than
 * {@link mostParts} are not served as parts at all.
 */
import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { combine } from "../../net/result.ts";
import type { TransferPath } from "../../net/result.ts";
import { sendPart } from "../body.ts";
import type { BodyFile } from "../body.ts";
import { guard, heldWays } from "../held.ts";
import type { ByteRange } from "../grammar/ranges.ts";
import type { BodyResult } from "../report.ts";

export const mostParts = 64;

/** About what the head of a part takes: a shorter gap is cheaper to send than to leave out. */
const headBytes = 128;

/** Ranges that are worth a part each, in the order in which they were asked for. */
export function coalesced(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const numbered = ranges.map((range, order) => ({ ...range, order }));
  const parts: (ByteRange & { order: number })[] = [];
  for (const range of numbered.toSorted((a, b) => a.start - b.start)) {
    const last = parts.at(-1);
    if (!last || range.start - last.end > headBytes) {
      parts.push(range);
      continue;
    }
    const end = Math.max(last.end, range.end);
    parts[parts.length - 1] = { start: last.start, end, order: Math.min(last.order, range.order) };
  }
  return parts.toSorted((a, b) => a.order - b.order).map(({ start, end }) => ({ start, end }));
}

/** The parts of a body that has not begun; headers but those of length and type are set. */
export class MultipartBody {
  readonly contentType: string;
  readonly count: number;
  readonly #file: BodyFile;
  readonly #parts: readonly (ByteRange & { readonly head: string })[];
  readonly #end: string;

  /** `type`: of the file. */
  constructor(file: BodyFile, ranges: readonly ByteRange[], type: string | undefined) {
    // Made anew each time, and not to be guessed: it must not occur in what lies between.
    const boundary = randomBytes(16).toString("hex");
    this.contentType = `multipart/byteranges; boundary=${boundary}`;
    this.#file = file;
    this.#parts = ranges.map((range, index) => {
      const lines = [`${index === 0 ? "" : "\r\n"}--${boundary}`];
      if (type !== undefined) lines.push(`Content-Type: ${type}`);
      lines.push(`Content-Range: bytes ${range.start}-${range.end}/${file.count}`);
      return { ...range, head: `${lines.join("\r\n")}\r\n\r\n` };
    });
    this.#end = `\r\n--${boundary}--\r\n`;
    const sizes = this.#parts.map(({ start, end, head }) => head.length + end - start + 1);
    this.count = sizes.reduce((sum, size) => sum + size, this.#end.length);
  }

  /** Sends it, and does not end the response; heads of parts are not counted in the result. */
  async sendTo(res: ServerResponse): Promise<BodyResult> {
    const unguard = guard(res);
    try {
      return await this.#send(res);
    } finally {
      unguard();
    }
  }

  async #send(res: ServerResponse): Promise<BodyResult> {
    const write = heldWays(res).write as (text: string, encoding: "latin1") => unknown;
    const sent: { path: TransferPath; bytes: number }[] = [];
    let reason: string | undefined;
    for (const { start, end, head } of this.#parts) {
      write.call(res, head, "latin1");
      const range = { ...this.#file, offset: start, count: end - start + 1 };
      const part = await sendPart(res, range);
      reason ??= part.reason;
      const paths = Object.entries(part.paths ?? { [part.path]: part.bytes });
      sent.push(...paths.map(([path, bytes]) => ({ path: path as TransferPath, bytes })));
    }
    write.call(res, this.#end, "latin1");
    const result = combine(sent);
    return reason === undefined ? result : { ...result, reason };
  }
}
