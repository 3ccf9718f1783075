/**
 * `vitest run` is what `npm test` runs; `vitest run --mode slow` runs test/slow, which fetches other
 * versions of Node.
 */
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  const slow = mode === "slow";
  return {
    test: {
      include: slow ? ["test/slow/**/*.test.ts"] : ["test/**/*.test.ts"],
      exclude: slow ? [] : ["test/slow/**"],
      // Tests load a native addon, count descriptors and end workers: each file has its own process.
      pool: "forks",
      maxWorkers: 2,
      // They bound what hangs: the slow ones send gigabytes, on machines that do other things too.
      testTimeout: slow ? 600_000 : 30_000,
      hookTimeout: slow ? 600_000 : 60_000,
      allowOnly: false,
      // The package runs as its users' Node runs it, not through Vite.
      server: { deps: { external: [/\/dist\/.*\.js$/] } },
      reporters: ["default", "./test/countReporter.ts"],
    },
  };
});
