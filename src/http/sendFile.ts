import type { ClientRequest, ServerResponse } from "node:http";
import { OutgoingMessage } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { invalidType } from "../core/errors.ts";
import { checkCount, checkFile, checkOptions } from "../net/checks.ts";
import { openSource } from "../net/source.ts";
import type { SendableFile } from "../net/source.ts";
import type { TransferProgress } from "../net/transfer.ts";
import { sendBody } from "./body.ts";
import type { BodyResult } from "./report.ts";
import { endAfterBody } from "./message.ts";
import type { Message } from "./message.ts";

export interface SendFileOptions {
  /** First byte of the file to send. Default 0. */
  readonly offset?: number;
  /** Bytes to send; fewer when the file ends first. Default: to the end of the file. */
  readonly count?: number;
  /** Ends the transfer early. After the head has left, that destroys the connection. */
  readonly signal?: AbortSignal;
  /** Called about every 50 ms while bytes move, and once at the end. */
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Reject with `ERR_ZERO_COPY_UNAVAILABLE` rather than copy. */
  readonly require?: "zero-copy";
}

const action = "send a file";

/**
 * Sends a file, or a range of it, as the body of an HTTP message, and ends the message. Status and
 * headers are yours; `Content-Length` is set when nothing says how long the body is.
 */
export async function sendFile(
  message: ServerResponse | ClientRequest | Http2ServerResponse,
  file: SendableFile,
  options: SendFileOptions = {},
): Promise<BodyResult> {
  checkMessage(message);
  checkFile(file, action);
  const common = checkOptions<TransferProgress>(options, action);
  const { offset = 0, count = Infinity } = options;
  checkCount("offset", offset, action);
  checkCount("count", options.count, action);
  const source = await openSource(file);
  try {
    const range = { offset, count: Math.min(count, Math.max(0, source.size - offset)) };
    const result = await sendBody(
      message,
      { ...range, fd: source.fd, device: source.device },
      common,
    );
    endAfterBody(message);
    return result;
  } finally {
    await source.close();
  }
}

function checkMessage(message: unknown): asserts message is Message {
  if (message instanceof OutgoingMessage) return;
  if (typeof message === "object" && message !== null && "setHeader" in message) return;
  throw invalidType(action, "a ServerResponse or ClientRequest", message);
}
