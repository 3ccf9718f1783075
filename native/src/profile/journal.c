#include "journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "v8.h"

#define RING 512

typedef struct {
  zc_call call;
  uint32_t thread;
  uint32_t state;
  uint32_t frames;
  double bytes;
  double rate;
  void *caller;
  void *callback;
  void *frame[ZC_FRAMES];
} raw_sample;

struct zc_journal {
  struct zc_journal *next;
  zc_isolate *isolate; /* NULL when its thread has ended */
  zc_thread *thread;
  uint32_t pending; /* samples in the ring; a full ring is emptied, never overwritten */
  raw_sample *ring;
  zc_code_map code;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zc_journal *journals;
static atomic_uint_fast64_t lost;

/* Stacks of all journals: open addressing over an array that grows. */
static zc_stack *stacks;
static size_t stack_count;
static size_t stack_room;
static uint32_t *stack_index; /* of `stacks`, plus 1 */
static size_t index_capacity;

/* The ring of threads without JavaScript. A thread that finds it in use loses its sample. */
static raw_sample strays[RING];
static uint32_t stray_count;
static atomic_flag strays_in_use = ATOMIC_FLAG_INIT;

uint64_t zc_journal_clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now); /* without a system call, as precise as a tick */
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void fill(raw_sample *sample, const zc_thread *self, zc_call call, size_t bytes,
                 const zc_place *place) {
  sample->call = call;
  sample->thread = zc_thread_index(self);
  sample->bytes = (double)bytes;
  sample->rate = self->sampler.rate;
  sample->caller = place->key;
  sample->callback = NULL;
  sample->state = ZC_STATE_NO_JOURNAL;
  sample->frames = 0;
}

static void lose(void) { atomic_fetch_add_explicit(&lost, 1, memory_order_relaxed); }

static void add_stray(const zc_thread *self, zc_call call, size_t bytes, const zc_place *place,
                      uint32_t state) {
  if (atomic_flag_test_and_set_explicit(&strays_in_use, memory_order_acquire)) {
    lose();
    return;
  }
  if (stray_count < RING) {
    fill(&strays[stray_count], self, call, bytes, place);
    strays[stray_count++].state = state;
  } else {
    lose();
  }
  atomic_flag_clear_explicit(&strays_in_use, memory_order_release);
}

bool zc_journal_sample(zc_thread *self, zc_call call, size_t bytes, const zc_place *place) {
  struct zc_journal *journal = atomic_load_explicit(&self->journal, memory_order_relaxed);
  /* Another isolate on the same thread has other code. */
  if (!journal || zc_v8_isolate() != journal->isolate) {
    add_stray(self, call, bytes, place, journal ? ZC_STATE_OTHER_ISOLATE : ZC_STATE_NO_JOURNAL);
    return false;
  }
  if (journal->pending == RING) {
    lose();
    return true;
  }
  raw_sample *sample = &journal->ring[journal->pending];
  fill(sample, self, call, bytes, place);
  zc_v8_sample found = zc_v8_stack(journal->isolate, place->caller, place->stack, place->frame,
                                   sample->frame, ZC_FRAMES);
  sample->frames = (uint32_t)found.frames;
  sample->state = found.state;
  sample->callback = found.callback;
  journal->pending += 1;
  return journal->pending > RING / 2;
}

