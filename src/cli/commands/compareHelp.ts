import { limits } from "./compareOptions.ts";

export const help: string = `zerocopy compare: what sending a file costs the traditional way, and with zero-copy

Usage: zerocopy compare [file [PATH]] [options]
       zerocopy compare report FILE.json [--json] [--html FILE [--open]]

Sends PATH (default: the running Node binary) over TCP to another process by each mechanism, every
trial in a process of its own, in interleaved rounds, and prints medians. Content is checked by hash
in a run before the measured ones. "report" shows a result of --json again.

Situations:
  --cold           drop the file from the page cache before each trial (on a copy in TMPDIR), and
                   prove it with cachestat; more than 1 % left is an error
  --range A-B      bytes A to B, both included, as in HTTP; B may be left out
  --concurrency N  N transfers at a time, 1 to ${limits.concurrency}
  --slow-reader    the receiver takes a second for each transfer
  --size LIST      temporary files of these sizes instead of PATH: 4K,1M,64M or 4K-1G (steps of 4×)

Output:
  --json           everything as JSON, every sample included (docs/compare.schema.json)
  --html FILE      the same as one page that needs nothing else, with drawings and charts
  --open           open that page in the browser
  --rounds N       measured rounds, 1 to ${limits.rounds} (default ${limits.defaultRounds}; ${limits.defaultCurveRounds} with several sizes)
  --only LIST      mechanisms, separated by commas
  --list           the mechanisms there are
  --help           this text

Columns, all of the sending process alone, and where they come from:
  copies/B         bytes that crossed between user space and kernel (rchar + wchar of /proc/self/io,
                   less what sendfile moved, which the kernel adds to both), plus bytes this library
                   copied in user space, divided by the bytes sent
  CPU-s/GB         user and system time by getrusage(2), per 10^9 bytes; how it divides into user
                   and system is sampled by the kernel, in ticks
  GB/s             10^9 bytes per second, from the first call to the receiver's end of file
  peak RSS         VmHWM of /proc/self/status, reset at the start, less VmRSS at the start; pages of
                   a mapped file count, though they are the page cache's
  switches         voluntary and involuntary context switches, by getrusage(2)
  faults           minor and major page faults, by getrusage(2)
  I/O calls        syscr + syscw of /proc/self/io, and the sendfile and splice calls the addon counts
A trial of a file under 8 MiB repeats the transfer, up to 256 times; for files under 1 MB the table
shows µs per transfer instead of rates. All figures but the peak RSS are per transfer. Nothing is
modelled.

Examples:
  zerocopy compare
  zerocopy compare file video.mp4 --rounds 9
  zerocopy compare file video.mp4 --cold --html cold.html --open
  zerocopy compare --size 4K-1G --only stream,sendfile
  zerocopy compare file video.mp4 --json > result.json
  zerocopy compare report result.json --html result.html

Exit codes: 0 done, 1 a fault of this program, 2 wrong usage or a file that cannot be compared,
130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
`;
