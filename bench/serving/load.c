/*
 * Requests over connections that stay open, the same for every server.
 *
 *   load run PORT PID CONNECTIONS WARM_MS MS STATUS FILE REQUEST   as many as take it that long
 *   load probe PORT INTERVAL_US REQUEST                            one by one, until stdin ends
 *
 * REQUEST is the text of a request. `run` checks the first response and the last: the status, and
 * that the body is FILE, byte for byte ("" is no body). All others must be as long as the first;
 * the kernel throws them away (MSG_TRUNC, tcp(7)), so that reading costs next to nothing. Prints:
 * requests, bytes of their bodies, processor time of the process PID meanwhile in ns. WARM_MS and
 * MS are of that time too: so a server is as warm on a busy machine as on an idle one.
 *
 * `probe` sends a request every INTERVAL_US, or when the one before has been answered, if that was
 * later. Prints: requests, median, 99th percentile and maximum of the times they took, in ns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client.h"

enum { batch_bytes = 256 * 1024, read_bytes = 1 << 20, head_bytes = 16 * 1024 };

static char buffer[read_bytes];

static void stop(const char *reason) {
  fprintf(stderr, "Error: %s\n", reason);
  exit(1);
}

static void send_request(int fd, const char *request) {
  size_t length = strlen(request);
  if (send(fd, request, length, MSG_NOSIGNAL) != (ssize_t)length) fail("send");
}

/* ---- one response, looked at ---- */

typedef struct {
  int status;
  size_t bytes; /* of the head */
} head_of;

/* Reads no byte of the body: what follows the head stays in the socket. */
static head_of read_head(int fd) {
  static char head[head_bytes + 1];
  size_t length = 0;
  for (;;) {
    ssize_t seen = recv(fd, head, head_bytes, MSG_PEEK);
    if (seen <= 0) fail("no response");
    head[seen] = 0;
    const char *end = strstr(head, "\r\n\r\n");
    if (end) {
      length = (size_t)(end - head) + 4;
      break;
    }
    if (seen == head_bytes) stop("the head of the response is too long");
    usleep(1000);
  }
  if (recv(fd, head, length, MSG_WAITALL) != (ssize_t)length) fail("head");
  head[length] = 0;
  head_of found = {.bytes = length};
  if (sscanf(head, "HTTP/1.1 %d", &found.status) != 1) stop("this is no HTTP/1.1");
  return found;
}

static void compare_body(int fd, const char *path) {
  static char expected[read_bytes];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(path);
  for (;;) {
    ssize_t wanted = read(file, expected, sizeof expected);
    if (wanted < 0) fail(path);
    if (wanted == 0) break;
    if (recv(fd, buffer, (size_t)wanted, MSG_WAITALL) != wanted) stop("the body is too short");
    if (memcmp(buffer, expected, (size_t)wanted) != 0) stop("the body is not that of the file");
  }
  close(file);
  if (recv(fd, buffer, 1, MSG_DONTWAIT | MSG_PEEK) > 0) stop("the body is too long");
}

typedef struct {
  int status;
  const char *file; /* "" when the response has no body */
  size_t body_bytes;
  const char *request;
} exchange;

/* Its length, head and body. */
static size_t check_response(int fd, const exchange *wanted) {
  send_request(fd, wanted->request);
  head_of head = read_head(fd);
  if (head.status != wanted->status) {
    fprintf(stderr, "Error: wanted status %d, found %d\n", wanted->status, head.status);
    exit(1);
  }
  if (wanted->body_bytes > 0) compare_body(fd, wanted->file);
  return head.bytes + wanted->body_bytes;
}

/* ---- many responses, counted ---- */

typedef struct {
  int fd;
  size_t left; /* of the response that is coming */
  int wanted;  /* SO_RCVLOWAT */
} connection;

typedef struct {
  connection *all;
  int count;
  int epoll_fd;
  size_t response_bytes;
  const char *request;
  pid_t pid;
} load;

/* Not worth looking at before that much has come. */
static void want(connection *one) {
  int bytes = one->left < batch_bytes ? (int)one->left : batch_bytes;
  if (bytes == one->wanted) return;
  if (setsockopt(one->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes) < 0) fail("lowat");
  one->wanted = bytes;
}

static void ask(const load *the, connection *one) {
  one->left = the->response_bytes;
  want(one);
  send_request(one->fd, the->request);
}

/* True when the response is complete. */
static int take(connection *one) {
  size_t most = one->left < read_bytes ? one->left : read_bytes;
  ssize_t got = recv(one->fd, buffer, most, MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0 && errno == EAGAIN) return 0;
  if (got < 0) fail("recv");
  if (got == 0) stop("the connection was closed");
  one->left -= (size_t)got;
  if (one->left > 0) want(one);
  return one->left == 0;
}

/*
 * Whoever waits in epoll is woken by the server, who pays for it: on a virtual machine as much as
 * for a small response, and more or less of it from run to run. The interrupts of a network card
 * cost a server nothing of that, so the client looks from time to time.
 */
static const struct timespec nap = {.tv_nsec = 20000};

