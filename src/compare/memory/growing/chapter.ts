/**
 * Growing a buffer by the chunks of a stream until it ends. To put each chunk behind a copy of what there
 * is costs the square of the size; room to spare costs twice the size; a queue of the chunks costs none.
 */
import type { Chapter } from "../../chapter.ts";
import { hashContent } from "../../measure/content.ts";
import { openInputs } from "../input.ts";
import { passTrials } from "../trial.ts";
import { expectedCopies } from "./mechanism.ts";
import { mechanisms } from "./mechanisms.ts";
import { growingTelling } from "./telling.ts";

export const growingChapter: Chapter = {
  id: "memory-growing",
  title: "growing a buffer by chunks",
  mechanisms,
  options: [],
  telling: growingTelling,
  openInputs,
  hash: ({ count }, signal) => hashContent(count, signal),
  ...passTrials("growing", new URL("./grower.js", import.meta.url), (id, bytes) => {
    const own = mechanisms.find((mechanism) => mechanism.id === id);
    return own ? expectedCopies(own, bytes) : 0;
  }),
};
