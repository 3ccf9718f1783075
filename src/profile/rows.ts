/** Where things stand in the rows of {@link CopyCounter.stacks} and {@link CopyCounter.origins}. */

/** Numbers in front of the first frame. */
export const stackHead = 10;
export const originHead = 1;

/** Calls below this are of user space: memcpy and memmove come first. */
export const userCalls = 2;
