#include "journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chain.h"
#include "operation.h"
#include "v8.h"

#define RING 512
#define CACHE 1024

typedef struct {
  zc_call call;
  uint32_t thread;
  uint32_t state;
  uint32_t frames;
  uint32_t origin;
  zc_operation operation; /* of a stray: its origin is found out when it is settled */
  double bytes;
  double rate;
  void *caller;
  void *callback;
  void *frame[ZC_FRAMES];
} raw_sample;

/* A stack that has started something since code was moved last. */
typedef struct {
  uint64_t hash; /* of its chain */
  uint32_t kind;
  uint32_t origin;
} recent_start;

struct zc_journal {
  struct zc_journal *next;
  zc_isolate *isolate; /* NULL when its thread has ended */
  const void *loop;    /* of libuv */
  zc_thread *thread;
  uint32_t pending; /* samples in the ring; a full ring is emptied, never overwritten */
  raw_sample *ring;
  zc_code_map code;
  const double *running; /* Node's async id of what runs on this thread */
  zc_origins origins;
  zc_chain chain;
  recent_start starts[CACHE];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct zc_journal *) journals;
static atomic_uint_fast64_t lost;

/* Stacks of all journals: those that have copied, and those that have started something. */
static zc_stack_table stacks;
static zc_stack_table starts;

/* The ring of threads without JavaScript. A thread that finds it in use loses its sample. */
static raw_sample strays[RING];
static atomic_uint stray_count;
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
  sample->origin = 0;
  sample->operation = (zc_operation){0};
}

static void lose(void) { atomic_fetch_add_explicit(&lost, 1, memory_order_relaxed); }

/* Journals are never freed, and are added in front. */
static struct zc_journal *journal_at(const void *loop) {
  struct zc_journal *journal = atomic_load(&journals);
  while (journal && journal->loop != loop) journal = journal->next;
  return journal;
}

static bool is_known_loop(const void *loop) { return loop && journal_at(loop); }

static zc_operation operation_at(zc_call call, const zc_place *place) {
  return zc_operation_at(place->fd, ZC_IS_WRITE_CALL(call), is_known_loop);
}

static void add_stray(const zc_thread *self, zc_call call, size_t bytes, const zc_place *place,
                      uint32_t state) {
  zc_operation operation = {0};
  if (state == ZC_STATE_NO_JOURNAL) operation = operation_at(call, place); /* takes its time */
  if (atomic_flag_test_and_set_explicit(&strays_in_use, memory_order_acquire)) {
    lose();
    return;
  }
  if (stray_count < RING) {
    raw_sample *sample = &strays[stray_count];
    fill(sample, self, call, bytes, place);
    sample->state = state;
    sample->operation = operation;
    stray_count += 1;
  } else {
    lose();
  }
  atomic_flag_clear_explicit(&strays_in_use, memory_order_release);
}

/* Where there is JavaScript, Node knows what is under way; in the event loop, libuv does. */
static uint32_t origin_now(const struct zc_journal *journal, const raw_sample *sample,
                           const zc_place *place) {
  if (!journal->origins.recent) return 0;
  double id = journal->running ? *journal->running : 0;
  if (id < 1 && sample->frames == 0) id = operation_at(sample->call, place).id;
  uint32_t origin = zc_origin_of(&journal->origins, id);
  return origin ? origin : zc_carried_origin(&journal->origins);
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
  sample->origin = origin_now(journal, sample, place);
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

/* The frames of a raw stack. `frames` has room for twice as many. */
static uint32_t settle_frames(zc_code_map *map, void *const *raw, size_t count, zc_frame *frames) {
  size_t settled = 0;
  for (size_t i = 0; i < count && settled < 2 * ZC_FRAMES; i++) {
    settled += settle_frame(map, (uintptr_t)raw[i], &frames[settled], 2 * ZC_FRAMES - settled);
  }
  return (uint32_t)settled;
}

static void settle(const raw_sample *sample, zc_code_map *map, uint32_t origin) {
  zc_frame frames[2 * ZC_FRAMES];
  zc_stack wanted = {
      .call = sample->call,
      .thread = sample->thread,
      .state = sample->state,
      .frames = settle_frames(map, sample->frame, sample->frames, frames),
      .caller = (uintptr_t)sample->caller,
      .callback = (uintptr_t)sample->callback,
      .origin = origin,
      .frame = frames,
  };
  zc_stack *stack = zc_stacks_find_or_add(&stacks, &wanted);
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
    const zc_operation *operation = &strays[i].operation;
    const struct zc_journal *of = operation->loop ? journal_at(operation->loop) : NULL;
    settle(&strays[i], NULL, of ? zc_origin_of(&of->origins, operation->id) : 0);
  }
  stray_count = 0;
  atomic_flag_clear_explicit(&strays_in_use, memory_order_release);
}

