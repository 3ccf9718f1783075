#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 60000
#define CHUNK_WORDS 8192

bool small_run;
bool under_valgrind;

void check_that(bool holds, const char *condition, const char *file, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: wanted %s (errno %d)\n", file, line, condition, errno);
  _exit(1);
}

void check_equal(int64_t found, int64_t wanted, const char *expression, const char *file,
                 int line) {
  if (found == wanted) return;
  fprintf(stderr, "%s:%d: %s: wanted %lld, found %lld\n", file, line, expression, (long long)wanted,
          (long long)found);
  _exit(1);
}

int count_fds(void) {
  DIR *folder = opendir("/proc/self/fd");
  CHECK(folder != NULL);
  int count = -3; /* ".", ".." and the folder itself */
  while (readdir(folder)) count++;
  closedir(folder);
  return count;
}

static struct rlimit fd_limit;

void limit_fds(int spare) {
  CHECK(getrlimit(RLIMIT_NOFILE, &fd_limit) == 0);
  int limit = 0;
  for (int unused = 0; unused < spare || fcntl(limit, F_GETFD) >= 0; limit++) {
    if (fcntl(limit, F_GETFD) < 0) unused++;
  }
  struct rlimit tight = {.rlim_cur = (rlim_t)limit, .rlim_max = fd_limit.rlim_max};
  CHECK(setrlimit(RLIMIT_NOFILE, &tight) == 0);
}

void unlimit_fds(void) { CHECK(setrlimit(RLIMIT_NOFILE, &fd_limit) == 0); }

void sleep_ms(int ms) {
  struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
  nanosleep(&time, NULL);
}

bool wait_until(bool (*holds)(void *), void *argument) {
  for (int waited = 0; waited < DEADLINE_MS; waited++) {
    if (holds(argument)) return true;
    sleep_ms(1);
  }
  return false;
}

/* splitmix64: neighbours in tag or offset have nothing in common. */
static uint64_t content_word(uint32_t tag, uint64_t index) {
  uint64_t z = ((uint64_t)tag << 40) + (index + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

bool is_content(const uint8_t *bytes, size_t length, uint32_t tag, uint64_t offset) {
  for (size_t i = 0; i < length; i++) {
    uint64_t at = offset + i;
    if (bytes[i] != (uint8_t)(content_word(tag, at / 8) >> (8 * (at % 8)))) return false;
  }
  return true;
}

int make_file(uint32_t tag, uint64_t size) {
  int fd = memfd_create("zerocopy-test", MFD_CLOEXEC);
  CHECK(fd >= 0);
  static _Thread_local uint64_t words[CHUNK_WORDS];
  for (uint64_t done = 0; done < size;) {
    for (size_t i = 0; i < CHUNK_WORDS; i++) words[i] = content_word(tag, done / 8 + i);
    size_t length = size - done < sizeof words ? (size_t)(size - done) : sizeof words;
    CHECK_EQUAL(write(fd, words, length), length);
    done += length;
  }
  return fd;
}

static void make_tcp_pair(int pair[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr *generic = (struct sockaddr *)&address;
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(listener >= 0 && bind(listener, generic, length) == 0 && listen(listener, 1) == 0);
  CHECK(getsockname(listener, generic, &length) == 0);
  pair[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(pair[1] >= 0 && connect(pair[1], generic, length) == 0);
  pair[0] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  CHECK(pair[0] >= 0);
  close(listener);
}

void make_pair(pair_kind kind, int pair[2]) {
  if (kind == PAIR_TCP) {
    make_tcp_pair(pair);
  } else {
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  }
  CHECK(fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0);
}

void close_pair(int pair[2]) {
  close(pair[0]);
  close(pair[1]);
}

void expect_content(int fd, uint32_t tag, uint64_t offset, uint64_t count) {
  uint8_t bytes[65536];
  while (count > 0) {
    ssize_t found = read(fd, bytes, count < sizeof bytes ? (size_t)count : sizeof bytes);
    CHECK(found > 0);
    CHECK(is_content(bytes, (size_t)found, tag, offset));
    offset += (uint64_t)found;
    count -= (uint64_t)found;
  }
}

uint64_t drain(int fd) {
  uint8_t bytes[65536];
  uint64_t total = 0;
  ssize_t found;
  while ((found = read(fd, bytes, sizeof bytes)) > 0) total += (uint64_t)found;
  return total;
}

void wait_until_full(int reader) {
  int before = -1;
  int same = 0;
  for (int waited = 0; same < 3; waited += 5) {
    CHECK(waited < DEADLINE_MS);
    int queued = 0;
    CHECK(ioctl(reader, FIONREAD, &queued) == 0);
    same = queued > 0 && queued == before ? same + 1 : 0;
    before = queued;
    sleep_ms(5);
  }
}
