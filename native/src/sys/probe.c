#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cache.h"
#include "mapping.h"
#include "syscalls.h"

static int open_executable(void) {
  int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int unix_pair(int pair[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ? -errno : 0;
}

static int tcp_pair(int pair[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr *generic = (struct sockaddr *)&address;
  socklen_t length = sizeof address;
  int error = 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  pair[1] = -1;
  if (listener < 0 || pair[0] < 0 || bind(listener, generic, length) < 0 ||
      listen(listener, 1) < 0 || getsockname(listener, generic, &length) < 0 ||
      connect(pair[0], generic, length) < 0 ||
      (pair[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0) {
    error = -errno;
    zc_close(pair[0]);
  }
  zc_close(listener);
  return error;
}

/* "Moved nothing and said nothing" is a failure too: the executable is not empty. */
static int moved(int64_t result) {
  if (result < 0) return (int)result;
  return result == 1 ? 0 : -EIO;
}

static int probe_sendfile(int (*connect_pair)(int[2])) {
  int pair[2];
  int file = open_executable();
  if (file < 0) return file;
  int error = connect_pair(pair);
  if (!error) {
    int64_t offset = 0;
    error = moved(zc_sendfile(pair[0], file, &offset, 1));
    zc_close(pair[0]);
    zc_close(pair[1]);
  }
  zc_close(file);
  return error;
}

int zc_probe_sendfile_tcp(void) { return probe_sendfile(tcp_pair); }

int zc_probe_sendfile_unix(void) { return probe_sendfile(unix_pair); }

static int splice_one_byte(int file, int socket_fd) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  int64_t offset = 0;
  int error = moved(zc_splice(file, &offset, ends[1], 1, 0));
  if (!error) error = moved(zc_splice(ends[0], NULL, socket_fd, 1, 0));
  zc_close(ends[0]);
  zc_close(ends[1]);
  return error;
}

int zc_probe_splice_tcp(void) {
  int pair[2];
  int file = open_executable();
  if (file < 0) return file;
  int error = tcp_pair(pair);
  if (!error) {
    error = splice_one_byte(file, pair[0]);
    zc_close(pair[0]);
    zc_close(pair[1]);
  }
  zc_close(file);
  return error;
}

int zc_probe_map(void) {
  int file = open_executable();
  if (file < 0) return file;
  zc_mapping *mapping;
  zc_map_request request = {.fd = file, .length = 1, .protection = PROT_READ, .flags = MAP_PRIVATE};
  int error = zc_map(&request, &mapping);
  if (!error) zc_mapping_free(mapping);
  zc_close(file);
  return error;
}

int zc_probe_cachestat(void) {
  int file = open_executable();
  if (file < 0) return file;
  int64_t resident = zc_resident_bytes(file, 0, 0);
  zc_close(file);
  return resident < 0 ? (int)resident : 0;
}
