#include "operation.h"

#include <math.h>
#include <stddef.h>
#include <sys/uio.h>
#include <unistd.h>

/* uv.h: struct uv__work, which every task of the thread pool carries in it. */
typedef struct {
  void *work;
  void *done;
  void *loop;
  void *queue[2];
} task;

/* uv.h: uv_req_t, and what follows in its kinds. Types are those of uv_req_type. */
typedef struct {
  void *data;
  int type;
  void *reserved[6];
} request;

typedef struct {
  request base;
  int kind;
  void *pointers[5]; /* one of them, `result`, is none, but as long */
  uint64_t stat[20];
  void *new_path;
  int file;
  int numbers[3];
  void *buffers;
  int64_t offset;
  unsigned int owners[2];
  double times[2];
  task work;
} fs_request;

typedef struct {
  request base;
  void *callbacks[3]; /* the first is the loop */
  task work;
} work_request;

typedef struct {
  request base;
  void *callback;
  void *send_handle;
  void *handle;
  void *queue[2];
} write_request;

enum { WRITE_REQUEST = 3, FS_REQUEST = 6, WORK_REQUEST = 7 };

/* uv.h: uv_handle_t, uv__io_t, and uv_stream_t or uv_udp_t. Types are those of uv_handle_type. */
typedef struct {
  void *callback;
  void *queues[4];
  unsigned int events[2];
  int fd;
} watcher;

typedef struct {
  void *data;
  void *loop;
  int type;
  void *rest[9];
  union {
    struct {
      void *callbacks[5];
      watcher io;
      void *write_queue[2];
    } stream;
    struct {
      void *callbacks[4];
      watcher io;
    } udp;
  } of;
} handle;

enum { PIPE_HANDLE = 7, TCP_HANDLE = 12, TTY_HANDLE = 14, UDP_HANDLE = 15 };

/* How far up libuv's own frames are looked for. */
#define STACK_WORDS 512
#define PIECE 32 /* words; the stack may end anywhere */

typedef struct {
  int fd;
  bool writes;
  bool (*is_known_loop)(const void *loop);
} question;

bool zc_read_memory(const void *address, void *to, size_t length) {
  struct iovec here = {.iov_base = to, .iov_len = length};
  struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = length};
  return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)length;
}

static bool is_id(double number) {
  return number >= 1 && number < 9007199254740992.0 && floor(number) == number;
}

/*
 * node::AsyncWrap, somewhere behind the fields of BaseObject: its own id and that of what has
 * caused it, two whole numbers as doubles. Nothing else there looks like that: pointers and small
 * integers are tiny as doubles.
 */
static double id_in(const char *object) {
  double words[24];
  if (!object || !zc_read_memory(object, words, sizeof words)) return 0;
  for (size_t at = 2; at + 1 < sizeof words / sizeof words[0]; at++) {
    double trigger = words[at + 1];
    bool has_trigger = trigger == 0 || is_id(trigger);
    if (is_id(words[at]) && has_trigger && trigger <= words[at]) return words[at];
  }
  return 0;
}

/*
 * node::ThreadPoolWork { vtable; Environment *; uv_work_t }, which is the second base of what has
 * an id: how far in, its vtable knows (Itanium C++ ABI 2.5.2, offset to top).
 */
static double id_of_work(const char *work) {
  const char *base = work - 2 * sizeof(void *);
  const char *vtable;
  intptr_t to_top;
  if (!zc_read_memory(base, &vtable, sizeof vtable) || ((uintptr_t)vtable & 7) != 0 ||
      !zc_read_memory(vtable - 2 * sizeof(void *), &to_top, sizeof to_top) || to_top > 0 ||
      to_top < -4096) {
    return 0;
  }
  return id_in(base + to_top);
}

