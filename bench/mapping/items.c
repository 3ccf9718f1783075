/*
 * The loop that mapped files are held against.
 *
 *   items FILE BYTES ROUNDS
 *
 * In each round the file, one hole of BYTES, is made anew, so that none of its pages is in memory;
 * then it is mapped and 1,000 doubles at random places are summed. Prints the median of the loops,
 * in ms. The places are those of mapped.ts.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { items = 1000, most_rounds = 1000 };

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now_ms(void) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) < 0) fail("clock");
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int count, char **arguments) {
  static double loops[most_rounds];
  if (count != 4) return 2;
  uint64_t bytes = strtoull(arguments[2], NULL, 10);
  int rounds = atoi(arguments[3]);
  if (rounds < 1 || rounds > most_rounds) return 2;
  int fd = open(arguments[1], O_RDWR | O_CLOEXEC);
  if (fd < 0) fail("open");
  uint32_t state = 1;
  volatile double sum = 0;
  for (int round = 0; round < rounds; round++) {
    if (ftruncate(fd, 0) < 0 || ftruncate(fd, (off_t)bytes) < 0) fail("ftruncate");
    const uint8_t *map =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    if (map == MAP_FAILED || madvise((void *)map, bytes, MADV_RANDOM) < 0) fail("mmap");
    uint64_t places[items];
    for (int i = 0; i < items; i++) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      places[i] = (uint64_t)((double)state / 4294967296.0 * (double)(bytes / 8)) * 8;
    }
    double before = now_ms();
    for (int i = 0; i < items; i++) sum += *(const double *)(map + places[i]);
    loops[round] = now_ms() - before;
    munmap((void *)map, bytes);
  }
  qsort(loops, (size_t)rounds, sizeof *loops, by_value);
  printf("%.6f\n", loops[rounds / 2]);
  return 0;
}
