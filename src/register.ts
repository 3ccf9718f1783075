/**
 * `node --import zerocopy/register app.js` (or `-r`): file streams that an unmodified program pipes into
 * responses, requests and plain sockets are sent by the kernel. Nothing else changes: not a response, not
 * an event, not an error. Imported for what it does; harmless where it cannot do it, and when imported twice.
 *
 * `ZEROCOPY_REPORT=1` says at exit how many bodies took which path, and why the others did not.
 */
import { install } from "./http/streams/readOrSend.ts";
import { reportAtExit } from "./register/reportAtExit.ts";

if (install() && process.env["ZEROCOPY_REPORT"] === "1") reportAtExit();
