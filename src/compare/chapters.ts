/** Every chapter of `zerocopy compare`. */
import type { Chapter } from "./chapter.ts";
import { fileChapter } from "./file/chapter.ts";

export const chapters: readonly Chapter[] = [fileChapter];
