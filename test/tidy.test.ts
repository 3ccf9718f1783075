/**
 * Rules about the repository that no compiler or linter knows. A rule that fails says what to do
 * instead. (Import cycles, `any` and `.only` are the linter's: .oxlintrc.json.)
 */
import { afterAll, describe, expect, test } from "vitest";
import { isStringLiteral } from "typescript/unstable/ast";
import { unknownCommands } from "./tidy/commands.ts";
import { lackingParts } from "./tidy/docComments.ts";
import { layerOf, mayImport, portable, libraries } from "./tidy/layers.ts";
import { rawCopies } from "./tidy/rawCopies.ts";
import { files, filesUnder, grep, read } from "./repository.ts";
import { nodesOf, openSource, place } from "./tidy/source.ts";
import { banned } from "./tidy/words.ts";

const source = openSource();
afterAll(() => source.close());

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** The layer it belongs to, or undefined when it is not ours. */
  readonly layer: string | undefined;
}

const imports: readonly Import[] = source.files.flatMap((file) => {
  const from = source.nameOf(file);
  return file.imports.filter(isStringLiteral).map(({ text: specifier }) => {
    const relative = specifier.startsWith(".");
    const target = new URL(specifier, `file:///${from}`).pathname.slice(1);
    return { from, specifier, layer: relative ? layerOf(target) : undefined };
  });
});

const show = ({ from, specifier }: Import): string => `${from} imports "${specifier}"`;

describe("layers of src", () => {
  test("every folder has its place", () => {
    const unknown = source.files.map(source.nameOf).filter((file) => !(layerOf(file) in mayImport));
    expect(unknown, "add the folder to test/tidy/layers.ts").toEqual([]);
  });

  test("a layer imports itself and the layers below it", () => {
    const wrong = imports.filter(({ from, layer }) => {
      const own = layerOf(from);
      return layer !== undefined && layer !== own && !mayImport[own]?.includes(layer);
    });
    expect(
      wrong.map(show),
      "move the code down to a layer that both may import (test/tidy/layers.ts)",
    ).toEqual([]);
  });

  test("the memory layers import nothing of Node", () => {
    const wrong = imports.filter(
      ({ from, layer }) => layer === undefined && portable.has(layerOf(from)),
    );
    expect(wrong.map(show), "they run in browsers too: take the value as an argument").toEqual([]);
  });

  test("there is no dependency but Node and the libraries of a layer", () => {
    const wrong = imports.filter(
      ({ from, layer, specifier }) =>
        layer === undefined &&
        !specifier.startsWith("node:") &&
        !libraries[layerOf(from)]?.includes(specifier),
    );
    expect(
      wrong.map(show),
      'write "node:…", a relative path with .ts, or a library of test/tidy/layers.ts',
    ).toEqual([]);
  });
});

test("only src/native/binding.ts loads the addon", () => {
  const found = source.files
    .filter((file) => source.nameOf(file) !== "src/native/binding.ts")
    .flatMap((file) =>
      [...nodesOf(file)]
        .filter((node) => node.forEachChild(() => true) === undefined)
        .filter((node) => /^(createRequire|dlopen|.*\.node["'`])$/s.test(node.getText(file)))
        .map((node) => place(source, file, node)),
    );
  expect(found, "call addonState() or requireAddon() of src/native/binding.ts").toEqual([]);
});

test("a function that moves bytes says what it copies and costs, fails by, and looks like", () => {
  const found = ["os", "fs", "net"].flatMap(lackingParts);
  expect(found, "complete its doc comment (CONTRIBUTING.md)").toEqual([]);
});

describe("raw copies", () => {
  test("are made in src/core/copy.ts only", () => {
    const found = rawCopies(source).filter((line) => !line.startsWith("src/core/copy.ts:"));
    expect(found, "call copyBytes() of src/core/copy.ts, or share with subarray()").toEqual([]);
  });

  test("are not made in C", () => {
    const calls = /\b(memcpy|memmove|bcopy|str[nl]?cpy|stp?n?cpy)\s*\(.*/;
    const among = filesUnder("native/src", /\.[ch]$/).filter(
      (file) => !/sys\/copy\.[ch]$/.test(file),
    );
    expect(
      grep(calls, among),
      "assign the struct, or hand the copy to copyBytes() in TypeScript, which counts it",
    ).toEqual([]);
  });
});

describe("C", () => {
  test("native/src/sys knows no JavaScript", () => {
    const among = filesUnder("native/src/sys", /\.[ch]$/);
    expect(
      grep(/#\s*include.*node_api\.h.*/, among),
      "return a plain value, and make it a napi_value in native/src/binding",
    ).toEqual([]);
  });

  test("native/src/binding makes no system calls", () => {
    const headers = /#\s*include\s*<(unistd|fcntl|poll|(sys|netinet|arpa|linux)\/.*)\.h>/;
    expect(
      grep(headers, filesUnder("native/src/binding", /\.[ch]$/)),
      "put the call in native/src/sys and return -errno from there",
    ).toEqual([]);
  });

  test("a file opens with what it is for, a .c file in its header", () => {
    const bare = filesUnder("native", /\.[ch]$/).filter(
      (file) => !read(file).startsWith("/*") && !files.includes(file.replace(/\.c$/, ".h")),
    );
    expect(bare, "open it with a comment: purpose, owner of the memory, threads").toEqual([]);
  });
});

describe("documentation", () => {
  const pages = files.filter((file) =>
    /^(README|ARCHITECTURE|CONTRIBUTING|docs\/.*)\.md$/.test(file),
  );

  test("names scripts and commands that exist", () => {
    expect(
      pages.flatMap(unknownCommands),
      "scripts are in package.json, commands in src/cli/commands",
    ).toEqual([]);
  });

  test("README.md has at most 200 lines", () => {
    const long = pages.filter(
      (file) => file === "README.md" && read(file).trimEnd().split("\n").length > 200,
    );
    expect(long, "move what teaches to docs/guide").toEqual([]);
  });
});

describe("text", () => {
  const lock = /package-lock\.json$/;
  const among = files.filter((file) => file !== "test/tidy/words.ts");

  for (const { what, pattern, instead } of banned) {
    test(`no file holds ${what}`, () => {
      expect(grep(pattern, among), instead).toEqual([]);
    });
  }

  test("lock files name no hosts", () => {
    expect(
      grep(
        /"resolved": "\w+:\/\/.*/,
        files.filter((file) => lock.test(file)),
      ),
      "npm config set omit-lockfile-registry-resolved true, then npm install",
    ).toEqual([]);
  });
});
