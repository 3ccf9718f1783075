// Which share of the bytes that the programs of test/support/profiling/lines copy the profiler finds on the
// line that copies them, on a wrong line, and in the function without a line; on every supported Node.
//
//   node tools/profileLines.mjs
//
// Exits 1 when of all bytes less than 90 % are on the right line, or more than 1 % on a wrong one, on some Node.
import { execFileSync } from "node:child_process";
import { runtimes } from "./runtimes/runtimes.mjs";
import { programsFor, scoreOf } from "../test/support/profiling/lines.mjs";

for (const { major, path: node } of runtimes()) {
  const version = execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" });
  console.log(`Node ${major}`.padEnd(24) + "     right     wrong   no line");
  const scores = programsFor(version).map(({ program, isCompiled }) => {
    const score = scoreOf(program, { node, isCompiled });
    print(isCompiled ? `${program}, compiled` : program, score);
    return score;
  });
  const all = together(scores);
  print("all", all);
  if (all.right < 0.9 || all.wrong > 0.01) process.exitCode = 1;
}

function together(scores) {
  const truth = scores.reduce((sum, score) => sum + score.truth, 0);
  const share = (kind) => scores.reduce((sum, score) => sum + score[kind] * score.truth, 0) / truth;
  return { right: share("right"), wrong: share("wrong"), uncertain: share("uncertain"), lines: [] };
}

function print(name, { right, wrong, uncertain, lines }) {
  const shares = [right, wrong, uncertain].map((share) =>
    `${(share * 100).toFixed(2)} %`.padStart(10),
  );
  console.log(`  ${name}`.padEnd(24) + shares.join(""));
  for (const line of lines) console.log(`    line ${line}`);
}
