/**
 * Which of the twins of a file, compressed beforehand, a client wants: RFC 9110 §12.5.3.
 */
import Negotiator from "negotiator";

/** A content coding, by its name in HTTP. */
export type Encoding = "br" | "zstd" | "gzip";

/** What its twin is called: `app.js.br`. */
export const twinSuffix: Readonly<Record<Encoding, string>> = {
  br: ".br",
  zstd: ".zst",
  gzip: ".gz",
};

export type Coding = Encoding | "identity";

/** Headers come from clients: what is remembered of them must not grow without end. */
const mostHeaders = 256;
const longestHeader = 256;

const onlyIdentity: readonly Coding[] = ["identity"];

/** Reads Accept-Encoding. Clients send few different ones, so answers are remembered. */
export class EncodingPreference {
  readonly #codings: Coding[];
  readonly #answers = new Map<string, readonly Coding[]>();

  /** `encodings`: the server's order, for those that the client likes equally. */
  constructor(encodings: readonly Encoding[]) {
    this.#codings = [...encodings, "identity"];
  }

  /**
   * The codings that the client accepts, best first; none when it refuses even identity. Without the
   * header any would do (RFC 9110 §12.5.3), but who does not say so can rarely decode one.
   */
  of(header: string | undefined): readonly Coding[] {
    if (header === undefined) return onlyIdentity;
    const known = this.#answers.get(header);
    if (known) return known;
    const request = { headers: { "accept-encoding": header } };
    // The types of negotiator 1 lack the second argument.
    const negotiator = new Negotiator(request) as unknown as {
      encodings(available: readonly string[], options: { preferred: readonly string[] }): string[];
    };
    const options = { preferred: this.#codings };
    const answer = negotiator.encodings(this.#codings, options) as Coding[];
    if (header.length <= longestHeader) {
      if (this.#answers.size >= mostHeaders) this.#answers.clear();
      this.#answers.set(header, answer);
    }
    return answer;
  }
}
