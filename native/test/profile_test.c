/* src/profile, as far as it needs neither Node nor V8. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/profile/chain.h"
#include "../src/profile/code.h"
#include "../src/profile/operation.h"
#include "../src/profile/origins.h"
#include "../src/profile/sampler.h"
#include "check.h"
#include "tests.h"

static void add(zc_code_map *map, uintptr_t start, size_t length, bool is_bytecode,
                const char *name) {
  zc_code_added(map, &(zc_new_code){
                         .start = start,
                         .length = length,
                         .is_bytecode = is_bytecode,
                         .name = name,
                         .name_length = strlen(name),
                     });
}

static void end(zc_code_map *map) {
  zc_code_forget(map);
  for (size_t i = 0; i < map->kept_count; i++) {
    free(map->kept[i]->name);
    free(map->kept[i]->positions);
    free(map->kept[i]);
  }
  free(map->kept);
}

/* Pairs of offset and position. */
static void tell_positions(zc_code_map *map, uintptr_t start, uint32_t count, const int *pairs) {
  zc_position *positions = calloc(count, sizeof *positions);
  CHECK(positions != NULL);
  for (uint32_t i = 0; i < count; i++) {
    positions[i] = (zc_position){(uint32_t)pairs[2 * i], pairs[2 * i + 1], ZC_NOT_INLINED};
  }
  zc_code_positions(map, start, positions, count);
}

static const char *name_at(zc_code_map *map, uintptr_t address) {
  zc_code *code = zc_code_find(map, address);
  return code ? code->name : "";
}

static int32_t position_at(zc_code_map *map, uintptr_t address) {
  zc_code_place places[4];
  size_t count = zc_code_places(map, zc_code_find(map, address), address, places, 4);
  return places[count - 1].position;
}

static void finds_code_by_address(void) {
  zc_code_map map = {0};
  add(&map, 1000, 100, true, "JS:~a file:1:1");
  add(&map, 2000, 50, false, "Builtin:B");
  CHECK(strcmp(name_at(&map, 1000), "JS:~a file:1:1") == 0);
  CHECK(strcmp(name_at(&map, 1099), "JS:~a file:1:1") == 0);
  CHECK(strcmp(name_at(&map, 1100), "") == 0);
  CHECK(strcmp(name_at(&map, 2049), "Builtin:B") == 0);
  CHECK(strcmp(name_at(&map, 999), "") == 0);
  end(&map);
}

static void later_code_takes_the_place_of_earlier(void) {
  zc_code_map map = {0};
  add(&map, 1000, 100, true, "JS:~old file:1:1");
  add(&map, 1040, 10, true, "JS:~inner file:1:1");
  CHECK(strcmp(name_at(&map, 1045), "JS:~inner file:1:1") == 0);
  add(&map, 1000, 200, true, "JS:~new file:1:1");
  CHECK(strcmp(name_at(&map, 1045), "JS:~new file:1:1") == 0);
  CHECK(strcmp(name_at(&map, 1150), "JS:~new file:1:1") == 0);
  end(&map);
}

static void code_that_moves_is_found_where_it_is(void) {
  zc_code_map map = {0};
  add(&map, 1000, 100, true, "JS:~a file:1:1");
  add(&map, 5000, 100, true, "JS:~b file:1:1");
  zc_code_moved(&map, 1000, 5000);
  CHECK(strcmp(name_at(&map, 1010), "") == 0);
  CHECK(strcmp(name_at(&map, 5010), "JS:~a file:1:1") == 0);
  zc_code_moved(&map, 7777, 8888);
  add(&map, 1000, 10, true, "JS:~c file:1:1");
  CHECK(strcmp(name_at(&map, 1005), "JS:~c file:1:1") == 0);
  end(&map);
}

static void code_of_a_stack_outlives_its_place(void) {
  zc_code_map map = {0};
  add(&map, 1000, 100, true, "JS:~a file:1:1");
  zc_code *kept = zc_code_find(&map, 1000);
  uint32_t id = zc_code_keep(&map, kept);
  CHECK(id > 0);
  CHECK_EQUAL(zc_code_keep(&map, kept), id);
  add(&map, 1000, 100, true, "JS:~b file:1:1");
  zc_code_forget(&map);
  CHECK(strcmp(kept->name, "JS:~a file:1:1") == 0);
  CHECK_EQUAL(map.kept_count, 1);
  end(&map);
}

