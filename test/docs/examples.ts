/** The examples of the documentation, as files that can be checked and run. */
import { files, filesUnder, read } from "../repository.ts";

export interface Example {
  /** Where a reader finds it: `README.md:42`. */
  readonly place: string;
  /** `README.md.42.ts`: a compiler error then shows where to look. */
  readonly file: string;
  readonly code: string;
  /** False for a fence that says `no-run`: it is type-checked all the same. */
  readonly runs: boolean;
}

/** Fences of the pages, `@example` fences of the sources, and the files of examples/. */
export function findExamples(): Example[] {
  const pages = files.filter((file) => /^(README\.md|docs\/guide\/.*\.md)$/.test(file));
  const sources = filesUnder("src", /\.ts$/);
  return [
    ...pages.flatMap((file) => fences(file, read(file))),
    ...sources.flatMap((file) => fences(file, docExamples(read(file)))),
    ...filesUnder("examples", /\.(ts|mjs)$/).map(whole),
  ];
}

function whole(place: string): Example {
  return { place, file: place.replaceAll("/", "."), code: read(place), runs: true };
}

const fence = /^```ts(?<flags>.*)\n(?<code>[^]*?)^```$/gm;

function fences(page: string, text: string): Example[] {
  return [...text.matchAll(fence)].map(({ index, groups }) => {
    const line = text.slice(0, index).split("\n").length;
    return {
      place: `${page}:${line}`,
      file: `${page.replaceAll("/", ".")}.${line}.ts`,
      code: groups?.["code"] ?? "",
      runs: !groups?.["flags"]?.includes("no-run"),
    };
  });
}

/** Only what stands in an `@example`, without the stars. Lines keep their numbers. */
function docExamples(text: string): string {
  let inside = false;
  const lines = text.split("\n").map((line) => {
    if (/^\s*\* @/.test(line)) inside = line.includes("@example");
    if (/\*\/\s*$/.test(line)) inside = false;
    return inside ? line.replace(/^\s*\* ?/, "") : "";
  });
  return lines.join("\n");
}
