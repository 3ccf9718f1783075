import { defaults } from "./options.ts";

export const help: string = `zerocopy profile: which lines of a program copy how many bytes, and what to use instead

Usage: zerocopy profile [options] [flags of node] [--] app.js [its arguments]
       zerocopy profile report FILE.json [--html FILE] [--pprof FILE] [--fail-if CONDITION] [--top N]
       zerocopy profile diff BEFORE.json AFTER.json [--html FILE] [--top N]
       zerocopy profile explain API                       (explain Buffer.concat)

Runs app.js, and when it has ended tells on standard error what was copied where: bytes in user space and
across the border to the kernel, in all and by line. The program has its standard streams, arguments and
signals as without, and its exit code is that of this command. A server is profiled until Ctrl-C.

Output:
  --html [FILE]        a page that needs nothing else (default ${defaults.html})
  -o, --json [FILE]    the recording, which report and diff read (default ${defaults.json}; -:
                       standard output; docs/profile.schema.json)
  --pprof FILE         for go tool pprof and its like
  --force              overwrite these files when they are there
  --open               open the page in the browser
  --top N              lines of the table (default ${defaults.top})
  --no-source          no text of source lines in the recording
  -q, --quiet          no table

Recording:
  --duration TIME      as if Ctrl-C were pressed then: seconds, or 90s, 5m; a program that goes on for
                       another 5 s is killed
  --children           record the Node processes that the program starts too, and tell of all together;
                       then a command may stand for app.js, as in --children -- npm test
  --rate BYTES         one stack for so many bytes, fewer when that were over 200 a second (default ${defaults.rate})
  --minimum BYTES      copies in user space below this are not counted (default ${defaults.minimum}); crossings all are

For CI:
  --fail-if CONDITION  exit code 3 when it holds; may be given more than once. copies>2: copies per byte.
                       copied>10MB, in>1GB, out>1GB, unattributed>5%, site(src/frame.ts:12)>10MB,
                       api(Buffer.concat)>1MB

Flags of node go before the program: zerocopy profile --import tsx app.ts. Those that take a value and are
not widely known want it behind an equals sign.

A program that the kernel kills (SIGKILL, abort, out of memory) loses what was copied since the last
snapshot, which there is one of a second while its event loop turns. Ctrl-C twice: the program is
killed a second later. ZEROCOPY_PROFILE=0 in the environment switches recording off: the program runs, and
its exit code is that of the command unless a file or --fail-if was asked for.

Examples:
  zerocopy profile app.js
  zerocopy profile --html --open server.js --port 8080
  zerocopy profile --duration 30s -o before.json server.js
  zerocopy profile diff before.json after.json
  zerocopy profile --quiet --fail-if 'copies>2' test/transfer.js

Exit codes: that of the program, unless it is 0 or somebody has ended it; then 3 when a condition of
--fail-if holds, 1 when there is no recording or no file of it, else 0, or the signal that has ended it.
2 wrong usage or input: then nothing was run.
`;
