/** Joining two TCP connections in one process, as a proxy does. */
import type { Chapter, Route } from "../chapter.ts";
import { hashContent } from "../measure/content.ts";
import { openInputs } from "./input.ts";
import { mechanisms } from "./mechanisms.ts";
import { relayRoutes } from "./routes.ts";
import { relayTelling } from "./telling.ts";
import { trial } from "./trial.ts";

export const relayChapter: Chapter & { readonly routes: Readonly<Record<string, Route>> } = {
  id: "relay",
  title: "joining two TCP connections",
  mechanisms,
  options: [],
  routes: relayRoutes,
  telling: relayTelling,
  openInputs,
  hash: ({ count }, signal) => hashContent(count, signal),
  transfers: () => 1,
  workBytes: ({ input }) => input.count,
  trial,
};