/* One frame of a stack is several when functions were taken in. */
static size_t settle_frame(zc_code_map *map, uintptr_t address, zc_frame *frames, size_t limit) {
  /* A return address lies behind its call, and may be the end of the code. */
  zc_code *code = zc_code_find(map, address - 1);
  if (!code) code = zc_code_find(map, address);
  if (!code) {
    frames[0] = (zc_frame){.position = ZC_NO_POSITION, .address = address};
    return 1;
  }
  zc_code_place places[16];
  uintptr_t place = code->is_bytecode ? address : address - 1;
  size_t count = zc_code_places(map, code, place, places, limit < 16 ? limit : 16);
  for (size_t i = 0; i < count; i++) {
    frames[i] = (zc_frame){.code = places[i].code, .position = places[i].position};
  }
  return count;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  return (hash ^ value ^ (value >> 29)) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t hash_of(const zc_stack *stack) {
  uint64_t hash = mix(mix(stack->call, stack->state), stack->thread);
  hash = mix(mix(hash, stack->caller), stack->callback);
  for (uint32_t i = 0; i < stack->frames; i++) {
    const zc_frame *frame = &stack->frame[i];
    hash = mix(mix(hash, frame->code), frame->address ^ (uint64_t)(uint32_t)frame->position);
  }
  return hash ^ (hash >> 32);
}

static bool is_same(const zc_stack *a, const zc_stack *b) {
  if (a->call != b->call || a->state != b->state || a->thread != b->thread ||
      a->caller != b->caller || a->callback != b->callback || a->frames != b->frames) {
    return false;
  }
  for (uint32_t i = 0; i < a->frames; i++) {
    if (a->frame[i].code != b->frame[i].code || a->frame[i].position != b->frame[i].position ||
        a->frame[i].address != b->frame[i].address) {
      return false;
    }
  }
  return true;
}

static uint32_t *slot_for(const zc_stack *stack) {
  size_t slot = (size_t)hash_of(stack) & (index_capacity - 1);
  while (stack_index[slot] && !is_same(&stacks[stack_index[slot] - 1], stack)) {
    slot = (slot + 1) & (index_capacity - 1);
  }
  return &stack_index[slot];
}

static bool make_room(void) {
  if (stack_count < stack_room) return true;
  size_t room = stack_room ? 2 * stack_room : 1 << 10;
  zc_stack *more = realloc(stacks, room * sizeof *more);
  if (!more) return false;
  stacks = more;
  uint32_t *index = calloc(2 * room, sizeof *index);
  if (!index) return false;
  free(stack_index);
  stack_index = index;
  index_capacity = 2 * room;
  stack_room = room;
  for (size_t i = 0; i < stack_count; i++) *slot_for(&stacks[i]) = (uint32_t)i + 1;
  return true;
}

/* The same stack, in the table; NULL without memory. */
static zc_stack *find_or_add(const zc_stack *stack) {
  if (!make_room()) return NULL;
  uint32_t *slot = slot_for(stack);
  if (*slot) return &stacks[*slot - 1];
  zc_frame *frames = calloc(stack->frames + 1, sizeof *frames);
  if (!frames) return NULL;
  for (uint32_t i = 0; i < stack->frames; i++) frames[i] = stack->frame[i];
  stacks[stack_count] = *stack;
  stacks[stack_count].frame = frames;
  *slot = (uint32_t)++stack_count;
  return &stacks[stack_count - 1];
}

static void settle(const raw_sample *sample, zc_code_map *map) {
  zc_frame frames[2 * ZC_FRAMES];
  size_t count = 0;
  for (uint32_t i = 0; i < sample->frames && count < 2 * ZC_FRAMES; i++) {
    count += settle_frame(map, (uintptr_t)sample->frame[i], &frames[count], 2 * ZC_FRAMES - count);
  }
  zc_stack wanted = {
      .call = sample->call,
      .thread = sample->thread,
      .state = sample->state,
      .frames = (uint32_t)count,
      .caller = (uintptr_t)sample->caller,
      .callback = (uintptr_t)sample->callback,
      .frame = frames,
  };
  zc_stack *stack = find_or_add(&wanted);
  if (!stack) {
    lose();
    return;
  }
  stack->samples += 1;
  stack->sampled += sample->bytes;
  stack->bytes += zc_sample_estimate(sample->bytes, sample->rate);
  stack->variance += zc_sample_variance(sample->bytes, sample->rate);
}

/* With the lock. */
static void settle_strays(void) {
  if (atomic_flag_test_and_set_explicit(&strays_in_use, memory_order_acquire)) return;
  for (uint32_t i = 0; i < stray_count; i++) {
    settle(&strays[i], NULL);
  }
  stray_count = 0;
  atomic_flag_clear_explicit(&strays_in_use, memory_order_release);
}

static void settle_own(struct zc_journal *journal) {
  for (uint32_t i = 0; i < journal->pending; i++) settle(&journal->ring[i], &journal->code);
  journal->pending = 0;
}

void zc_journal_settle(void) {
  zc_thread *self = zc_thread_self();
  struct zc_journal *journal = atomic_load(&self->journal);
  self->ours += 1;
  pthread_mutex_lock(&lock);
  settle_strays();
  if (journal) settle_own(journal);
  pthread_mutex_unlock(&lock);
  self->ours -= 1;
}

static void before_collection(void) {
  zc_thread *self = zc_thread_self();
  struct zc_journal *journal = atomic_load(&self->journal);
  if (journal && journal->pending > 0) zc_journal_settle();
  self->collecting += 1;
}

static void after_collection(void) {
  zc_thread *self = zc_thread_self();
  if (self->collecting > 0) self->collecting -= 1;
}

/* The lines of one piece of code, while V8 lists them. */
typedef struct {
  zc_position *positions;
  uint32_t count;
  uint32_t room;
} line_list;

static void *start_lines(void) { return calloc(1, sizeof(line_list)); }

static void add_line(void *data, size_t offset, size_t position) {
  line_list *lines = data;
  if (lines->count == lines->room) {
    uint32_t room = lines->room ? 2 * lines->room : 16;
    zc_position *more = realloc(lines->positions, room * sizeof *more);
    if (!more) return;
    lines->positions = more;
    lines->room = room;
  }
  lines->positions[lines->count++] =
      (zc_position){(uint32_t)offset, (int32_t)position, ZC_NOT_INLINED};
}

static int by_offset(const void *left, const void *right) {
  const zc_position *a = left;
  const zc_position *b = right;
  return (a->offset > b->offset) - (a->offset < b->offset);
}

/* With the lock. */
static struct zc_journal *journal_of(const zc_isolate *isolate) {
  struct zc_journal *journal = journals;
  while (journal && journal->isolate != isolate) journal = journal->next;
  return journal;
}

static void code_changed(const zc_code_event *event) {
  pthread_mutex_lock(&lock);
  struct zc_journal *journal = journal_of(event->isolate);
  line_list *lines = event->change == ZC_CODE_LINES ? event->lines : NULL;
  if (lines && journal) {
    if (lines->count > 0) {
      qsort(lines->positions, lines->count, sizeof(zc_position), by_offset);
    }
    zc_code_positions(&journal->code, event->start, lines->positions, lines->count);
    lines->positions = NULL;
  } else if (journal && event->change == ZC_CODE_ADDED) {
    zc_code_added(&journal->code, &(zc_new_code){
                                      .start = event->start,
                                      .length = event->length,
                                      .is_bytecode = event->is_bytecode,
                                      .name = event->name,
                                      .name_length = event->name_length,
                                      .shared = zc_read_shared(event->shared),
                                  });
  } else if (journal && event->change == ZC_CODE_MOVED) {
    zc_code_moved(&journal->code, event->start, event->new_start);
  }
  pthread_mutex_unlock(&lock);
  if (lines) free(lines->positions);
  free(lines);
}

struct zc_journal *zc_journal_open(void) {
  zc_thread *self = zc_thread_self();
  struct zc_journal *journal = atomic_load(&self->journal);
  if (journal || self->is_shared || zc_v8_missing()) return journal;
  journal = calloc(1, sizeof *journal);
  if (!journal) return NULL;
  journal->ring = calloc(RING, sizeof *journal->ring);
  journal->isolate = zc_v8_isolate();
  if (!journal->ring || !journal->isolate) {
    free(journal->ring);
    free(journal);
    return NULL;
  }
  journal->thread = self;
  pthread_mutex_lock(&lock);
  journal->next = journals;
  journals = journal;
  pthread_mutex_unlock(&lock);
  self->ours += 1;
  zc_v8_watch_gc(journal->isolate, before_collection, after_collection);
  zc_v8_watch_code(journal->isolate, code_changed,
                   (zc_line_recorder){.start = start_lines, .add = add_line});
  self->ours -= 1;
  self->was_javascript = true;
  zc_thread_disown(self);
  atomic_store(&self->journal, journal);
  return journal;
}

void zc_journal_close(struct zc_journal *journal) {
  zc_thread *self = journal->thread;
  zc_journal_settle();
  atomic_store(&self->journal, NULL);
  self->ours += 1;
  zc_v8_unwatch_code(journal->isolate);
  zc_v8_unwatch_gc(journal->isolate);
  self->ours -= 1;
  self->collecting = 1; /* what is left to do is to take the environment apart */
  pthread_mutex_lock(&lock);
  journal->isolate = NULL;
  zc_code_forget(&journal->code);
  pthread_mutex_unlock(&lock);
  free(journal->ring);
  journal->ring = NULL;
}

void zc_journals_reset(void) {
  zc_thread *self = zc_thread_self();
  struct zc_journal *journal = atomic_load(&self->journal);
  if (journal) journal->pending = 0;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; i < stack_count; i++) free((void *)(uintptr_t)stacks[i].frame);
  stack_count = 0;
  for (size_t i = 0; i < index_capacity; i++) stack_index[i] = 0;
  atomic_store(&lost, 0);
  pthread_mutex_unlock(&lock);
}