static void a_position_of_optimised_code_must_be_the_functions_own(void) {
  zc_code_map map = {0};
  tell_positions(&map, 1000, 2, (int[]){0, 40, 5, 50});
  add(&map, 1000, 10, true, "JS:~f file:1:1");
  CHECK_EQUAL(position_at(&map, 1004), 40);
  CHECK_EQUAL(position_at(&map, 1005), 50);
  tell_positions(&map, 3000, 2, (int[]){8, 50, 16, 77});
  add(&map, 3000, 64, false, "JS:*f file:1:1");
  CHECK_EQUAL(position_at(&map, 3004), ZC_NO_POSITION);
  CHECK_EQUAL(position_at(&map, 3012), 50);
  CHECK_EQUAL(position_at(&map, 3020), ZC_FOREIGN(77));
  end(&map);
}

static void a_map_grows(void) {
  zc_code_map map = {0};
  for (uintptr_t i = 1; i <= 20000; i++) add(&map, i * 64, 32, true, "RegExp:a");
  for (uintptr_t i = 1; i <= 20000; i += 2) zc_code_moved(&map, i * 64, (i + 40000) * 64);
  CHECK(strcmp(name_at(&map, 64), "") == 0);
  CHECK(strcmp(name_at(&map, 128), "RegExp:a") == 0);
  CHECK(strcmp(name_at(&map, 40001 * 64 + 31), "RegExp:a") == 0);
  end(&map);
}

/* Between two sorts: what has come since is found, and what has gone is not. */
static void code_that_comes_after_a_search_is_found(void) {
  zc_code_map map = {0};
  for (uintptr_t i = 1; i <= 100; i++) add(&map, i * 1000, 100, true, "JS:~old file:1:1");
  CHECK(strcmp(name_at(&map, 1050), "JS:~old file:1:1") == 0);
  for (uintptr_t i = 1; i <= 2 * ZC_FRESH; i++) {
    add(&map, i * 1000 + 500, 50, true, "JS:~new file:1:1");
    CHECK(strcmp(name_at(&map, i * 1000 + 549), "JS:~new file:1:1") == 0);
  }
  CHECK(strcmp(name_at(&map, 1050), "JS:~old file:1:1") == 0);
  add(&map, 1000, 10, true, "JS:~again file:1:1");
  CHECK(strcmp(name_at(&map, 1005), "JS:~again file:1:1") == 0);
  CHECK(strcmp(name_at(&map, 1050), "") == 0);
  add(&map, 1000, 20, true, "JS:~third file:1:1");
  CHECK(strcmp(name_at(&map, 1015), "JS:~third file:1:1") == 0);
  zc_code_moved(&map, 1000, 5);
  CHECK(strcmp(name_at(&map, 1015), "") == 0);
  CHECK(strcmp(name_at(&map, 10), "JS:~third file:1:1") == 0);
  end(&map);
}

static void an_operation_has_its_origin_until_it_is_dropped(void) {
  zc_origins origins = {0};
  uint32_t recent[2 * 4 + 1] = {0, 0, 5, 50, [2 * 4] = 70};
  CHECK_EQUAL(zc_origin_of(&origins, 5), 0);
  CHECK_EQUAL(zc_carried_origin(&origins), 0);
  origins.recent = recent;
  origins.recent_count = 4;
  CHECK_EQUAL(zc_carried_origin(&origins), 70);
  CHECK_EQUAL(zc_origin_of(&origins, 0), 0);
  CHECK_EQUAL(zc_origin_of(&origins, 5), 50);
  CHECK_EQUAL(zc_origin_of(&origins, 9), 0); /* it would be where 5 is */
  CHECK(zc_origins_keep(&origins, 9, 90));
  CHECK_EQUAL(zc_origin_of(&origins, 9), 90);
  CHECK(zc_origins_keep(&origins, 9, 91));
  CHECK_EQUAL(zc_origin_of(&origins, 9), 91);
  zc_origins_drop(&origins, 9);
  zc_origins_drop(&origins, 9);
  CHECK_EQUAL(zc_origin_of(&origins, 9), 0);
  CHECK_EQUAL(origins.count, 0);
  zc_origins_end(&origins);
}

/* Dropping moves others: all that are left are found, and nothing else. */
static void many_operations_come_and_go(void) {
  zc_origins origins = {0};
  uint32_t recent[2] = {0};
  origins.recent = recent;
  origins.recent_count = 1;
  for (uint64_t id = 2; id < 40000; id++) {
    CHECK(zc_origins_keep(&origins, id, (uint32_t)id));
    if (id > 3000) zc_origins_drop(&origins, id - (id % 3) * 1000);
  }
  size_t found = 0;
  for (uint64_t id = 2; id < 40000; id++) {
    uint32_t origin = zc_origin_of(&origins, (double)id);
    CHECK(origin == 0 || origin == id);
    found += origin != 0;
  }
  CHECK_EQUAL(found, origins.count);
  zc_origins_end(&origins);
}