/* A server that waits more than it works gets this many times as long by the clock. */
enum { patience = 5 };

/* Asks until the server has worked for `ms`, then waits for what it has asked for. */
static int64_t run_for(const load *the, int64_t ms) {
  int64_t until = cpu_ns(the->pid) + ms * 1000000;
  int64_t at_last = ns_of(CLOCK_MONOTONIC) + patience * ms * 1000000;
  int64_t answered = 0;
  int open = the->count;
  for (int i = 0; i < the->count; i++) ask(the, &the->all[i]);
  while (open > 0) {
    struct epoll_event events[64];
    int ready = epoll_wait(the->epoll_fd, events, 64, 0);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    if (ready == 0) nanosleep(&nap, NULL);
    int goes_on = cpu_ns(the->pid) < until && ns_of(CLOCK_MONOTONIC) < at_last;
    for (int i = 0; i < ready; i++) {
      connection *one = events[i].data.ptr;
      if (!take(one)) continue;
      answered++;
      if (goes_on) {
        ask(the, one);
      } else {
        open--;
      }
    }
  }
  return answered;
}

static load open_load(int port, int count, size_t response_bytes, const char *request) {
  load the = {
      .all = calloc((size_t)count, sizeof(connection)),
      .count = count,
      .epoll_fd = epoll_create1(0),
      .response_bytes = response_bytes,
      .request = request,
  };
  if (!the.all || the.epoll_fd < 0) fail("start");
  for (int i = 0; i < count; i++) {
    the.all[i] = (connection){.fd = connected(port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &the.all[i]};
    if (epoll_ctl(the.epoll_fd, EPOLL_CTL_ADD, the.all[i].fd, &event) < 0) fail("epoll_ctl");
  }
  return the;
}

static int run(char **words) {
  int port = atoi(words[0]);
  pid_t pid = (pid_t)atoi(words[1]);
  exchange wanted = {.status = atoi(words[5]), .file = words[6], .request = words[7]};
  struct stat status;
  if (*wanted.file) {
    if (stat(wanted.file, &status) < 0) fail(wanted.file);
    wanted.body_bytes = (size_t)status.st_size;
  }
  if (prctl(PR_SET_TIMERSLACK, 1) < 0) fail("timer slack");
  int checked = connected(port);
  size_t response_bytes = check_response(checked, &wanted);
  load the = open_load(port, atoi(words[2]), response_bytes, wanted.request);
  the.pid = pid;
  run_for(&the, atoi(words[3]));
  int64_t before = cpu_ns(pid);
  int64_t answered = run_for(&the, atoi(words[4]));
  int64_t spent = cpu_ns(pid) - before;
  for (int i = 0; i < the.count; i++) {
    if (recv(the.all[i].fd, buffer, 1, MSG_DONTWAIT) >= 0) stop("a response was too long");
  }
  if (check_response(the.all[0].fd, &wanted) != response_bytes) stop("responses differ in length");
  printf("%lld %lld %lld\n", (long long)answered,
         (long long)answered * (long long)wanted.body_bytes, (long long)spent);
  return 0;
}

/* ---- one request after the other ---- */

enum { most_samples = 1 << 20 };

static int by_value(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a;
  int64_t right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

static int is_ended(int64_t wait_ns) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  struct timespec wait = {.tv_sec = wait_ns / 1000000000, .tv_nsec = wait_ns % 1000000000};
  return ppoll(&input, 1, &wait, NULL) > 0;
}

static int probe(char **words) {
  static int64_t took[most_samples];
  int fd = connected(atoi(words[0]));
  int64_t interval = (int64_t)atoi(words[1]) * 1000;
  send_request(fd, words[2]);
  head_of head = read_head(fd);
  if (head.status != 200) stop("wanted status 200");
  usleep(10000);
  ssize_t body = recv(fd, buffer, read_bytes, 0);
  if (body <= 0) stop("wanted a body");
  size_t length = head.bytes + (size_t)body;
  puts("probing");
  fflush(stdout);
  int count = 0;
  int64_t began = ns_of(CLOCK_MONOTONIC);
  while (count < most_samples) {
    int64_t rest = began + interval - ns_of(CLOCK_MONOTONIC);
    if (is_ended(rest > 0 ? rest : 0)) break;
    began = ns_of(CLOCK_MONOTONIC);
    send_request(fd, words[2]);
    if (recv(fd, buffer, length, MSG_WAITALL) != (ssize_t)length) stop("the response is too short");
    took[count++] = ns_of(CLOCK_MONOTONIC) - began;
  }
  if (count == 0) stop("nothing was measured");
  qsort(took, (size_t)count, sizeof *took, by_value);
  printf("%d %lld %lld %lld\n", count, (long long)took[count / 2],
         (long long)took[(int64_t)count * 99 / 100], (long long)took[count - 1]);
  return 0;
}

int main(int count, char **words) {
  if (count == 10 && !strcmp(words[1], "run")) return run(words + 2);
  if (count == 5 && !strcmp(words[1], "probe")) return probe(words + 2);
  fputs("usage: load run|probe ...\n", stderr);
  return 2;
}
