/** Time as it is before the program begins, which may replace clocks and timers by ones that its tests turn. */
export const { setTimeout }: { readonly setTimeout: typeof globalThis.setTimeout } = globalThis;

export const now: () => number = performance.now.bind(performance);
