/** One line that is written over while work goes on; nothing at all where no terminal is. */
import type { WriteStream } from "node:tty";

const clearLine = "\r\x1b[K";
/** Before that, the pace says nothing yet. */
const smallestFraction = 0.03;

export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #started = performance.now();
  #shown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  show(what: string, fractionDone: number): void {
    if (!this.#stream.isTTY) return;
    this.#shown = true;
    const percent = `${Math.floor(fractionDone * 100)}`.padStart(3);
    const line = `${percent} % ${what}${this.#estimate(fractionDone)}`;
    this.#stream.write(clearLine + line.slice(0, this.#stream.columns - 1));
  }

  clear(): void {
    if (this.#shown) this.#stream.write(clearLine);
    this.#shown = false;
  }

  #estimate(fractionDone: number): string {
    if (fractionDone < smallestFraction) return "";
    const passedMs = performance.now() - this.#started;
    const leftSeconds = ((passedMs / fractionDone) * (1 - fractionDone)) / 1000;
    return ` · about ${Math.ceil(leftSeconds)} s left`;
  }
}
