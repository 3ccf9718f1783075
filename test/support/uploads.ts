/** Requests of Node's HTTP client that carry files, and servers that say what came. */
import { once } from "node:events";
import http from "node:http";
import type https from "node:https";
import type net from "node:net";
import type { AddressInfo } from "node:net";
import type { BodyResult } from "zerocopy/http";
import { sha256 } from "./content.ts";
import type { HttpModule } from "./httpModes.ts";
import { later } from "./resources.ts";
import { inTime } from "./until.ts";

export interface Upload {
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: number;
  readonly sha256: string;
}

/** Answers every request with what came in its body. */
export function tell(incoming: http.IncomingMessage, response: http.ServerResponse): void {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("error", () => {});
  incoming.on("end", () => {
    const body = Buffer.concat(chunks);
    const { headers } = incoming;
    const came: Upload = { headers, bytes: body.length, sha256: sha256(body) };
    response.setHeader("content-type", "application/json").end(JSON.stringify(came));
  });
}

/** The port of a server that is gone after the test. */
export async function serve(server: net.Server): Promise<number> {
  later(() => {
    server.close();
    if (server instanceof http.Server) server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A request that nobody but its test ends; what breaks it is nobody's news. */
export function request(options: http.RequestOptions, by: typeof http | typeof https = http) {
  const outgoing = by.request({ host: "127.0.0.1", method: "POST", ...options });
  outgoing.on("error", () => {});
  later(() => outgoing.destroy());
  return outgoing;
}

/** The answer to a request, and what it says. */
export async function answer(
  outgoing: http.ClientRequest,
): Promise<{ status: number; body: string }> {
  const [incoming] = (await inTime(once(outgoing, "response"), "an answer")) as [
    http.IncomingMessage,
  ];
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
  return { status: incoming.statusCode!, body };
}

/** Sends `file` and gives both results. */
export async function upload(
  { sendFile }: Pick<HttpModule, "sendFile">,
  outgoing: http.ClientRequest,
  ...file: [string, { offset?: number; count?: number }?]
): Promise<{ sent: BodyResult; received: Upload }> {
  const answered = answer(outgoing);
  const [sent, { body }] = await Promise.all([sendFile(outgoing, ...file), answered]);
  return { sent, received: JSON.parse(body) as Upload };
}

export function agentWith(options: http.AgentOptions): http.Agent {
  const agent = new http.Agent(options);
  later(() => agent.destroy());
  return agent;
}
