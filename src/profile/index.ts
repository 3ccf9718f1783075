/**
 * `zerocopy/profile`: which line copies how many bytes, in user space and across the border to the
 * kernel, recorded from inside the program. Exact on Linux; elsewhere what is known of Node's functions.
 */
export { differenceOf } from "./diff.ts";
export type { Difference, SiteDifference, StackDifference } from "./diff.ts";
export { failuresOf, parseCondition } from "./failIf.ts";
export type { Condition } from "./failIf.ts";
export { CopyProfile, attachThread, startProfile } from "./record.ts";
export type { ProfileOptions } from "./record.ts";
export { readRecording } from "./readRecording.ts";
export { toPprof } from "./report/pprof.ts";
export { sitesOf } from "./sites.ts";
export type { Place, Site } from "./sites.ts";
export { totalsOf } from "./totals.ts";
export type { Totals } from "./totals.ts";
export type {
  CallCount,
  FrameRecord,
  FunctionRecord,
  Kind,
  OriginRecord,
  ProgramRecord,
  Recording,
  RecordingOptions,
  StackRecord,
  ThreadRecord,
  TimelineRecord,
} from "./model.ts";
