/** Sending a file over TCP to another process. */
import type { Chapter, Route } from "../chapter.ts";
import { openInputs } from "./input.ts";
import type { FileInput } from "./input.ts";
import { mechanisms } from "./mechanisms.ts";
import { fileRoutes } from "./routes.ts";
import { fileTelling } from "./telling.ts";
import { hash, transfers, trial, workBytes } from "./trial.ts";

export const fileChapter: Chapter<FileInput> & {
  readonly routes: Readonly<Record<string, Route>>;
} = {
  id: "file",
  title: "sending a file over TCP",
  mechanisms,
  options: ["path", "range", "cold", "concurrency", "slow-reader"],
  routes: fileRoutes,
  telling: fileTelling,
  openInputs,
  hash,
  transfers,
  workBytes,
  trial,
};
