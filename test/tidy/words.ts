/** Text that no file of the repository may hold. This file is the only exception. */

export const banned: readonly { what: string; pattern: RegExp; instead: string }[] = [
  {
    what: "a path of one machine",
    pattern: /(?<![\w.-])\/(work|root|home|Users)\/\S*/,
    instead: "use a path relative to the repository, os.tmpdir() or process.execPath",
  },
  {
    what: "a registry's host",
    pattern: /\bregistry\.[\w-]+\.\w+|\bnpmjs\.\w+|\bpypi\.org|\b\w+\.debian\.org/,
    instead: "name the package; where it comes from is the reader's configuration",
  },
  {
    what: "an unfinished piece of work",
    pattern: /\b(TODO|FIXME|XXX)\b.*/,
    instead: "finish it, or leave it out and say in the comment what was not done and why",
  },
];
