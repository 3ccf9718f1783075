/* receive.h: takes everything, counts it, and says when there is nobody to take it from. */
#include "../src/sys/receive.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "inbox.h"
#include "tests.h"

static uint16_t listen_on_loopback(int *listener) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  *listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(*listener >= 0 && bind(*listener, (struct sockaddr *)&address, length) == 0);
  CHECK(listen(*listener, 4) == 0);
  CHECK(getsockname(*listener, (struct sockaddr *)&address, &length) == 0);
  return ntohs(address.sin_port);
}

enum { CONNECTIONS = 3 };

static void *receive(void *argument) {
  int64_t *result = argument;
  *result = zc_receive_all((uint16_t)*result, CONNECTIONS);
  return NULL;
}

static void send_file(int listener, uint64_t size) {
  int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  CHECK(connection >= 0);
  int file = make_file(31, size);
  inbox box;
  inbox_open(&box);
  inbox_start(&box, (zc_request){.socket_fd = connection, .file_fd = file, .count = size});
  CHECK_EQUAL(inbox_done(&box, 0).sent, size);
  close(connection);
  inbox_close(&box);
  close(file);
}

static void receives_every_connection_to_its_end(void) {
  uint64_t sizes[] = {0, 1, ZC_RECEIVE_BATCH_BYTES, 3 * (uint64_t)ZC_RECEIVE_BATCH_BYTES + 5};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    int fds = count_fds();
    int listener;
    int64_t result = listen_on_loopback(&listener);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, receive, &result) == 0);
    for (int sent = 0; sent < CONNECTIONS; sent++) send_file(listener, sizes[i]);
    pthread_join(thread, NULL);
    CHECK_EQUAL(result, CONNECTIONS * sizes[i]);
    close(listener);
    CHECK_EQUAL(count_fds(), fds);
  }
}

static void no_connections_receive_nothing(void) { CHECK_EQUAL(zc_receive_all(1, 0), 0); }

static void nobody_listens(void) {
  int listener;
  uint16_t port = listen_on_loopback(&listener);
  close(listener);
  CHECK_EQUAL(zc_receive_all(port, 1), -ECONNREFUSED);
}

const test receive_tests[] = {TEST(receives_every_connection_to_its_end),
                              TEST(no_connections_receive_nothing),
                              TEST(nobody_listens),
                              {0}};
