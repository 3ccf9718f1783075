/** Exact comparison of types, at compile time. */

/* oxlint-disable typescript/no-unnecessary-type-parameters -- the one comparison that is exact */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* oxlint-enable typescript/no-unnecessary-type-parameters */

/** Fails to compile unless both are the same type. */
export type Same<A, B extends (Equal<A, B> extends true ? unknown : never)> = [A, B];
