/** The other end of the proxy: connects and sends. The same for every mechanism, and not measured. */
import net from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { partsOf } from "../measure/content.ts";
import { takeTask, tell } from "../measure/messages.ts";
import type { Go } from "../measure/messages.ts";
import type { SourceMessage, SourceTask } from "./messages.ts";

const { bytes } = takeTask() as SourceTask;

process.once("message", ({ port }: Go) => {
  pipeline(Readable.from(partsOf(bytes)), net.connect(port, "127.0.0.1").resume()).catch(
    (error: unknown) => {
      const { message } = error as Error;
      tell({ type: "failure", message: `the source: ${message}` } satisfies SourceMessage);
    },
  );
});
