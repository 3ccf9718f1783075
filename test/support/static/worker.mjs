/** Serves a folder until it is ended, and keeps its files open as long as it lives. */
import http from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import { serveStatic } from "zerocopy/http";

const files = serveStatic(workerData, { cache: { maxStaleMs: 1_000_000 } });
const server = http.createServer((req, res) => files(req, res));
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port, []));
