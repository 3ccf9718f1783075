/** The process that consumes a buffer, measured. */
import { expectedCopies, pieceBytes } from "./mechanism.ts";
import { mechanisms } from "./mechanisms.ts";
import { measurePasses, sumOfSteps } from "./pass.ts";

measurePasses((id, content) => {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  return {
    path: mechanism.path,
    pass: (see) => mechanism.consume(content, see),
    proof: sumOfSteps([content], pieceBytes),
    copiedBytes: expectedCopies(mechanism, content.length),
  };
});
