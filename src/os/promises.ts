/** The calls of `zerocopy/os`, off the JavaScript thread. */
export { sendfileAsync as sendfile } from "./sendfile.ts";
