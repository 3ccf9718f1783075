/** The ways to send a file, in the order they are run and shown. */
import type { FileMechanism } from "./mechanism.ts";
import { mmapWrite } from "./mmapWrite.ts";
import { readFileWrite } from "./readFileWrite.ts";
import { readWrite } from "./readWrite.ts";
import { sendfile } from "./sendfile.ts";
import { splice } from "./splice.ts";
import { stream } from "./stream.ts";

export const mechanisms: readonly FileMechanism[] = [
  readFileWrite,
  stream,
  readWrite,
  mmapWrite,
  splice,
  sendfile,
];
