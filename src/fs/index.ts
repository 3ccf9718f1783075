/** `zerocopy/fs`: files and memory. */
export type { CopyFileOptions } from "./arguments.ts";
export { copyFile } from "./copyFile.ts";
export type { CopyPath, CopyResult } from "./copyPaths.ts";
export type { AnyFile } from "./file.ts";
export { readInto } from "./readInto.ts";
export type { ReadResult } from "./readInto.ts";
export type { Memory } from "./regions.ts";
export { writeFrom } from "./writeFrom.ts";
export type { WriteResult } from "./writeFrom.ts";
