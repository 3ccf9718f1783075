/** A finished transfer is forgotten. */
import { setImmediate as turn } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import { expect, test } from "vitest";
import { taggedFile } from "../support/content.ts";
import "../support/engine.ts";
import { describeModes } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { connect } from "../support/sockets.ts";

leaveNothingOpen();

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;

describeModes(({ sendFile }) => {
  test.each(["finished", "aborted", "failed"])(
    "a %s transfer keeps nothing that was passed to it alive",
    async (end) => {
      const { sender, reader } = await connect();
      reader.resume();
      const send = async (): Promise<WeakRef<object>> => {
        const stop = new AbortController();
        const onProgress = (): void => {};
        const file = end === "failed" ? "missing" : taggedFile(1, 100_000);
        const sent = sendFile(sender, file, { onProgress, signal: stop.signal });
        if (end === "aborted") stop.abort();
        await sent.catch(() => {});
        return new WeakRef(onProgress);
      };
      const callback = await send();
      for (let round = 0; round < 20 && callback.deref(); round++) {
        await turn();
        collectGarbage();
      }
      expect(callback.deref()).toBeUndefined();
    },
  );
});