uint64_t zc_journals_lost(void) { return atomic_load(&lost); }

size_t zc_journals_stacks(zc_stack **found) {
  pthread_mutex_lock(&lock);
  size_t count = stack_count;
  *found = malloc((count + 1) * sizeof **found);
  for (size_t i = 0; *found && i < count; i++) (*found)[i] = stacks[i];
  pthread_mutex_unlock(&lock);
  return *found ? count : 0;
}

/* With the lock. */
static size_t add_names(const zc_code_map *map, zc_named *names, size_t count) {
  for (size_t i = 0; i < map->kept_count; i++) {
    names[count++] = (zc_named){map->kept[i]->id, map->kept[i]->name};
  }
  for (size_t i = 0; i < map->function_capacity; i++) {
    const zc_known_function *function = &map->functions[i];
    if (function->id) names[count++] = (zc_named){function->id, function->name};
  }
  return count;
}

size_t zc_journals_names(zc_named **found) {
  pthread_mutex_lock(&lock);
  size_t room = 1;
  for (struct zc_journal *each = journals; each; each = each->next) {
    room += each->code.kept_count + each->code.function_count;
  }
  *found = malloc(room * sizeof **found);
  size_t count = 0;
  for (struct zc_journal *each = journals; *found && each; each = each->next) {
    count = add_names(&each->code, *found, count);
  }
  pthread_mutex_unlock(&lock);
  return count;
}
