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

#define MOST_CONNECTIONS 5

typedef struct {
  uint16_t port;
  uint32_t connections;
  int64_t result;
} receiver;

static uint16_t listen_on_loopback(int *listener) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  *listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(*listener >= 0 && bind(*listener, (struct sockaddr *)&address, length) == 0);
  CHECK(listen(*listener, MOST_CONNECTIONS) == 0);
  CHECK(getsockname(*listener, (struct sockaddr *)&address, &length) == 0);
  return ntohs(address.sin_port);
}

static void *receive(void *argument) {
  receiver *r = argument;
  r->result = zc_receive_all(r->port, r->connections);
  return NULL;
}

static void receive_from(uint32_t connections, uint64_t size) {
  int listener;
  int sockets[MOST_CONNECTIONS];
  receiver r = {.port = listen_on_loopback(&listener), .connections = connections};
  int file = make_file(31, size);
  pthread_t thread;
  inbox box;
  inbox_open(&box);
  CHECK(pthread_create(&thread, NULL, receive, &r) == 0);
  for (uint32_t i = 0; i < connections; i++) {
    sockets[i] = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    CHECK(sockets[i] >= 0);
    inbox_start(&box, (zc_request){.socket_fd = sockets[i], .file_fd = file, .count = size});
  }
  for (uint32_t i = 0; i < connections; i++) CHECK_EQUAL(inbox_done(&box, 0).moved, size);
  for (uint32_t i = 0; i < connections; i++) close(sockets[i]);
  pthread_join(thread, NULL);
  CHECK_EQUAL(r.result, connections * size);
  inbox_close(&box);
  close(file);
  close(listener);
}

static void receives_every_stream_to_its_end(void) {
  uint64_t sizes[] = {0, 1, ZC_RECEIVE_BATCH_BYTES, 3 * (uint64_t)ZC_RECEIVE_BATCH_BYTES + 5};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    receive_from(1, sizes[i]);
    receive_from(MOST_CONNECTIONS, sizes[i]);
  }
  CHECK_EQUAL(zc_receive_all(1, 0), 0);
}

static void nobody_listens(void) {
  int listener;
  uint16_t port = listen_on_loopback(&listener);
  close(listener);
  CHECK_EQUAL(zc_receive_all(port, 1), -ECONNREFUSED);
  CHECK_EQUAL(zc_receive_all(port, 3), -ECONNREFUSED);
}

const test receive_tests[] = {TEST(receives_every_stream_to_its_end), TEST(nobody_listens), {0}};
