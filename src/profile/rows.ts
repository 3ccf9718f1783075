/** Where things stand in the rows of {@link ProfileAddon.stacks}. */

/** Numbers in front of the first frame. */
export const stackHead = 9;

/** Calls below this are of user space: memcpy and memmove come first. */
export const userCalls = 2;
