// What operations copy per byte of payload, as it was measured: multipliers.json, by name, by the majors of
// Node that agree, by kind. `copy` is in user space by libc, `modelled` in user space without libc, `in` and
// `out` cross to the kernel, `moved` stays in it. What is 0 is left out.
import fs from "node:fs";

const file = new URL("multipliers.json", import.meta.url);

/** @typedef {Record<string, number>} Figures by kind */
/** @typedef {{ figures: Figures, slack: number }} Measured what an operation copies, and how far that may vary */

/**
 * What is kept of a major, or undefined when nothing is.
 *
 * @param {number} major
 * @returns {Record<string, Figures> | undefined}
 */
export function multipliers(major) {
  const kept = {};
  for (const [name, byMajors] of Object.entries(JSON.parse(fs.readFileSync(file, "utf8")))) {
    const majors = Object.keys(byMajors).find((key) => key.split(" ").includes(String(major)));
    if (majors !== undefined) kept[name] = byMajors[majors];
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/**
 * Sentences about what is not as it was kept.
 *
 * @param {Record<string, Figures>} kept
 * @param {Record<string, Measured>} found
 * @returns {string[]}
 */
export function drift(kept, found) {
  const gone = Object.keys(kept).filter((name) => !(name in found));
  const added = Object.keys(found).filter((name) => !(name in kept));
  const moved = Object.entries(found).flatMap(([name, { figures, slack }]) =>
    Object.entries(figures)
      .map(([kind, value]) => ({ kind, value, was: kept[name]?.[kind] ?? 0 }))
      .filter(({ value, was }) => name in kept && Math.abs(value - was) > slack + 0.01 * was)
      .map(({ kind, value, was }) => `${name}: ${kind} ${value.toFixed(3)}, was ${was}`),
  );
  return [
    ...gone.map((name) => `${name}: not measured`),
    ...added.map((name) => `${name}: not known; add it by --update`),
    ...moved,
  ];
}

/**
 * Keeps what was measured, by major.
 *
 * @param {Record<string, Record<string, Measured>>} found
 */
export function keep(found) {
  const table = {};
  for (const [major, operations] of Object.entries(found)) {
    for (const [name, { figures, slack }] of Object.entries(operations)) {
      const byMajors = (table[name] ??= {});
      const rounded = Object.fromEntries(
        Object.entries(figures)
          .map(([kind, value]) => [kind, Number(value.toFixed(slack > 0.1 ? 1 : 2))])
          .filter(([, value]) => value !== 0),
      );
      const [majors] =
        Object.entries(byMajors).find(
          ([, same]) => JSON.stringify(same) === JSON.stringify(rounded),
        ) ?? [];
      if (majors !== undefined) delete byMajors[majors];
      byMajors[majors === undefined ? major : `${majors} ${major}`] = rounded;
    }
  }
  const rows = Object.entries(table).map(
    ([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`,
  );
  fs.writeFileSync(file, `{${rows.join(",")}}`);
}
