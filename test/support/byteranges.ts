/** `multipart/byteranges`, read as RFC 2046 §5.1.1 and RFC 9110 §14.6 say, strictly. */
import type { Answer } from "./site.ts";

export interface Part {
  readonly type: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly body: Buffer;
}

export function partsOf({ headers, body }: Pick<Answer, "headers" | "body">): readonly Part[] {
  const [, boundary] =
    /^multipart\/byteranges; boundary=([\w-]+)$/.exec(headers.get("content-type") ?? "") ?? [];
  if (boundary === undefined) throw new Error(`not multipart: ${headers.get("content-type")}`);
  const text = body.toString("latin1");
  const [before, ...sections] = text.split(`--${boundary}`);
  if (before !== "") throw new Error(`before the first part: ${JSON.stringify(before)}`);
  if (sections.pop() !== "--\r\n") throw new Error("the last boundary does not end it");
  return sections.map((section) => {
    const matched = /^\r\n((?:[\w-]+: [^\r\n]*\r\n)+)\r\n([^]*)\r\n$/.exec(section);
    if (!matched) throw new Error(`no part: ${JSON.stringify(section.slice(0, 200))}`);
    const [, head = "", bytes = ""] = matched;
    const [, start, end, size] = /^Content-Range: bytes (\d+)-(\d+)\/(\d+)\r$/m.exec(head) ?? [];
    const [, type] = /^Content-Type: (.*)\r$/m.exec(head) ?? [];
    if (bytes.length !== Number(end) - Number(start) + 1) throw new Error(`wrong length: ${head}`);
    return {
      type,
      start: Number(start),
      end: Number(end),
      size: Number(size),
      body: Buffer.from(bytes, "latin1"),
    };
  });
}