static void settle_own(struct zc_journal *journal) {
  for (uint32_t i = 0; i < journal->pending; i++) {
    settle(&journal->ring[i], &journal->code, journal->ring[i].origin);
  }
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

static void before_collection(bool moves_code) {
  zc_thread *self = zc_thread_self();
  struct zc_journal *journal = atomic_load(&self->journal);
  /* What is collected is forgotten: an operation is known as long as its object lives. */
  if (journal && (journal->pending > 0 || stray_count > 0)) zc_journal_settle();
  if (journal && moves_code) memset(journal->starts, 0, sizeof journal->starts);
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

struct zc_journal *zc_journal_open(const void *loop, bool is_first) {
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
  journal->loop = loop;
  journal->thread = self;
  pthread_mutex_lock(&lock);
  journal->next = journals;
  journals = journal;
  pthread_mutex_unlock(&lock);
  self->ours += 1;
  journal->chain = zc_chain_of_thread();
  zc_v8_watch_gc(journal->isolate, before_collection, after_collection);
  zc_v8_watch_code(journal->isolate, code_changed,
                   (zc_line_recorder){.start = start_lines, .add = add_line});
  self->ours -= 1;
  self->was_javascript = true;
  zc_thread_disown(self, is_first);
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
  journal->loop = NULL;
  journal->running = NULL;
  zc_origins_end(&journal->origins);
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
  zc_stacks_clear(&stacks);
  atomic_store(&lost, 0);
  pthread_mutex_unlock(&lock);
}

uint64_t zc_journals_lost(void) { return atomic_load(&lost); }

/* With the lock. */
static const char *name_in(const zc_code_map *map, uint32_t id) {
  for (size_t i = 0; i < map->kept_count; i++) {
    if (map->kept[i]->id == id) return map->kept[i]->name;
  }
  for (size_t i = 0; i < map->function_capacity; i++) {
    if (map->functions[i].id == id) return map->functions[i].name;
  }
  return NULL;
}

const char *zc_journals_name(uint32_t id) {
  const char *name = NULL;
  pthread_mutex_lock(&lock);
  for (struct zc_journal *each = journals; each && !name; each = each->next) {
    name = name_in(&each->code, id);
  }
  pthread_mutex_unlock(&lock);
  return name;
}

static size_t copy_of(const zc_stack_table *table, zc_stack **found) {
  pthread_mutex_lock(&lock);
  size_t count = table->count;
  *found = malloc((count + 1) * sizeof **found);
  for (size_t i = 0; *found && i < count; i++) (*found)[i] = table->stacks[i];
  pthread_mutex_unlock(&lock);
  return *found ? count : 0;
}

size_t zc_journals_stacks(zc_stack **found) { return copy_of(&stacks, found); }

size_t zc_journals_origins(zc_stack **found) { return copy_of(&starts, found); }

bool zc_journal_find(struct zc_journal *journal, double id, double trigger) {
  journal->running = zc_v8_operation_cell(journal->isolate, id, trigger);
  return journal->running != NULL;
}

void zc_journal_follow(struct zc_journal *journal, const uint32_t *recent, size_t count) {
  pthread_mutex_lock(&lock);
  zc_origins_end(&journal->origins);
  journal->origins.recent = recent;
  journal->origins.recent_count = count;
  pthread_mutex_unlock(&lock);
}

void zc_journal_remember(struct zc_journal *journal, uint64_t id, uint32_t origin) {
  zc_thread *self = journal->thread;
  self->ours += 1;
  pthread_mutex_lock(&lock);
  if (origin) {
    zc_origins_keep(&journal->origins, id, origin);
  } else {
    zc_origins_drop(&journal->origins, id);
  }
  pthread_mutex_unlock(&lock);
  self->ours -= 1;
}

uint32_t zc_journal_recall(const struct zc_journal *journal, double id) {
  return zc_origin_of(&journal->origins, id);
}

uint32_t zc_journal_kind(struct zc_journal *journal, const char *name) {
  journal->thread->ours += 1;
  pthread_mutex_lock(&lock);
  uint32_t kind = zc_kind_of(name);
  pthread_mutex_unlock(&lock);
  journal->thread->ours -= 1;
  return kind;
}

static uint32_t settle_start(struct zc_journal *journal, uint32_t kind, void *const *raw,
                             size_t count) {
  zc_frame frames[2 * ZC_FRAMES];
  pthread_mutex_lock(&lock);
  zc_stack wanted = {
      .call = kind,
      .frames = settle_frames(&journal->code, raw, count, frames),
      .frame = frames,
  };
  const zc_stack *stack = zc_stacks_find_or_add(&starts, &wanted);
  uint32_t origin = stack ? (uint32_t)(stack - starts.stacks) + 1 : 0;
  pthread_mutex_unlock(&lock);
  return origin;
}

uint32_t zc_journal_start(struct zc_journal *journal, uint32_t kind, const zc_place *place) {
  uint64_t hash = zc_chain_hash(&journal->chain, place->caller, place->frame);
  recent_start *start = &journal->starts[(hash + kind) & (CACHE - 1)];
  if (hash && start->hash == hash && start->kind == kind) return start->origin;
  void *raw[ZC_START_FRAMES];
  zc_v8_sample found = zc_v8_stack(journal->isolate, place->caller, place->stack, place->frame, raw,
                                   ZC_START_FRAMES);
  if (found.frames == 0) return 0;
  zc_thread *self = journal->thread;
  self->ours += 1;
  uint32_t origin = settle_start(journal, kind, raw, found.frames);
  self->ours -= 1;
  if (hash && zc_chain_explains(&journal->chain, place->caller, place->frame, raw, found.frames)) {
    *start = (recent_start){.hash = hash, .kind = kind, .origin = origin};
  }
  return origin;
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