static bool knows_every_loop(const void *loop) { return loop != NULL; }

static void no_operation_is_found_where_there_is_no_libuv(void) {
  CHECK(zc_operation_at(-1, false, knows_every_loop).id == 0);
  CHECK(zc_operation_at(3, true, knows_every_loop).id == 0);
}

/* What reading does when memory is not what V8's is, or is not there. */
static bool take_all(const zc_inlined *found, void *data) {
  (void)found, (void)data;
  return true;
}

/* Frames of eight words. Each leads to the next by its sixth. */
#define FRAME(i) (&made[8 * (i) + 5])

typedef struct {
  uintptr_t words[160 * 8];
  zc_chain chain;
} made_stack;

static void make_stack(made_stack *stack, size_t count) {
  uintptr_t *made = stack->words;
  memset(stack, 0, sizeof *stack);
  stack->chain.end = (uintptr_t)&made[8 * count];
  for (size_t i = 0; i < count; i++) {
    FRAME(i)[0] = i + 1 < count ? (uintptr_t)FRAME(i + 1) : 0;
    FRAME(i)[1] = 100 + i + 1; /* where the next goes on */
  }
}

/* Where the innermost goes on. */
static const void *const innermost = (const void *)100;

static uint64_t hash_of(const made_stack *stack) {
  return zc_chain_hash(&stack->chain, innermost, &stack->words[5]);
}

static bool explains(made_stack *stack, size_t count, const uintptr_t *named) {
  void *frames[8];
  for (size_t i = 0; i < count; i++) frames[i] = (void *)named[i];
  return zc_chain_explains(&stack->chain, innermost, &stack->words[5], frames, count);
}

static void a_stack_is_recognised_by_its_frames(void) {
  made_stack stack;
  uintptr_t *made = stack.words;
  make_stack(&stack, 6);
  uint64_t hash = hash_of(&stack);
  CHECK(hash != 0 && hash == hash_of(&stack));
  CHECK(explains(&stack, 3, (uintptr_t[]){100, 102, 105}));
  CHECK(!explains(&stack, 2, (uintptr_t[]){102, 100})); /* in their order */
  CHECK(!explains(&stack, 2, (uintptr_t[]){100, 106})); /* behind the last */
  FRAME(3)[1] += 1;
  CHECK(hash_of(&stack) != hash);
  FRAME(3)[1] -= 1;
  CHECK(hash_of(&stack) == hash);
  FRAME(4)[0] = 0; /* one less */
  CHECK(hash_of(&stack) != hash);
}

static void an_interpreted_frame_is_where_it_is_in_its_bytecode(void) {
  made_stack stack;
  uintptr_t *made = stack.words;
  make_stack(&stack, 4);
  FRAME(2)[-4] = 7000;
  FRAME(2)[-5] = (uintptr_t)33 << 32;
  const uintptr_t named[] = {101, 7033, 103};
  uint64_t before = hash_of(&stack);
  CHECK(!explains(&stack, 3, named)); /* not by the hash of before */
  uint64_t hash = hash_of(&stack);
  CHECK(hash != before);
  CHECK(explains(&stack, 3, named));
  FRAME(2)[-5] = (uintptr_t)34 << 32;
  CHECK(hash_of(&stack) != hash);
  CHECK(!explains(&stack, 3, named));
}

static void more_interpreters_than_are_kept_explain_nothing(void) {
  made_stack stack;
  uintptr_t *made = stack.words;
  make_stack(&stack, ZC_INTERPRETERS + 1);
  for (size_t i = 0; i <= ZC_INTERPRETERS; i++) FRAME(i)[-4] = 7000 + i;
  for (uintptr_t i = 0; i < ZC_INTERPRETERS; i++) {
    CHECK(!explains(&stack, 1, &(uintptr_t){7000 + i}));
    CHECK(explains(&stack, 1, &(uintptr_t){7000 + i}));
  }
  for (int i = 0; i < 2; i++) CHECK(!explains(&stack, 1, &(uintptr_t){7000 + ZC_INTERPRETERS}));
}

static void a_chain_ends_where_it_leads_nowhere(void) {
  made_stack stack;
  uintptr_t *made = stack.words;
  make_stack(&stack, 6);
  uint64_t hash = hash_of(&stack);
  const uintptr_t nowhere[] = {
      1,
      (uintptr_t)FRAME(2),                 /* itself */
      (uintptr_t)FRAME(1),                 /* inward */
      (uintptr_t)FRAME(3) + 4,             /* between words */
      stack.chain.end - sizeof(uintptr_t), /* half of it outside */
      stack.chain.end,
      UINTPTR_MAX & ~(uintptr_t)7,
  };
  for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
    FRAME(2)[0] = nowhere[i];
    CHECK(hash_of(&stack) != hash);
    CHECK(explains(&stack, 1, &(uintptr_t){102}));
    CHECK(!explains(&stack, 1, &(uintptr_t){103}));
  }
}

