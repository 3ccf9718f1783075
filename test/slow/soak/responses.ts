/** The responses of a connection, read strictly: a byte too many or too few breaks the one behind it. */
import type { Socket } from "node:net";

export interface Response {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export class Responses {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #hasEnded = false;
  #wake = (): void => {};

  constructor(socket: Socket) {
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#wake();
    });
    for (const end of ["end", "close"]) {
      socket.on(end, () => {
        this.#hasEnded = true;
        this.#wake();
      });
    }
  }

  /** False when the connection has ended before `count` bytes were waiting to be read. */
  async have(count: number): Promise<boolean> {
    while (this.#bytes < count) if (!(await this.#more())) return false;
    return true;
  }

  /** Undefined when the connection ends before the response does. @throws for what is no response. */
  async next(method: string): Promise<Response | undefined> {
    const head = await this.#head();
    if (head === undefined) return undefined;
    const [first = "", ...lines] = head.split("\r\n");
    const [, status] = /^HTTP\/1\.1 (\d{3}) [\w ]+$/.exec(first) ?? [];
    if (!status) throw new Error(`no status line: ${JSON.stringify(first.slice(0, 200))}`);
    const headers = new Map(
      lines.map((line) => {
        const [, name = "", value = ""] = /^([\w-]+): (.*)$/.exec(line) ?? [];
        if (!name) throw new Error(`no header: ${JSON.stringify(line.slice(0, 200))}`);
        return [name.toLowerCase(), value] as const;
      }),
    );
    const isEmpty = method === "HEAD" || status === "304" || status === "204";
    const body = isEmpty ? Buffer.alloc(0) : await this.#body(headers);
    return body && { status: Number(status), headers, body };
  }

  async #body(headers: ReadonlyMap<string, string>): Promise<Buffer | undefined> {
    if (headers.get("transfer-encoding") === "chunked") return this.#chunked();
    const length = headers.get("content-length");
    if (length === undefined) throw new Error("neither Content-Length nor chunks");
    return this.#take(Number(length));
  }

  async #chunked(): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (;;) {
      const line = await this.#line();
      const part = line === undefined ? undefined : await this.#take(Number.parseInt(line, 16) + 2);
      if (!part) return undefined;
      if (part.length === 2) return Buffer.concat(parts);
      parts.push(part.subarray(0, -2));
    }
  }

  #head(): Promise<string | undefined> {
    return this.#until("\r\n\r\n");
  }

  #line(): Promise<string | undefined> {
    return this.#until("\r\n");
  }

  async #until(end: string): Promise<string | undefined> {
    for (;;) {
      const bytes = this.#joined();
      const index = bytes.indexOf(end);
      if (index >= 0) return (await this.#take(index + end.length))!.toString("latin1", 0, index);
      if (!(await this.#more())) return undefined;
    }
  }

  async #take(count: number): Promise<Buffer | undefined> {
    if (!(await this.have(count))) return undefined;
    const bytes = this.#joined();
    this.#chunks = [bytes.subarray(count)];
    this.#bytes -= count;
    return bytes.subarray(0, count);
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  /** False when nothing will come any more. */
  async #more(): Promise<boolean> {
    const before = this.#bytes;
    if (!this.#hasEnded) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#bytes > before;
  }
}
