import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sitesOf, totalsOf } from "zerocopy/profile";
import type { Recording, Site } from "zerocopy/profile";
import { kindOf } from "../../../dist/profile/model.js";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";

function counted(of: Recording, matches: (call: string) => boolean): number {
  return of.threads
    .flatMap(({ counts }) => Object.entries(counts))
    .reduce((sum, [call, { bytes }]) => sum + (matches(call) ? bytes : 0), 0);
}

function bytesOf(sites: readonly Site[]): number {
  return Math.round(sites.reduce((sum, { bytes }) => sum + bytes, 0));
}

describe("totalsOf() and sitesOf(), of any recording", () => {
  test("sites add up to the counts of their kind, to the byte", () => {
    fc.assert(
      fc.property(anyRecording, (any) => {
        const sites = sitesOf(any);
        for (const kind of ["copy", "in", "out", "moved"] as const) {
          const found = bytesOf(sites.filter((site) => site.kind === kind));
          expect(found).toBe(counted(any, (call) => kindOf(call) === kind));
        }
      }),
    );
  });

  test("copies are what sites with a file have copied, and what is unattributed", () => {
    fc.assert(
      fc.property(anyRecording, (any) => {
        const totals = totalsOf(any);
        const attributed = sitesOf(any).filter(({ kind, file }) => kind !== "moved" && file !== "");
        expect(totals.copied + totals.modelled + totals.in + totals.out).toBe(totals.copies);
        expect(bytesOf(attributed) + totals.unattributed).toBe(totals.copies);
        expect(totals.copies).toBe(counted(any, (call) => kindOf(call) !== "moved"));
        expect(totals.collected).toBe(77 * any.threads.length);
      }),
    );
  });

  test("samples and errors of sites are those of the stacks", () => {
    fc.assert(
      fc.property(anyRecording, (any) => {
        const sites = sitesOf(any);
        expect(sites.reduce((sum, { samples }) => sum + samples, 0)).toBe(any.stacks.length);
        expect(totalsOf(any).samples).toBe(any.stacks.length);
      }),
    );
  });
});

describe("copies per byte", () => {
  function copiesPerByte(counts: Readonly<Record<string, number>>): number | undefined {
    const stacks = Object.entries(counts).map(([call, bytes]) => stack({ call, bytes }));
    return totalsOf(recording({ threads: [threadOf(stacks)], functions: [fn("")], stacks }))
      .copiesPerByte;
  }

  test.for([
    ["sendfile", { sendfile: 100 }, 0],
    ["a file mapped and written", { write: 100 }, 1],
    ["a file read and written", { read: 100, write: 100 }, 2],
    ["and copied once between", { read: 100, write: 100, memcpy: 100 }, 3],
    ["more out than in", { read: 100, write: 400 }, 1.25],
    ["more in than out", { recvmsg: 400, writev: 100 }, 1.25],
    ["half sent by the kernel", { read: 50, write: 50, sendfile: 50 }, 1],
    ["transcoded, and seen by nobody", { read: 100, modelled: 100 }, 2],
    ["modelled alone", { "modelled-in": 100, "modelled-out": 100, modelled: 200 }, 4],
    ["nothing in and nothing out", { memcpy: 100 }, undefined],
  ] as const)("%s", ([, counts, expected]) => {
    expect(copiesPerByte(counts)).toBe(expected);
  });
});
