import { describe, expect, test } from "vitest";
import { UserError } from "../../../../src/cli/command.ts";
import { help } from "../../../../src/cli/serve/help.ts";
import { parseServe } from "../../../../src/cli/serve/options.ts";
import type { ServeOptions } from "../../../../src/cli/serve/options.ts";

function parsed(...words: string[]): ServeOptions {
  const options = parseServe(words);
  if (options === "help") throw new Error("wanted options, found help");
  return options;
}

function failure(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("wanted an error");
}

describe("parseServe()", () => {
  test("serves the current directory to this machine, and asks nobody to wait", () => {
    expect(parsed()).toEqual({
      ...{ directory: ".", port: 3000, portGiven: false, host: "127.0.0.1", allowedHosts: [] },
      ...{ index: "index.html", extensions: [], spa: undefined, listing: true, dotfiles: false },
      ...{ symlinks: "inside", precompressed: false, cacheMs: 0, cors: undefined },
      ...{ log: "text", quiet: false, graceMs: 10_000 },
    });
  });

  test("--port takes 0 to 65535", () => {
    expect(parsed("--port", "0")).toMatchObject({ port: 0, portGiven: true });
    expect(parsed("-p", "65535")).toMatchObject({ port: 65535, portGiven: true });
  });

  test("--spa and --cors may stand alone, before the directory too", () => {
    expect(parsed("--spa", "dist")).toMatchObject({ spa: "index.html", directory: "dist" });
    expect(parsed("--spa=app.html")).toMatchObject({ spa: "app.html" });
    expect(parsed("--cors", "dist")).toMatchObject({ cors: "*", directory: "dist" });
    expect(parsed("--cors=https://a.example:8080").cors).toBe("https://a.example:8080");
    expect(parsed("--", "--spa")).toMatchObject({ spa: undefined, directory: "--spa" });
  });

  test("--spa lists no folders unless told to", () => {
    expect(parsed("--spa").listing).toBe(false);
    expect(parsed("--spa", "--listing").listing).toBe(true);
    expect(parsed("--no-listing").listing).toBe(false);
  });

  test("lists are separated by commas, or given one by one", () => {
    expect(parsed("--extensions", "html, .htm").extensions).toEqual(["html", "htm"]);
    expect(parsed("--allow-host", "a", "--allow-host", ".b,c").allowedHosts).toEqual([
      ...["a", ".b", "c"],
    ]);
  });

  test.each([
    ["0", 0],
    ["90", 90_000],
    ["90s", 90_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
    ["2 days", 172_800_000],
  ])("--cache %s is a time", (text, milliseconds) => {
    expect(parsed("--cache", text).cacheMs).toBe(milliseconds);
  });

  test("--json is a log of JSON, --quiet is none", () => {
    expect(parsed("--json").log).toBe("json");
    expect(parsed("--log", "combined")).toMatchObject({ log: "combined", quiet: false });
    expect(parsed("--quiet")).toMatchObject({ log: "none", quiet: true });
    expect(parsed("--log", "none")).toMatchObject({ log: "none", quiet: false });
  });

  test.each([
    ["a b", "wanted one directory, found 2"],
    ["--port 65536", 'wanted --port between 0 and 65535, found "65536"'],
    ["--port 1e3", "wanted --port between"],
    ["--port=", "wanted --port between"],
    ["--cache soon", 'wanted --cache in seconds, or as in 90s, 1h, up to 1y, found "soon"'],
    ["--cache=-1", "wanted --cache in seconds"],
    ["--cache 2y", "wanted --cache in seconds"],
    ["--cache=", "wanted --cache in seconds"],
    ["--grace 25h", "wanted --grace in seconds, or as in 90s, 1h, up to 24h"],
    ["--symlinks maybe", "wanted --symlinks as one of inside, follow, never"],
    ["--log apache", "wanted --log as one of text, combined, json, none"],
    ["--cors=example.org", 'wanted --cors as in https://app.example:8080, found "example.org"'],
    ["--cors=https://a.example/", "wanted --cors as in"],
    ["--host=", "--host wants a value"],
    ["--spa=", "--spa wants a value"],
    ["--quiet --json", "--quiet goes with neither --log nor --json"],
    ["--json --log combined", "--json goes not with --log combined"],
    ["--open", "Unknown option '--open'"],
    ["--port", "Option '-p, --port <value>' argument missing"],
    ["--dotfiles=yes", "Option '--dotfiles' does not take an argument"],
  ])("refuses %s in one line", (words, message) => {
    const error = failure(() => parseServe(words.split(" ")));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^zerocopy serve: [^\n]*\(--help tells more\)$/);
  });

  test("the help names every option", () => {
    expect(parseServe(["--help"])).toBe("help");
    const options = Object.keys({
      ...{ port: 0, host: 0, "allow-host": 0, index: 0, "no-listing": 0, spa: 0, extensions: 0 },
      ...{ precompressed: 0, dotfiles: 0, symlinks: 0, cache: 0, cors: 0, log: 0, json: 0 },
      ...{ quiet: 0, grace: 0, help: 0 },
    });
    for (const option of options) expect(help).toContain(`--${option}`);
    expect(Math.max(...help.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(110);
  });
});
