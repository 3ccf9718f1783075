/** The command line of `zerocopy profile`: whose word is whose, and what is refused. */
import { describe, expect, test } from "vitest";
import { parseProfile } from "../../../../dist/cli/profile/options.js";

type Order = ReturnType<typeof parseProfile>;

function parse(line: string): Order {
  return parseProfile(line.split(" ").filter((word) => word !== ""));
}

/** Flags of Node, then the program. */
function programOf(line: string): readonly [string, string] {
  const order = parse(line);
  if (order.do !== "record") throw new Error(`it is ${order.do}`);
  return [order.program.node.join(" "), order.program.words.join(" ")];
}

describe("the words of the program", () => {
  test.for([
    ["app.js", "", "app.js"],
    ["app.js --html -q --json x", "", "app.js --html -q --json x"],
    ["-q app.js -q", "", "app.js -q"],
    ["-- app.js", "", "app.js"],
    ["-- -q", "", "-q"],
    ["--html app.js", "", "app.js"],
    ["--html page.html app.js", "", "app.js"],
    ["--json - app.js", "", "app.js"],
    ["--json app.js", "", "app.js"],
    ["-o file app.js", "", "app.js"],
    ["--rate 1M app.js", "", "app.js"],
    ["--import tsx app.ts", "--import tsx", "app.ts"],
    ["-r a.cjs --import=b --no-warnings app.js", "-r a.cjs --import=b --no-warnings", "app.js"],
    ["--unknown=1 app.js", "--unknown=1", "app.js"],
    ["--max-old-space-size=99 -q app.js", "--max-old-space-size=99", "app.js"],
    ["-e code", "-e code", ""],
    ["-e code word", "-e code", "word"],
    ["--test", "--test", ""],
    ["node app.js", "", "app.js"],
    ["-q -- node --no-warnings app.js --no-warnings", "--no-warnings", "app.js --no-warnings"],
    ["--children -- npm test -- --watch", "", "npm test -- --watch"],
    ["-", "", "-"],
    ["-- report", "", "report"],
    ["./report x", "", "./report x"],
  ] as const)("%s", ([line, node, words]) => {
    expect(programOf(line)).toEqual([node, words]);
  });
});

describe("outputs", () => {
  test.for([
    ["app.js", undefined, undefined],
    ["--html app.js", "zerocopy-profile.html", undefined],
    ["--html x.html --json app.js", "x.html", "zerocopy-profile.json"],
    ["--html=x --json=y app.js", "x", "y"],
    ["--json x.json app.js", undefined, "x.json"],
    ["--json - app.js", undefined, "-"],
    ["-o x app.js", undefined, "x"],
    ["report a.json --html", "zerocopy-profile.html", undefined],
    ["report --html x.html a.json", "x.html", undefined],
    ["diff a.json b.json --html", "zerocopy-profile-diff.html", undefined],
    ["diff a.json b.json --html x.html", "x.html", undefined],
  ] as const)("%s", ([line, html, json]) => {
    expect(parse(line)).toMatchObject({ showing: { outputs: { html, json } } });
  });
});

test("numbers are read", () => {
  const order = parse(
    "--rate 64K --minimum 1 --duration 1.5 --top 3 --fail-if copies>2 --fail-if in>1 a",
  );
  expect(order).toMatchObject({
    bytesPerSample: 65_536,
    minimumBytes: 1,
    durationMs: 1500,
    showing: { top: 3, failIf: ["copies>2", "in>1"] },
  });
});

test.for([
  ["", "wanted a program"],
  ["--", "wanted a program"],
  ["--no-warnings", "wanted a program"],
  ["--rate 0 a", "wanted --rate as a size"],
  ["--rate", "--rate"],
  ["--minimum many a", "wanted --minimum as a size"],
  ["--duration soon a", "wanted --duration in seconds"],
  ["--duration 1y a", "wanted --duration in seconds"],
  ["--duration 0 a", "wanted --duration in seconds"],
  ["--top 0 a", "wanted --top as a whole number"],
  ["--top 1.5 a", "wanted --top as a whole number"],
  ["--open a", "--open opens the page that --html writes"],
  ["--html= a", "--html wants the name of a file"],
  ["--quiet=yes a", "--quiet"],
  ["report", "report wants one file"],
  ["report a b", "report wants one file"],
  ["report a --duration 1", "--duration"],
  ["diff a", "diff wants two files"],
  ["diff a b c", "diff wants two files"],
  ["diff a b --fail-if copies>2", "--fail-if"],
  ["explain", "explain wants the name of an API"],
] as const)("%s is refused", ([line, reason]) => {
  expect(() => parse(line)).toThrow(reason);
  expect(() => parse(line)).toThrow(expect.objectContaining({ name: "UserError" }) as Error);
});
