/** What one view and windows of a mapped file have in common: what can be done with the whole. */
import { ValueError, cannot, describe } from "../core/errors.ts";
import { checkInteger } from "../os/arguments.ts";
import type { Mapping } from "../os/mapping.ts";
import { MADV_POPULATE_READ, MS_SYNC } from "../os/mmapConstants.ts";
import { adviceNumber } from "./advice.ts";
import type { MapAdvice } from "./advice.ts";

/** `"read"`, `"write"` or `"copy"`. */
export type MapAccess = "read" | "write" | "copy";

/** A mapping that starts on a page: the bytes that were asked for start `skip` later. */
export class MappedMemory {
  /** Undefined for no bytes: mmap(2) maps no such thing. */
  readonly mapping: Mapping | undefined;
  readonly access: MapAccess;
  readonly skip: number;
  /** Bytes. */
  readonly length: number;

  constructor(mapping: Mapping | undefined, access: MapAccess, skip: number, length: number) {
    this.mapping = mapping;
    this.access = access;
    this.skip = skip;
    this.length = length;
  }

  async flush(offset: number | undefined, length: number | undefined): Promise<void> {
    const action = "flush a mapped file";
    if (this.access !== "write") {
      throw cannot(TypeError, action, 'access "write"', describe(this.access));
    }
    const range = this.#range(offset, length, action);
    await this.mapping?.syncAsync(...range, MS_SYNC);
  }

  advise(advice: MapAdvice, offset: number | undefined, length: number | undefined): void {
    const action = "advise on a mapped file";
    const number = adviceNumber(advice, action);
    this.mapping?.advise(...this.#range(offset, length, action), number);
  }

  async populate(offset: number | undefined, length: number | undefined): Promise<void> {
    const range = this.#range(offset, length, "populate a mapped file");
    await this.mapping?.adviseAsync(...range, MADV_POPULATE_READ);
  }

  async use<R>(work: () => R | Promise<R>): Promise<R> {
    this.mapping?.hold();
    try {
      return await work();
    } finally {
      this.mapping?.drop();
    }
  }

  unmap(): void {
    this.mapping?.end("unmap a file");
  }

  /** Of the mapping. */
  #range(offset: unknown, length: unknown, action: string): [number, number] {
    const from = checkInteger(action, "offset", offset ?? 0);
    const count = checkInteger(action, "length", length ?? this.length - from);
    if (from >= 0 && count >= 0 && from + count <= this.length) return [from + this.skip, count];
    const wanted = `offset and length within ${this.length} bytes`;
    throw cannot(ValueError, action, wanted, [from, count]);
  }
}
