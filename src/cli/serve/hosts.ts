/**
 * For whom the server answers.
 *
 * A web site can make its own name point to 127.0.0.1 after its page has been loaded (DNS rebinding).
 * To the browser the page and this server are then of one origin, and the page reads every file, over
 * loopback, past every firewall. Only the Host header tells: it holds the name of the site. So a
 * request is answered when its host cannot be somebody else's name:
 *
 * - an IP address, because only names can be made to point elsewhere;
 * - `localhost` and what ends in `.localhost`, which never leave the machine (RFC 6761 §6.3);
 * - the name of this machine, alone or under `.local`, and the one given to --host;
 * - what --allow-host names.
 *
 * This holds whatever address the server listens on: a browser inside the network is as good a way
 * in as one on this machine. A request without Host is of HTTP/1.0 and of no browser.
 */
import { isIP } from "node:net";
import os from "node:os";

export class Hosts {
  readonly #names: ReadonlySet<string>;
  readonly #suffixes: readonly string[];
  readonly #any: boolean;
  /** Clients say the same again and again. */
  #lastAllowed = "";

  /** `allowed`: names; `.example.org` with all below it; `*` for any. */
  constructor(host: string, allowed: readonly string[]) {
    const machine = os.hostname().toLowerCase();
    const words = allowed.map((word) => word.toLowerCase());
    const own = ["localhost", machine, `${machine}.local`, host.toLowerCase()];
    const plain = words.map((word) => word.replace(/^\./, ""));
    this.#names = new Set([...own, ...plain]);
    this.#suffixes = [".localhost", ...words.filter((word) => word.startsWith("."))];
    this.#any = words.includes("*");
  }

  /** Whether to answer a request with this Host header. */
  allows(header: string | undefined): boolean {
    if (this.#any || header === undefined || header === this.#lastAllowed) return true;
    const name = nameOf(header);
    const allowed =
      isIP(name) !== 0 ||
      this.#names.has(name) ||
      this.#suffixes.some((suffix) => name.endsWith(suffix));
    if (allowed) this.#lastAllowed = header;
    return allowed;
  }
}

/** Without port, brackets and the dot of a complete name: RFC 9110 §7.2, RFC 3986 §3.2.2. */
function nameOf(header: string): string {
  const [, address, name = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header) ?? [];
  return (address ?? name).toLowerCase().replace(/\.$/, "");
}
