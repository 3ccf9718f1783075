/** Taking a body of known length from a TCP connection into one piece of memory. */
import type { Chapter, Route } from "../chapter.ts";
import { hashContent } from "../measure/content.ts";
import { openInputs } from "./input.ts";
import { mechanisms } from "./mechanisms.ts";
import { receiveRoutes } from "./routes.ts";
import { receiveTelling } from "./telling.ts";
import { trial } from "./trial.ts";

export const receiveChapter: Chapter & { readonly routes: Readonly<Record<string, Route>> } = {
  id: "receive",
  title: "receiving a body into one piece of memory",
  mechanisms,
  options: [],
  routes: receiveRoutes,
  telling: receiveTelling,
  openInputs,
  hash: ({ count }, signal) => hashContent(count, signal),
  transfers: () => 1,
  workBytes: ({ input }) => input.count,
  trial,
};
