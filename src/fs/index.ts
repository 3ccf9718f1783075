/**
 * `zerocopy/fs`: files as memory, and copies of files.
 *
 * ```ts
 * import { mapFile } from "zerocopy/fs";
 *
 * const map = mapFile(process.execPath);
 * console.log(map.subarray(1, 4).decode()); // ELF
 * map.unmap();
 * ```
 */
export type { MapAdvice } from "./advice.ts";
export type { CopyFileOptions } from "./arguments.ts";
export { copyFile } from "./copyFile.ts";
export type { CopyPath, CopyResult } from "./copyPaths.ts";
export type { AnyFile } from "../os/file.ts";
export { mapFile } from "./mapFile.ts";
export type { MapOptions } from "./mapOptions.ts";
export { mapWindows } from "./mapWindows.ts";
export type { MapWindowsOptions } from "./mapWindows.ts";
export { MappedFile } from "./mappedFile.ts";
export { MappedWindows } from "./mappedWindows.ts";
export { readInto } from "./readInto.ts";
export type { ReadResult } from "./readInto.ts";
export type { Memory } from "./regions.ts";
export { writeFrom } from "./writeFrom.ts";
export type { WriteResult } from "./writeFrom.ts";
