/** Runs the suite in a page, bundled with all but the library itself: an import map says where that is. */
import { runSuite } from "./suite.ts";
import type { Report } from "./suite.ts";

/** What the test asks the page for. */
export type RunInPage = (files: readonly string[], memories: readonly string[]) => Promise<Report>;

const runInPage: RunInPage = async (files, memories) => {
  const answers = await Promise.all(files.map((name) => fetch(`vectors/${name}`)));
  const texts = await Promise.all(answers.map((response) => response.text()));
  return runSuite(texts, memories);
};

Object.assign(globalThis, { runInPage });
