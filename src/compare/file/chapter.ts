/** Sending a file over TCP to another process. */
import type { Chapter } from "../chapter.ts";
import { openInputs } from "./input.ts";
import { mmapWrite } from "./mmapWrite.ts";
import { readFileWrite } from "./readFileWrite.ts";
import { readWrite } from "./readWrite.ts";
import { fileRoutes } from "./routes.ts";
import { sendfile } from "./sendfile.ts";
import { splice } from "./splice.ts";
import { stream } from "./stream.ts";

export const fileChapter: Chapter = {
  id: "file",
  title: "sending a file over TCP",
  mechanisms: [readFileWrite, stream, readWrite, mmapWrite, splice, sendfile],
  routes: fileRoutes,
  openInputs,
};
