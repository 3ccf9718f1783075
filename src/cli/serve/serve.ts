/**
 * A server from its start to its end.
 *
 *     listen ──▶ answer, log ──▶ a signal ──▶ no more connections; responses go on ──▶ summary
 *                                                    │ --grace is over, or a second signal
 *                                                    └──▶ the rest is ended ──▶ summary
 */
import { statSync } from "node:fs";
import http from "node:http";
import type { Socket } from "node:net";
import path from "node:path";
import { addonState } from "../../native/binding.ts";
import { oneLine } from "../../compare/report/format.ts";
import { UserError } from "../command.ts";
import { AccessLog } from "./accessLog.ts";
import { createApp } from "./app.ts";
import type { App } from "./app.ts";
import { Connections } from "./connections.ts";
import { isEveryInterface, isLoopback, listen, urlsOf } from "./listen.ts";
import { jsonLine, logLine } from "./logLine.ts";
import { refuse } from "./malformed.ts";
import { startText, stoppingText, summaryText } from "./messages.ts";
import type { ServeOptions } from "./options.ts";

/** A connection on which nothing moves for so long is closed: its reader has gone, or is an attack. */
const stalledMs = 120_000;

/**
 * Serves until `signal` aborts. Resolves when all responses have ended by themselves.
 *
 * @throws {UserError}
 * @throws an Error when some had to be cut off.
 */
export async function serve(options: ServeOptions, signal: AbortSignal): Promise<void> {
  const directory = directoryOf(options);
  const rich = process.stdout.isTTY && !process.env["NO_COLOR"];
  const log = new AccessLog(
    (entry) => logLine(entry, options.log, rich),
    (text) => void process.stdout.write(text),
  );
  /** As a line of the log where that is JSON; where it has a format of its own, beside it. */
  const say = (event: string, data: object, text: string): void => {
    if (options.quiet) return;
    log.flush();
    const line = options.log === "json" ? `${jsonLine({ event, ...data })}\n` : text;
    (options.log === "combined" ? process.stderr : process.stdout).write(line);
  };
  const server = http.createServer({ requireHostHeader: false }); // app.ts requires it
  server.timeout = stalledMs;
  const connections = new Connections(server);
  const app = appOf(directory, options, log);
  server.on("request", app.handle);
  server.on("clientError", (error, socket) => {
    const { code = "" } = error as NodeJS.ErrnoException;
    const status = refuse(socket as Socket, code, connections);
    if (status !== undefined) log.refused(socket as Socket, status, code);
  });
  try {
    const port = await listen(server, options);
    server.on("error", (error) => console.error(`zerocopy serve: ${oneLine(error.message)}`));
    announce(server, port, directory, options, say);
    await aborted(signal);
    const cut = await stop(connections, options.graceMs, (responses) =>
      say(
        "stopping",
        { responses, graceMs: options.graceMs },
        stoppingText(responses, options.graceMs),
      ),
    );
    log.end();
    say("stopped", { ...log.totals(), cut }, summaryText(log.totals(), cut));
    if (cut > 0) throw new Error(`${cut} responses were cut off`);
  } finally {
    server.close();
    app.close();
  }
}

function directoryOf({ directory, spa }: ServeOptions): string {
  const absolute = path.resolve(directory);
  const cannot = (reason: string): never => {
    throw new UserError(`zerocopy serve: cannot serve ${oneLine(directory)}: ${reason}`);
  };
  try {
    if (!statSync(absolute).isDirectory()) cannot("it is not a directory");
    if (spa !== undefined && !statSync(path.join(absolute, spa)).isFile()) {
      cannot(`its ${spa}, wanted by --spa, is not a file`);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    cannot(oneLine((error as Error).message));
  }
  return absolute;
}

function appOf(directory: string, options: ServeOptions, log: AccessLog): App {
  try {
    return createApp(directory, options, log);
  } catch (error) {
    throw new UserError(`zerocopy serve: ${oneLine((error as Error).message)}`);
  }
}

function announce(
  server: http.Server,
  port: number,
  directory: string,
  options: ServeOptions,
  say: (event: string, data: object, text: string) => void,
): void {
  const { address } = server.address() as { address: string };
  const urls = urlsOf(address, port);
  const { addon, reason, advice } = { reason: "", advice: "", ...addonState() };
  const fallback = addon ? undefined : reason + (advice && `; ${advice}`);
  const takenPort = options.portGiven || port === options.port ? undefined : options.port;
  const start = { directory, urls, takenPort, fallback };
  say(
    "start",
    { ...start, path: fallback === undefined ? "sendfile" : "read-write" },
    startText(start),
  );
  if (isLoopback(address)) return;
  const where = isEveryInterface(address) ? "on every network of this machine" : `at ${address}`;
  console.error(`zerocopy serve: warning: whoever reaches it ${where} can read these files`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How many responses were cut off, because of `graceMs` or of another signal. */
async function stop(
  connections: Connections,
  graceMs: number,
  onWaiting: (responses: number) => void,
): Promise<number> {
  let cut = 0;
  const cutOff = (): void => {
    cut += connections.responses;
    connections.cut();
  };
  const timer = setTimeout(cutOff, graceMs);
  for (const signal of signals) process.once(signal, cutOff);
  try {
    const stopped = connections.stop();
    if (connections.responses > 0) onWaiting(connections.responses);
    await stopped;
  } finally {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, cutOff);
  }
  return cut;
}
