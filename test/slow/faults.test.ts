/** Storms of system calls that fail, made up anew in every run: the bytes are exact, or an error says so. */
import os from "node:os";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/content.ts";
import { describeNative } from "../support/modes.ts";
import { leaveNothingOpen } from "../support/resources.ts";
import { buildFaults, everything, expectTruth, storm } from "../support/storm.ts";

leaveNothingOpen();

const { errno } = os.constants;
const kinds: Readonly<Record<string, readonly (number | "short")[]>> = {
  sendfile: [errno.EAGAIN, errno.EINTR, errno.EINVAL, errno.EIO, errno.ENOMEM, "short"],
  splice: [errno.EINTR, errno.EINVAL, errno.EIO, errno.ENOSYS, "short"],
  sendmsg: [errno.EAGAIN, errno.EINTR, errno.EPIPE, errno.ENOBUFS, "short"],
  recv: [errno.EAGAIN, errno.EINTR, errno.ECONNRESET, errno.ENOMEM, "short"],
  copy_file_range: [errno.EINTR, errno.EXDEV, errno.EIO, errno.ENOSPC, "short"],
  preadv2: [errno.EINTR, errno.EAGAIN, errno.EOPNOTSUPP, errno.EIO, "short"],
  pwritev2: [errno.EINTR, errno.ENOSPC, errno.EIO, "short"],
  cachestat: [errno.EINTR, errno.ENOSYS, errno.EPERM, errno.EIO],
  mmap: [errno.ENOMEM, errno.EPERM],
  fcntl: [errno.EMFILE],
  dup3: [errno.EBUSY, errno.EINTR],
  pipe2: [errno.EMFILE, errno.ENFILE],
  epoll_ctl: [errno.ENOSPC, errno.ENOMEM],
  pthread_create: [errno.EAGAIN],
};

const random = (limit: number): number => Math.floor(Math.random() * limit);

/** Two to five rules, each of which strikes now and then. */
function madeUp(): string {
  const rules = Array.from({ length: 2 + random(4) }, () => {
    const call = Object.keys(kinds)[random(Object.keys(kinds).length)]!;
    const what = kinds[call]![random(kinds[call]!.length)]!;
    const seed = 1 + random(1e6);
    return `${call}:${what}:chance=${2 + random(6)}:seed=${seed}:after=${random(2) * random(1e6)}`;
  });
  return rules.join(";");
}

describeNative("every mechanism, in storms", () => {
  let library: string;
  beforeEach((context) => {
    const built = buildFaults(temporaryFolder());
    if (built === undefined) return context.skip("there is no C compiler to make the faults with");
    library = built;
  });

  test("of a hundred kinds", async () => {
    for (let index = 0; index < 100; index += 1) {
      const rules = madeUp();
      const outcomes = await storm(library, rules, everything).catch((cause: unknown) => {
        throw new Error(`with FAULTS="${rules}"`, { cause });
      });
      for (const outcome of outcomes) {
        expect(() => expectTruth(outcome), `with FAULTS="${rules}"`).not.toThrow();
      }
    }
  });
});