static void a_chain_that_is_too_long_or_in_no_stack_is_not_recognised(void) {
  made_stack stack;
  make_stack(&stack, 128);
  CHECK(hash_of(&stack) != 0);
  make_stack(&stack, 129);
  CHECK(hash_of(&stack) == 0);
  make_stack(&stack, 2);
  stack.chain.start = (uintptr_t)&stack; /* of another stack */
  CHECK(hash_of(&stack) == 0);
  CHECK(!explains(&stack, 1, &(uintptr_t){100}));
  stack.chain = (zc_chain){0}; /* unknown */
  CHECK(hash_of(&stack) == 0);
  CHECK(!explains(&stack, 1, &(uintptr_t){100}));
}

static void a_thread_knows_where_its_stack_ends(void) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  zc_chain chain = zc_chain_of_thread();
  CHECK(chain.start < here && here < chain.end);
  (void)zc_chain_hash(&chain, innermost, __builtin_frame_address(0)); /* does not crash */
}

static void nothing_is_read_where_nothing_is(void) {
  zc_inlined found;
  CHECK(!zc_read_inlined(64, take_all, NULL, &found));
  uintptr_t words[64] = {0};
  words[31] = (uintptr_t)&words[0] + 1; /* "the code", whose instructions begin here: */
  words[5] = (uintptr_t)&words[32];
  for (size_t i = 1; i < 4; i++) words[i] = (uintptr_t)&words[40] + 1;
  words[41] = (uintptr_t)UINT32_MAX << 32; /* a length that cannot be */
  CHECK(!zc_read_inlined((uintptr_t)&words[32], take_all, NULL, &found));
  CHECK_EQUAL(zc_read_shared(NULL), 0);
}

/* Without adapting: the sum of the estimates, over many copies, is what was copied. */
static void estimates_are_right_on_average(void) {
  double estimated = 0;
  double variance = 0;
  double copied = 0;
  for (uint64_t seed = 0; seed < 50; seed++) {
    zc_sampler sampler;
    zc_sampler_start(&sampler, 65536, false, seed);
    for (int i = 0; i < 2000; i++) {
      int64_t bytes = 256 + (i * 7919) % 20000 + (i % 100 == 0 ? 1000000 : 0);
      copied += (double)bytes;
      sampler.left -= bytes;
      if (sampler.left > 0) continue;
      estimated += zc_sample_estimate((double)bytes, sampler.rate);
      variance += zc_sample_variance((double)bytes, sampler.rate);
      zc_sampler_next(&sampler, 0, false);
    }
  }
  CHECK(fabs(estimated - copied) < 3 * sqrt(variance));
  CHECK(variance > 0);
}

static void too_many_samples_raise_the_rate_and_few_lower_it(void) {
  zc_sampler sampler;
  zc_sampler_start(&sampler, 1000, true, 1);
  for (int i = 0; i < 1000; i++) zc_sampler_next(&sampler, 1, false);
  CHECK(sampler.rate > 100 * 1000);
  double before = sampler.rate;
  zc_sampler_next(&sampler, 1, true);
  CHECK(sampler.rate > before);
  for (uint64_t now = 1000; now < 100000; now += 600) zc_sampler_next(&sampler, now, false);
  CHECK(sampler.rate == 1000);
}

const test profile_tests[] = {
    TEST(finds_code_by_address),
    TEST(later_code_takes_the_place_of_earlier),
    TEST(code_that_moves_is_found_where_it_is),
    TEST(code_of_a_stack_outlives_its_place),
    TEST(a_position_of_optimised_code_must_be_the_functions_own),
    TEST(a_map_grows),
    TEST(code_that_comes_after_a_search_is_found),
    TEST(an_operation_has_its_origin_until_it_is_dropped),
    TEST(many_operations_come_and_go),
    TEST(no_operation_is_found_where_there_is_no_libuv),
    TEST(a_stack_is_recognised_by_its_frames),
    TEST(an_interpreted_frame_is_where_it_is_in_its_bytecode),
    TEST(more_interpreters_than_are_kept_explain_nothing),
    TEST(a_chain_ends_where_it_leads_nowhere),
    TEST(a_chain_that_is_too_long_or_in_no_stack_is_not_recognised),
    TEST(a_thread_knows_where_its_stack_ends),
    TEST(nothing_is_read_where_nothing_is),
    TEST(estimates_are_right_on_average),
    TEST(too_many_samples_raise_the_rate_and_few_lower_it),
    {0},
};