/* The task of a thread of the pool. */
static zc_operation task_at(const char *address, const question *asked) {
  task found;
  fs_request fs;
  work_request work;
  zc_operation operation = {0};
  if (!zc_read_memory(address, &found, sizeof found) || !asked->is_known_loop(found.loop)) {
    return operation;
  }
  operation.loop = found.loop;
  const char *start = address - offsetof(fs_request, work);
  if (zc_read_memory(start, &fs, sizeof fs) && fs.base.type == FS_REQUEST &&
      (asked->fd < 0 || asked->fd == fs.file)) {
    operation.id = id_in(fs.base.data);
    return operation;
  }
  start = address - offsetof(work_request, work);
  if (zc_read_memory(start, &work, sizeof work) && work.base.type == WORK_REQUEST) {
    operation.id = id_of_work(start);
  }
  return operation;
}

/* What the stream has to write first is what it is writing. */
static double id_of_write(const char *address, const handle *stream) {
  const char *head = stream->of.stream.write_queue[0];
  write_request found;
  if (!zc_read_memory(head - offsetof(write_request, queue), &found, sizeof found) ||
      found.base.type != WRITE_REQUEST || found.handle != address) {
    return 0; /* the queue is empty: its head leads to itself */
  }
  return id_in(found.base.data);
}

static zc_operation handle_at(const char *address, const question *asked) {
  handle found = {0};
  if (!zc_read_memory(address, &found, offsetof(handle, of)) ||
      (found.type != TCP_HANDLE && found.type != PIPE_HANDLE && found.type != TTY_HANDLE &&
       found.type != UDP_HANDLE) ||
      !asked->is_known_loop(found.loop) || !zc_read_memory(address, &found, sizeof found)) {
    return (zc_operation){0};
  }
  bool is_stream = found.type != UDP_HANDLE;
  int fd = is_stream ? found.of.stream.io.fd : found.of.udp.io.fd;
  if (asked->fd >= 0 ? fd != asked->fd : fd < 0) return (zc_operation){0};
  double id = asked->writes && is_stream ? id_of_write(address, &found) : 0;
  return (zc_operation){.id = id > 0 ? id : id_in(found.data), .loop = found.loop};
}

/* An address of an object: aligned, and in the half of the space that programs have. */
static bool may_point(uintptr_t word) {
  return (word & 7) == 0 && word > 65536 && word < UINT64_C(1) << 47;
}

static size_t read_stack(const void *stack, uintptr_t *words) {
  struct iovec here = {.iov_base = words, .iov_len = STACK_WORDS * sizeof *words};
  struct iovec there[STACK_WORDS / PIECE];
  for (size_t i = 0; i < STACK_WORDS / PIECE; i++) {
    there[i] = (struct iovec){
        .iov_base = (char *)(uintptr_t)stack + i * PIECE * sizeof *words,
        .iov_len = PIECE * sizeof *words,
    };
  }
  ssize_t bytes = process_vm_readv(getpid(), &here, 1, there, STACK_WORDS / PIECE, 0);
  return bytes > 0 ? (size_t)bytes / sizeof *words : 0;
}

static __attribute__((noinline)) zc_operation search(const void *stack, const question *asked) {
  uintptr_t words[STACK_WORDS];
  size_t count = read_stack(stack, words);
  for (size_t i = 0; i < count; i++) {
    if (!may_point(words[i])) continue;
    const char *address = (const char *)words[i];
    zc_operation found = task_at(address, asked);
    /* The loop of a thread of the pool keeps where the task stood in its queue. */
    if (found.id <= 0) found = task_at(address - offsetof(task, queue), asked);
    if (found.id <= 0) found = handle_at(address, asked);
    if (found.id > 0) return found;
  }
  return (zc_operation){0};
}

/* Registers that callers keep things in are saved in this frame, which is where the search begins.
 */
zc_operation zc_operation_at(int fd, bool writes, bool (*is_known_loop)(const void *loop)) {
  question asked = {.fd = fd, .writes = writes, .is_known_loop = is_known_loop};
  __builtin_unwind_init();
  const char *frame = __builtin_frame_address(0);
  return search(frame - 8 * sizeof(void *), &asked);
}
