import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecording } from "zerocopy/profile";
import { matchesRecordingSchema } from "../../support/schema.ts";
import { anyRecording, fn, recording, stack, threadOf } from "./recordings.ts";

const stacks = [stack({ bytes: 7, frames: [[0, 3]] }), stack({ call: "read", origin: 0 })];
const whole = recording({
  functions: [fn("frame")],
  threads: [threadOf(stacks)],
  stacks,
  origins: [{ operation: "TCPWRAP", frames: [[0, 9]] }],
  timeline: [{ atMs: 5, bytes: { copy: 7, in: 0, out: 0, moved: 0 } }],
  sources: { "/srv/app/server.js": { 3: "\tconcat(chunks);" } },
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The recording with one value changed; `undefined` removes it. */
function changed(place: readonly (string | number)[], value: Json | undefined): string {
  const copy = JSON.parse(JSON.stringify(whole)) as Json;
  let inner = copy as Record<string | number, Json>;
  for (const key of place.slice(0, -1)) inner = inner[key] as Record<string | number, Json>;
  if (value === undefined) delete inner[place.at(-1)!];
  else inner[place.at(-1)!] = value;
  return JSON.stringify(copy);
}

describe("readRecording()", () => {
  test("reads what JSON.stringify has written", () => {
    expect(readRecording(JSON.stringify(whole))).toEqual(whole);
    expect(readRecording(JSON.stringify(whole, null, 2))).toEqual(whole);
  });

  test("reads any recording, and the schema allows it", () => {
    fc.assert(
      fc.property(anyRecording, (any) => {
        const text = JSON.stringify(any);
        expect(readRecording(text)).toEqual(any);
        expect(matchesRecordingSchema(any), JSON.stringify(matchesRecordingSchema.errors)).toBe(
          true,
        );
      }),
    );
  });

  test("reads fields that a later version has added", () => {
    expect(readRecording(changed(["stacks", 0, "colour"], "red")).stacks).toHaveLength(2);
  });

  test.for([
    ["", "wanted JSON, found Unexpected end of JSON input"],
    ["{", "wanted JSON, found "],
    ["\u001b[2J", "wanted JSON, found Unexpected token"],
    ["null", "wanted what zerocopy profile --json has written, found format undefined"],
    ["[]", "wanted what zerocopy profile --json has written, found format undefined"],
    ['{"schema":"zerocopy.compare/1"}', "wanted what zerocopy profile --json has written"],
    ['{"format":"zerocopy-profile","version":2}', "wanted version 1, found 2: a newer zerocopy"],
    ['{"format":"zerocopy-profile"}', "wanted version as 1, found undefined"],
  ] as const)("refuses %j", ([text, message]) => {
    expect(() => readRecording(text)).toThrow(
      expect.objectContaining({ name: "ValueError", message: expect.stringContaining(message) }),
    );
    expect(() => readRecording(text)).not.toThrow("\u001b");
  });

  test.for([
    [["version"], 0, "version as 1, found 0"],
    [["tier"], "magic", 'tier as "native" or "modelled"'],
    [["threads"], {}, "threads as a list, found an instance of Object"],
    [
      ["threads", 0, "counts", "read", "bytes"],
      -1,
      'threads[0].counts["read"].bytes as a number from 0',
    ],
    [["stacks", 0], undefined, "stacks[0] as an object, found null"],
    [["stacks", 1, "call"], undefined, "stacks[1].call as a text, found undefined"],
    [["stacks", 1, "bytes"], "many", 'stacks[1].bytes as a number from 0, found "many"'],
    [["stacks", 1, "samples"], 1.5, "stacks[1].samples as a whole number from 0, found 1.5"],
    [["stacks", 1, "thread"], 1, "stacks[1].thread below 1, found 1"],
    [["stacks", 1, "origin"], 1, "stacks[1].origin below 1, found 1"],
    [["stacks", 1, "origin"], -2, "stacks[1].origin as a whole number from -1, found -2"],
    [
      ["stacks", 0, "frames", 0],
      [0],
      "stacks[0].frames[0] as a list of 2, found an instance of Array",
    ],
    [["stacks", 0, "frames", 0], [3, 1], "stacks[0].frames[0][0] below 1, found 3"],
    [["origins", 0, "frames", 0], [1, 1], "origins[0].frames[0][0] below 1, found 1"],
    [["functions", 0, "kind"], "odd", 'functions[0].kind as "user" or "zerocopy" or'],
    [
      ["timeline", 0, "bytes", "copy"],
      null,
      "timeline[0].bytes.copy as a number from 0, found null",
    ],
    [["sources", "/srv/app/server.js", "3"], 4, '["/srv/app/server.js"]["3"] as a text, found 4'],
    [["program"], "node", 'program as an object, found "node"'],
    [["options", "isAdaptive"], 1, "options.isAdaptive as true or false, found 1"],
  ] as const)("refuses %j as %j, and names it", ([place, value, message]) => {
    expect(() => readRecording(changed(place, value as Json | undefined))).toThrow(
      expect.objectContaining({ name: "ValueError", message: expect.stringContaining(message) }),
    );
  });

  test("names cannot write over a terminal", () => {
    const evil = 'a\u001b[2J\nb\u0007\u009b31m\u007f\\u001b\t"é\u4e00';
    const read = readRecording(
      JSON.stringify({ ...whole, reason: evil, sources: { [evil]: { 1: evil } } }),
    );
    const harmless = 'a [2J b  31m \\u001b\t"é\u4e00';
    expect(read).toMatchObject({ reason: harmless, sources: { [harmless]: { 1: harmless } } });
  });

  test("of anything that is nearly a recording, it refuses exactly what the schema forbids", () => {
    const places = paths(whole as unknown as Json);
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.jsonValue(),
        fc.boolean(),
        (place, value, goes) => {
          const text = changed(place, goes ? undefined : (value as Json));
          let isRead = true;
          try {
            readRecording(text);
          } catch (error) {
            isRead = /below \d+, found/.test(String(error)); // an index: no matter of the schema
          }
          expect(matchesRecordingSchema(JSON.parse(text))).toBe(isRead);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Where values are in it. */
function paths(value: Json, place: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  const found: (string | number)[][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const here = [...place, key];
    found.push(here, ...paths(inner, here));
  }
  return found;
}
