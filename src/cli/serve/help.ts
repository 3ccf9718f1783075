import { defaults, logFormats, symlinkRules } from "./options.ts";

export const help: string = `zerocopy serve: the files of a directory over HTTP, sent by the kernel

Usage: zerocopy serve [DIR] [options]                      (default: the current directory)

Listening:
  -p, --port N         port (default ${defaults.port}, or the next that is free; 0: any that is free)
  --host ADDRESS       address to listen on (default ${defaults.host}: this machine only;
                       0.0.0.0: every network that this machine is in)
  --allow-host LIST    names under which the server may be reached, separated by commas; .example.org
                       with all names below it, * for any. Without it: IP addresses, localhost, the
                       name of this machine

Files:
  --index NAME         what is served for a directory (default ${defaults.index})
  --no-listing         no page that lists a directory without index
  --spa[=FILE]         FILE (default index.html) for every path that is not there and has no
                       extension, as single-page applications want it; no listing
                       (a 404.html in DIR is the page of what is not there)
  --extensions LIST    tried when a path without one is not there: html lets /about be about.html
  --precompressed      app.js.br, .zst or .gz for app.js, to clients that accept it
  --dotfiles           serve and list files and folders whose names begin with a dot
  --symlinks RULE      ${symlinkRules.join(", ")} (default ${symlinkRules[0]}: followed if they end in DIR)

Responses:
  --cache TIME         clients may use files so long without asking again: seconds, or 90s, 1h, 7d
                       (default 0: they always ask, and get 304 for what has not changed)
  --cors[=ORIGIN]      pages of ORIGIN (default *: every site there is) may read the files

Output:
  --log FORMAT         ${logFormats.join(", ")} (default ${logFormats[0]})
  --json               as --log json: start, every response and the end, each a line of JSON
  -q, --quiet          nothing but warnings and errors
  --grace TIME         how long responses may go on after Ctrl-C or SIGTERM (default ${defaults.grace}); a second
                       Ctrl-C ends them at once
  --help               this text

A line of the log has time, client, method, target, status, bytes of the body, duration, and for files
the path they took: sendfile, or read-write and why. Control characters in it are escaped.

Ranges, conditional requests, HEAD: as RFC 9110 has them. HTTP/1.1 without TLS: for HTTPS put a proxy in
front, and name its host by --allow-host.

Other web sites: a page from elsewhere can make your browser ask this server. It cannot read or embed a
file, unless --cors says so. Nor can it by pointing its own name to your address (DNS rebinding):
requests for unknown hosts are answered by 421, which --allow-host changes.

Examples:
  zerocopy serve
  zerocopy serve dist --spa --cache 1h --precompressed
  zerocopy serve ~/videos --host 0.0.0.0 --port 8080
  zerocopy serve --json | jq 'select(.status >= 400)'

Exit codes: 0 ended by a signal, every response complete; 130, 143, 129 some were cut off after Ctrl-C,
SIGTERM, SIGHUP; 1 a fault of this program; 2 wrong usage, a directory or port that cannot be had.
`;
