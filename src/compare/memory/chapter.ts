/**
 * Consuming a buffer from the front: the comparison by which Python's memoryview is known. Copies of the
 * rest cost the square of the size, views cost the number of pieces.
 */
import type { Chapter } from "../chapter.ts";
import { hashContent } from "../measure/content.ts";
import { openInputs } from "./input.ts";
import { expectedCopies } from "./mechanism.ts";
import { mechanisms } from "./mechanisms.ts";
import { memoryTelling } from "./telling.ts";
import { passTrials } from "./trial.ts";

export const memoryChapter: Chapter = {
  id: "memory",
  title: "consuming a buffer in slices",
  mechanisms,
  options: [],
  telling: memoryTelling,
  openInputs,
  hash: ({ count }, signal) => hashContent(count, signal),
  ...passTrials("consumer", new URL("./consumer.js", import.meta.url), (id, bytes) => {
    const own = mechanisms.find((mechanism) => mechanism.id === id);
    return own ? expectedCopies(own, bytes) : 0;
  }),
};
