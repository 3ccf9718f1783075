/** The 404.html of a site, which answers for what is not there; other failures are a line of text. */
import type { ServerResponse } from "node:http";
import { answer } from "../../http/static/answers.ts";
import { sendBody } from "../../http/body.ts";
import { endAfterBody } from "../../http/message.ts";
import { Root } from "../../http/files/root.ts";
import type { AccessLog } from "./accessLog.ts";
import type { SymlinkRule } from "./options.ts";

const name = "404.html";

export class NotFoundPage {
  readonly #root: Root;
  readonly #log: AccessLog;

  constructor(directory: string, symlinks: SymlinkRule, log: AccessLog) {
    this.#root = new Root(directory, symlinks);
    this.#log = log;
  }

  /** Never rejects. */
  async answer(res: ServerResponse, status: number): Promise<void> {
    try {
      if (status === 404 && (await this.#send(res))) return;
    } catch {
      // There is none, or the client has gone.
    }
    if (res.headersSent) res.destroy();
    else answer(res, status);
  }

  close(): void {
    this.#root.close();
  }

  async #send(res: ServerResponse): Promise<boolean> {
    const { fd, stats, close } = await this.#root.open(name);
    try {
      if (!stats.isFile()) return false;
      res.statusCode = 404;
      res.setHeader("Content-Type", "text/html; charset=utf-8");
      res.setHeader("Cache-Control", "no-cache");
      const file = { fd, device: stats.dev, offset: 0, count: stats.size };
      const result = await sendBody(res, file);
      endAfterBody(res);
      this.#log.sent(result, res);
      return true;
    } finally {
      close();
    }
  }
}
