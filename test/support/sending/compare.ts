/** Sends cases made by chance through npm `send` and through ours, and wants no difference. */
import * as fc from "fast-check";
import { expect } from "vitest";
import { temporaryFolder } from "../content.ts";
import { anyCase, makeFiles } from "./cases.ts";
import { SendServer } from "./exchange.ts";
import type { Case, Exchange } from "./exchange.ts";
import { fallback, native, npm, sentBy } from "./subjects.ts";

export interface Compared {
  /** Bodies that the kernel has sent. */
  readonly natively: number;
  readonly statuses: ReadonlySet<number>;
}

export async function compareCases(count: number, seed: number): Promise<Compared> {
  const folder = temporaryFolder();
  makeFiles(folder);
  const servers = [npm, native, fallback].map((subject) => new SendServer(subject));
  const statuses = new Set<number>();
  let natively = 0;
  const property = fc.asyncProperty(anyCase(folder), async (one) => {
    const before = sentNatively();
    const answers = await Promise.all(servers.map((server) => server.exchange(one)));
    const [wanted, found, without] = answers as [Exchange, Exchange, Exchange];
    expect(found).toEqual(wanted);
    expect(without).toEqual(wanted);
    statuses.add(wanted.status);
    const { bodies, bytes } = sentNatively();
    if (!mayBeNative(one, wanted)) return;
    expect(bytes - before.bytes).toBe(wanted.bodyBytes);
    natively += bodies - before.bodies;
  });
  await fc.assert(property, { numRuns: count, seed });
  expect(sentBy(fallback, "sendfile").bodies).toBe(0);
  return { natively, statuses };
}

/** By the kernel, and what it was not asked for: pages that had to be read first. Seldom, under pressure. */
function sentNatively(): { bodies: number; bytes: number } {
  const { bodies, bytes } = sentBy(native, "sendfile");
  const cold = native.bodyCounts?.().reasons["its first bytes were not in memory"];
  return { bodies, bytes: bytes + (cold?.bytes ?? 0) };
}

/** Nobody but the response has asked for the bytes. */
function mayBeNative({ listening }: Case, { events, bodyBytes, bytes }: Exchange): boolean {
  return (
    events.some((event) => (event as string[])[0] === "end") &&
    bodyBytes > 0 &&
    !/\r\nTransfer-Encoding/.test(bytes) &&
    (listening.stream === "none" || listening.stream === "listen")
  );
}
