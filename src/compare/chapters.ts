/** Every chapter of `zerocopy compare`. */
import type { Chapter } from "./chapter.ts";
import { fileChapter } from "./file/chapter.ts";
import { memoryChapter } from "./memory/chapter.ts";
import { growingChapter } from "./memory/growing/chapter.ts";
import { receiveChapter } from "./receive/chapter.ts";
import { relayChapter } from "./relay/chapter.ts";

export const chapters: readonly Chapter[] = [
  fileChapter,
  receiveChapter,
  relayChapter,
  memoryChapter,
  growingChapter,
];

/** The chapter of a result. */
export function chapterOf({ chapter }: { readonly chapter: string }): Chapter {
  const found = chapters.find(({ id }) => id === chapter);
  if (!found)
    throw new RangeError(`Cannot find a chapter: wanted one of compare, found ${chapter}`);
  return found;
}
