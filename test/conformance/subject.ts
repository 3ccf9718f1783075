/**
 * The subject of a question: bytes or a bytearray. A question does not change it, and a bytearray never answers
 * with its own memory, which the next change would alter. Nothing of Node here.
 */
import { ByteArray } from "zerocopy";
import type { Bytes } from "zerocopy";

/** Of what is longer not every byte is looked at, nor written. */
const many = 1000;

export class Subject {
  readonly #subject: Bytes | ByteArray;
  readonly #content: Uint8Array;
  readonly #step: number;

  constructor(subject: Bytes | ByteArray) {
    this.#subject = subject;
    this.#content = subject.toUint8Array();
    this.#step = Math.ceil(subject.length / many);
  }

  /** What is wrong after a question, whose answer is still right or not. */
  problem(isRight?: () => boolean): string | undefined {
    if (this.#isChanged()) return "changed its subject";
    if (!(this.#subject instanceof ByteArray) || isRight === undefined) return undefined;
    this.#write(this.#subject, 0xff);
    const isOwn = isRight();
    this.#write(this.#subject, 0);
    return isOwn ? undefined : "answered with memory of its subject";
  }

  #isChanged(): boolean {
    const { length } = this.#content;
    let at = 0;
    while (at < length && this.#subject.get(at) === this.#content[at]) at += this.#step;
    return at < length || this.#subject.length !== length;
  }

  #write(subject: ByteArray, turned: number): void {
    for (let at = 0; at < this.#content.length; at += this.#step) {
      subject.set(at, (this.#content[at] ?? 0) ^ turned);
    }
  }
}
