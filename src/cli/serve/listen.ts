/** Finding an address to listen on, and saying which. */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import os from "node:os";
import { UserError } from "../command.ts";

export interface Wanted {
  readonly host: string;
  readonly port: number;
  /** Whether another port will not do. */
  readonly portGiven: boolean;
}

/** How many ports are tried when none was asked for. */
const attempts = 50;

/** The port that `server` listens on. @throws {UserError} */
export async function listen(server: Server, { host, port, portGiven }: Wanted): Promise<number> {
  for (let candidate = port; ; candidate++) {
    try {
      server.listen(candidate, host);
      await once(server, "listening");
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const more = code === "EADDRINUSE" && !portGiven && candidate + 1 < port + attempts;
      if (!more) throw refusal(error as NodeJS.ErrnoException, host, candidate);
    }
  }
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): UserError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is taken; --port 0 finds a free one`,
    EACCES: `port ${port} needs privileges that this process has not; those above 1023 do not`,
    EADDRNOTAVAIL: `no interface of this machine has the address ${host}`,
    ENOTFOUND: `there is no host "${host}"; --host wants an address of this machine`,
    EAI_AGAIN: `the host "${host}" cannot be looked up; --host wants an address of this machine`,
  };
  return new UserError(`zerocopy serve: ${reasons[error.code ?? ""] ?? error.message}`);
}

/** Whether `host` means every interface there is. */
export function isEveryInterface(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === "::1";
}

/** Where a server that listens on `address` can be reached, the nearest first. */
export function urlsOf(address: string, port: number): string[] {
  const hosts = isEveryInterface(address) ? everyAddress(address.includes(":")) : [address];
  return hosts.map((host) => `http://${host.includes(":") ? `[${host}]` : host}:${port}/`);
}

/** `::` takes IPv4 too. Link-local addresses need a zone, which a URL cannot say. */
function everyAddress(both: boolean): string[] {
  const all = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(
    ({ family, address }) => family === "IPv4" || (both && !/^fe[89ab]/i.test(address)),
  );
  return usable
    .toSorted((a, b) => Number(b.internal) - Number(a.internal))
    .map(({ address }) => address);
}
