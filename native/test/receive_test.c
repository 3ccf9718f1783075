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

static void *receive(void *argument) {
  int64_t *result = argument;
  *result = zc_receive_all((uint16_t)*result);
  return NULL;
}

static void receives_to_the_end(void) {
  uint64_t sizes[] = {0, 1, ZC_RECEIVE_BATCH_BYTES, 3 * (uint64_t)ZC_RECEIVE_BATCH_BYTES + 5};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    int listener;
    int64_t result = listen_on_loopback(&listener);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, receive, &result) == 0);
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    CHECK(connection >= 0);
    int file = make_file(31, sizes[i]);
    inbox box;
    inbox_open(&box);
    inbox_start(&box, (zc_request){.socket_fd = connection, .file_fd = file, .count = sizes[i]});
    CHECK_EQUAL(inbox_done(&box, 0).sent, sizes[i]);
    close(connection);
    pthread_join(thread, NULL);
    CHECK_EQUAL(result, sizes[i]);
    inbox_close(&box);
    close(file);
    close(listener);
  }
}

static void nobody_listens(void) {
  int listener;
  uint16_t port = listen_on_loopback(&listener);
  close(listener);
  CHECK_EQUAL(zc_receive_all(port), -ECONNREFUSED);
}

const test receive_tests[] = {TEST(receives_to_the_end), TEST(nobody_listens), {0}};
