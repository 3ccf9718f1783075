import { limits } from "./compareOptions.ts";

export const help: string = `zerocopy compare: what sending a file costs the traditional way, and with zero-copy

Usage: zerocopy compare [file [PATH]] [options]
       zerocopy compare receive [options]                 ("compare receive --help" tells about it)
       zerocopy compare relay [options]                   ("compare relay --help" tells about it)
       zerocopy compare memory [growing] [options]        ("compare memory --help" tells about it)
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

const sharedOptions = `  --rounds N       measured rounds, 1 to ${limits.rounds} (default ${limits.defaultRounds}; ${limits.defaultCurveRounds} with several sizes)
  --only LIST      mechanisms, separated by commas
  --list           the mechanisms there are
  --json           everything as JSON, every sample included (docs/compare.schema.json)
  --html FILE      the same as one page that needs nothing else, with drawings and charts
  --open           open that page in the browser
  --help           this text
`;

const memoryOptions = `  --size LIST      contents of these sizes: 4K,1M,64M or 1M-64M (steps of 4×); default 16M. With several,
                   tables and page show how time and bytes copied grow with the size
${sharedOptions}
Columns, all of the measured process alone, per pass, and where they come from:
  copied           bytes copied in user space, counted where they are copied; a trial fails when the count
                   is not what arithmetic says
  time             from the first step to the last, by a monotonic clock
  ±                half the range of the rounds, as a part of the median
  CPU              user and system time of all threads, the garbage collector's included, by getrusage(2)
  peak RSS         VmHWM of /proc/self/status, reset at the start, less VmRSS at the start, which has the
                   content in it; of the trial, not of a pass
  faults           minor and major page faults, by getrusage(2)
A trial repeats the pass, twice as often each time, until 0.1 s have gone by. What grows with the square of
the size is left out where it would copy more than 100 GiB, and the output says so.`;

const memoryExits = `Exit codes: 0 done, 1 a fault of this program, 2 wrong usage or a size that cannot be had,
130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
`;

const memoryHelp = `zerocopy compare memory: what consuming a buffer costs with copies, and with views

Usage: zerocopy compare memory [options]
       zerocopy compare memory growing [options]   ("compare memory growing --help" tells about it)

Goes through a buffer from the front, 4 KiB at a time, until nothing is left, and reads a byte of each
piece: Python's "b = b[4096:]", first of bytes, then of a memoryview. Every trial runs in a process of its
own, in interleaved rounds, and medians are printed. Content is checked by hash in a run before the
measured ones, and by a sum in every pass.

${memoryOptions}

Examples:
  zerocopy compare memory
  zerocopy compare memory --size 1M-64M --html memory.html --open
  zerocopy compare memory --size 256K --only subarray,memoryview --rounds 9

${memoryExits}`;

const growingHelp = `zerocopy compare memory growing: what collecting a stream's chunks costs, by the ways to do it

Usage: zerocopy compare memory growing [options]

Puts chunks of 64 KiB together until there are no more: by Buffer.concat for each, by an array and one
Buffer.concat at the end, by a bytearray that grows, and by a ByteQueue, which leaves them where they are.
Every trial runs in a process of its own, in interleaved rounds, and medians are printed. Content is checked
by hash in a run before the measured ones, and by a sum in every pass.

${memoryOptions}

Examples:
  zerocopy compare memory growing
  zerocopy compare memory growing --size 1M-64M --html growing.html --open
  zerocopy compare memory growing --size 256M --only array,bytearray,queue

${memoryExits}`;

const relayHelp = `zerocopy compare relay: what a TCP proxy costs through user space, and inside the kernel

Usage: zerocopy compare relay [options]

A source sends to a proxy, which passes everything on to a receiver: by a.pipe(b), and by relay(a, b) of
zerocopy/net. Every trial is three processes of its own, in interleaved rounds, and medians of the proxy
are printed. Content is checked by hash in a run before the measured ones.

  --size LIST      so many bytes: 64K,1M,64M or 4K-1G (steps of 4×); default 1 GB
${sharedOptions}
The columns are those of "compare file", all of the proxy alone. One connection passes in each trial, so
small sizes tell what setting it up costs.

Examples:
  zerocopy compare relay
  zerocopy compare relay --size 64K-1G --html relay.html --open

Exit codes: 0 done, 1 a fault of this program, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
`;

const receiveHelp = `zerocopy compare receive: what a body costs by chunks, and in memory of one's own

Usage: zerocopy compare receive [options]

A source sends a body over TCP to another process, which wants it in one piece: by collecting chunks and
Buffer.concat, and by recvAll of zerocopy/net into new memory and into memory that is there. Every trial is two
processes of its own, in interleaved rounds, and medians of the receiver are printed. Content is checked by
hash in a run before the measured ones.

  --size LIST      bodies of these sizes: 64K,1M,64M or 4K-1G (steps of 4×); default 64M
${sharedOptions}
The columns are those of "compare file", all of the receiver alone; copies/B has what recv(2) of the addon
moved, which the kernel does not count.

Examples:
  zerocopy compare receive
  zerocopy compare receive --size 64K-256M --html receive.html --open

Exit codes: 0 done, 1 a fault of this program, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
`;

/** By the id of a chapter. */
export const helps: Readonly<Record<string, string>> = {
  receive: receiveHelp,
  relay: relayHelp,
  memory: memoryHelp,
  "memory-growing": growingHelp,
};
