/** One line that is written over while work goes on; nothing at all where no terminal is. */
import type { WriteStream } from "node:tty";

const clearLine = "\r\x1b[K";

export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #started = performance.now();
  #shown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  show(what: string, done: number, total: number): void {
    if (!this.#stream.isTTY) return;
    this.#shown = true;
    const line = `${done + 1}/${total} ${what}${this.#estimate(done, total)}`;
    this.#stream.write(clearLine + line.slice(0, this.#stream.columns - 1));
  }

  clear(): void {
    if (this.#shown) this.#stream.write(clearLine);
    this.#shown = false;
  }

  /** From the pace so far, once there is one. */
  #estimate(done: number, total: number): string {
    if (done < 2) return "";
    const leftMs = ((performance.now() - this.#started) / done) * (total - done);
    return ` · about ${Math.ceil(leftMs / 1000)} s left`;
  }
}
