/** The recorded vectors, and the memories that they run over in Node. */
import fs from "node:fs";
import zlib from "node:zlib";
import { backings } from "./backings.ts";
import type { Backing } from "./backings.ts";
import { parse } from "./machine.ts";
import type { Header, Vector } from "./machine.ts";

const folder = new URL("vectors/", import.meta.url);

export interface VectorFile {
  readonly name: string;
  readonly header: Header;
  readonly vectors: readonly Vector[];
}

export const files: readonly VectorFile[] = fs
  .readdirSync(folder)
  .toSorted()
  .map((name) => {
    const text = zlib.gunzipSync(fs.readFileSync(new URL(name, folder))).toString();
    const { header, vectors } = parse(text);
    return { name: name.replace(".jsonl.gz", ""), header, vectors };
  });

const pooled: Backing = { name: "pooled Buffer", hold: (content) => Buffer.from(content) };

/** The plain one first. */
export const nodeBackings: readonly [Backing, ...Backing[]] = [...backings, pooled];

/**
 * How many steps a run over so many memories has: strict, once more where it matters to be strict, and over one
 * memory said in the other way.
 */
export function stepsOver(memories: number): number {
  const count = (some: readonly VectorFile[]): number =>
    some.reduce((sum, { header }) => sum + header.steps, 0);
  const ofViews = files.filter(({ header }) => header.of !== "bytes");
  return memories * (count(files) + count(ofViews)) + count(files);
}
