/**
 * Says why tests were skipped, and ends the output with one line for machines: `12 passed, 0 failed`.
 *
 * A file that does not load and an error outside any test count as one failure each.
 */
import type { Reporter, TestCase, TestModule } from "vitest/node";

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const withState = (state: string): TestCase[] =>
      tests.filter((test) => test.result().state === state);
    const skipped = withState("skipped");
    const broken = modules.filter((module) => module.errors().length > 0);
    const failed = withState("failed").length + broken.length + errors.length;

    const reasons = skipped.map(reasonOf);
    for (const reason of new Set(reasons)) {
      console.log(`skipped ${reasons.filter((other) => other === reason).length}: ${reason}`);
    }
    const line = `${withState("passed").length} passed, ${failed} failed`;
    // At exit: other reporters have said what they have to say by then.
    process.once("exit", () => console.log(line));
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (
    (result.state === "skipped" ? result.note : undefined) ??
    "no reason given; say it with context.skip(reason)"
  );
}
