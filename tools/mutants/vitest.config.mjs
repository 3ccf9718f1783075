// How the unit and property tests run in a sandbox: `--root` is its folder.
export default {
  cacheDir: "cache",
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    bail: 1,
    testNamePattern:
      /^(?!.*(has empty views, too|equal to nothing|1e\+40 is a ValueError|refuses items of|partition names cast)).*$/,
    server: { deps: { external: [/\/dist\/.*\.js$/] } },
    reporters: ["json"],
    outputFile: "report.json",
  },
};
