/**
 * `zerocopy`: what every other entry point shares. Runs wherever ES2023 does; imports nothing of
 * Node.
 */
export { AbortError, OSError, ValueError, ZeroCopyError } from "./core/errors.ts";
export type { ZeroCopyErrorCode } from "./core/errors.ts";
