/** Programs of their own that run unmodified apps, with and without `zerocopy/register`. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import type { BodyCounts } from "zerocopy/http";
import { inTime } from "../until.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export class Program {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #gone: Promise<unknown>;
  #asked = 0;
  /** What it has written to its standard error. */
  errors = "";

  constructor(
    file: string,
    flags: readonly string[],
    env: Readonly<Record<string, string>> = {},
    runtime: string = process.execPath,
  ) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      cwd: root,
      execPath: runtime,
      execArgv: [...flags],
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    this.#child.on("message", ([id, answer]: [number, unknown]) => this.#answers.get(id)?.(answer));
    this.#gone = once(this.#child, "close").then(() => ({ error: `it ended: ${this.errors}` }));
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
  }

  async ask<T>(command: string, ...words: unknown[]): Promise<T> {
    const id = ++this.#asked;
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.#child.send([id, command, ...words], () => {}); // to one that has ended: see #gone
    const found = await Promise.race([answer, this.#gone]);
    this.#answers.delete(id);
    if (typeof found === "object" && found !== null && "error" in found) {
      throw new Error(String(found.error));
    }
    return found as T;
  }

  counts(): Promise<BodyCounts> {
    return this.ask("counts");
  }

  /** Ends it as a program ends by itself. */
  async end(): Promise<void> {
    this.#child.send([0, "end"], () => {});
    await inTime(this.#gone, "the end of the program");
  }
}

/** What comes back for `requests`, all sent at once, until the connection is closed. */
export async function exchange(
  address: net.NetConnectOpts,
  requests: string,
  encrypted = false,
): Promise<string> {
  const socket = encrypted
    ? tls.connect({ ...(address as net.TcpNetConnectOpts), rejectUnauthorized: false })
    : net.connect(address);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(requests);
  await inTime(once(socket, "close"), `the end of ${requests.slice(0, 80)}`);
  return Buffer.concat(chunks)
    .toString("latin1")
    .replaceAll(/^Date: .*\r$/gim, "Date: masked\r");
}
