import { expect, test } from "vitest";
import { report } from "../../../src/register/reportAtExit.ts";

test("report says how many bodies took which path, and why, the most frequent reason first", () => {
  const text = report("zerocopy", {
    paths: { sendfile: { bodies: 12, bytes: 3_000_000 }, "read-write": { bodies: 3, bytes: 999 } },
    reasons: {
      "the connection is encrypted by TLS": { bodies: 1, bytes: 99 },
      "the message is chunked": { bodies: 2, bytes: 900 },
    },
  });
  expect(text).toBe(`\
zerocopy: files that were sent
                                                bodies      bytes
  sendfile                                          12  3,000,000
  read-write                                         3        999
    because the message is chunked                   2        900
    because the connection is encrypted by TLS       1         99
`);
});

test("report of nothing is one line", () => {
  expect(report("zerocopy, worker 3", { paths: {}, reasons: {} })).toBe(
    "zerocopy, worker 3: no file was sent\n",
  );
});

test("report says of what was copied for no reason that it was short", () => {
  const text = report("zerocopy", {
    paths: { "read-write": { bodies: 3, bytes: 1012 } },
    reasons: { "the message is chunked": { bodies: 1, bytes: 1000 } },
  });
  expect(text).toBe(`\
zerocopy: files that were sent
                                       bodies  bytes
  read-write                                3  1,012
    because short, sent with its head       2     12
    because the message is chunked          1  1,000
`);
});
