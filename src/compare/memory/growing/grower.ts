/** The process that grows a buffer, measured. */
import { measurePasses, sumOfSteps } from "../pass.ts";
import { chunkBytes, chunksOf, expectedCopies } from "./mechanism.ts";
import { mechanisms } from "./mechanisms.ts";

measurePasses((id, content) => {
  const mechanism = mechanisms.find((candidate) => candidate.id === id);
  if (!mechanism) throw new Error(`there is no mechanism ${id}`);
  const chunks = Array.from({ length: chunksOf(content.length) }, (_, index) => {
    const at = index * chunkBytes;
    const size = Math.min(chunkBytes, content.length - at);
    return Buffer.from(content.buffer, content.byteOffset + at, size);
  });
  return {
    path: mechanism.path,
    pass(see) {
      const pieces = mechanism.grow(chunks);
      if (see) for (const piece of pieces) see(piece);
      return sumOfSteps(pieces, chunkBytes);
    },
    proof: sumOfSteps([content], chunkBytes),
    copiedBytes: expectedCopies(mechanism, content.length),
  };
});
