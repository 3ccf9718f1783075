#include "slots.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
#define REL_JUMP_SLOT R_X86_64_JUMP_SLOT
#define REL_GLOB_DAT R_X86_64_GLOB_DAT
#define REL_WORD R_X86_64_64
#elif defined(__aarch64__)
#define REL_JUMP_SLOT R_AARCH64_JUMP_SLOT
#define REL_GLOB_DAT R_AARCH64_GLOB_DAT
#define REL_WORD R_AARCH64_ABS64
#else
#error "the profiler knows the relocations of x86-64 and arm64 only"
#endif

typedef struct {
  uintptr_t start;
  uintptr_t end;
} range;

typedef struct {
  const zc_hook *hooks;
  size_t count;
  bool give_back;
  range libc;
  uintptr_t own; /* an address inside of this object, whose slots stay as they are */
  zc_slots result;
  bool is_first;
} walk;

/* One loaded object, as far as it matters here. */
typedef struct {
  range memory;
  range relro;
  uintptr_t base;
  bool is_main;
  const ElfW(Sym) * symbols;
  const char *strings;
  const ElfW(Rela) * tables[2]; /* of functions, of data */
  size_t lengths[2];
} object;

static bool is_in(range area, uintptr_t address) {
  return address >= area.start && address < area.end;
}

static void read_dynamic(object *found, const ElfW(Dyn) * entry) {
  for (; entry->d_tag != DT_NULL; entry++) {
    /* glibc has added the base already, musl and the vDSO have not. */
    uintptr_t address = entry->d_un.d_ptr;
    if (address < found->base) address += found->base;
    switch (entry->d_tag) {
      case DT_SYMTAB:
        found->symbols = (const ElfW(Sym) *)address;
        break;
      case DT_STRTAB:
        found->strings = (const char *)address;
        break;
      case DT_JMPREL:
        found->tables[0] = (const ElfW(Rela) *)address;
        break;
      case DT_PLTRELSZ:
        found->lengths[0] = entry->d_un.d_val / sizeof(ElfW(Rela));
        break;
      case DT_RELA:
        found->tables[1] = (const ElfW(Rela) *)address;
        break;
      case DT_RELASZ:
        found->lengths[1] = entry->d_un.d_val / sizeof(ElfW(Rela));
        break;
      default:
        break;
    }
  }
}

static bool describe(object *found, const struct dl_phdr_info *info) {
  const ElfW(Dyn) *dynamic = NULL;
  *found = (object){.base = info->dlpi_addr, .memory = {.start = UINTPTR_MAX}};
  for (size_t i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_LOAD) {
      if (start < found->memory.start) found->memory.start = start;
      if (start + part->p_memsz > found->memory.end) found->memory.end = start + part->p_memsz;
    } else if (part->p_type == PT_DYNAMIC) {
      dynamic = (const ElfW(Dyn) *)start;
    } else if (part->p_type == PT_GNU_RELRO) {
      found->relro = (range){start, start + part->p_memsz};
    }
  }
  if (!dynamic) return false;
  read_dynamic(found, dynamic);
  return found->symbols && found->strings;
}

static void write_slot(const object *owner, uintptr_t *slot, uintptr_t value) {
  uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
  void *page = (void *)((uintptr_t)slot & ~(size - 1));
  bool is_read_only = is_in(owner->relro, (uintptr_t)slot);
  if (is_read_only && mprotect(page, size, PROT_READ | PROT_WRITE) != 0) return;
  __atomic_store_n(slot, value, __ATOMIC_RELEASE);
  if (is_read_only) mprotect(page, size, PROT_READ);
}

static const zc_hook *hook_named(const walk *state, const char *name) {
  for (size_t i = 0; i < state->count; i++) {
    if (strcmp(state->hooks[i].name, name) == 0) return &state->hooks[i];
  }
  return NULL;
}

static void take(walk *state, const object *owner, uintptr_t *slot, bool is_function,
                 const zc_hook *hook) {
  uintptr_t value = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
  if (value == (uintptr_t)hook->hook) {
    state->result.taken += 1;
    return;
  }
  if (is_in(owner->memory, value)) {
    /* Data that leads to the object's own stub, which leads through a slot of functions. */
    if (!is_function) return;
  } else if (!is_in(state->libc, value)) {
    state->result.foreign += 1;
    return;
  } else if (strcmp(hook->name, "memcpy") == 0 && value != (uintptr_t)*hook->real) {
    /* memcpy@GLIBC_2.2.5 allows what memmove does; old programs rely on it. */
    hook = hook_named(state, "memmove");
  }
  write_slot(owner, slot, (uintptr_t)hook->hook);
  if (*slot == (uintptr_t)hook->hook) state->result.taken += 1;
}

static void give_back(walk *state, const object *owner, uintptr_t *slot) {
  for (size_t i = 0; i < state->count; i++) {
    uintptr_t hook = (uintptr_t)state->hooks[i].hook;
    if (*slot != hook) continue;
    write_slot(owner, slot, (uintptr_t)*state->hooks[i].real);
    state->result.taken += *slot == hook;
  }
}

static void walk_table(walk *state, const object *owner, size_t table) {
  for (size_t i = 0; i < owner->lengths[table]; i++) {
    const ElfW(Rela) *row = &owner->tables[table][i];
    uint32_t type = (uint32_t)ELF64_R_TYPE(row->r_info);
    bool is_function = type == REL_JUMP_SLOT;
    if (!is_function && type != REL_GLOB_DAT && (type != REL_WORD || row->r_addend != 0)) continue;
    const ElfW(Sym) *symbol = &owner->symbols[ELF64_R_SYM(row->r_info)];
    const zc_hook *hook = hook_named(state, owner->strings + symbol->st_name);
    if (!hook || !*hook->real || (hook->of_main_only && !owner->is_main)) continue;
    uintptr_t *slot = (uintptr_t *)(owner->base + row->r_offset);
    if (state->give_back) {
      give_back(state, owner, slot);
    } else {
      take(state, owner, slot, is_function, hook);
    }
  }
}

static int visit(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  walk *state = data;
  object found;
  bool is_first = state->is_first;
  state->is_first = false;
  if (!describe(&found, info)) return 0;
  found.is_main = is_first;
  /* The linker and libc call their own functions directly, and what we copy is our own business. */
  if (is_in(found.memory, state->own) || is_in(found.memory, state->libc.start)) return 0;
  state->result.objects += 1;
  walk_table(state, &found, 0);
  walk_table(state, &found, 1);
  return 0;
}

static int find_libc(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  walk *state = data;
  object found;
  if (!describe(&found, info)) return 0;
  if (!is_in(found.memory, (uintptr_t)*state->hooks[0].real)) return 0;
  state->libc = found.memory;
  return 1;
}

static zc_slots run(const zc_hook *hooks, size_t count, bool give_slots_back) {
  walk state = {
      .hooks = hooks,
      .count = count,
      .give_back = give_slots_back,
      .own = (uintptr_t)&run,
      .is_first = true,
  };
  if (dl_iterate_phdr(find_libc, &state) == 0) return (zc_slots){0};
  dl_iterate_phdr(visit, &state);
  return state.result;
}

zc_slots zc_slots_take(const zc_hook *hooks, size_t count) { return run(hooks, count, false); }

zc_slots zc_slots_give_back(const zc_hook *hooks, size_t count) { return run(hooks, count, true); }

int zc_slots_resolve(const zc_hook *hooks, size_t count, size_t needed) {
  /*
   * By libc's own handle: asked for "write" in general, the linker answers with the stub of a
   * program that is not position-independent, as Node is, and that leads back to the hook.
   */
  void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  for (size_t i = 0; i < count; i++) {
    *hooks[i].real = dlsym(libc ? libc : RTLD_NEXT, hooks[i].name);
    if (!*hooks[i].real && i < needed) return -ENOSYS;
  }
  return 0;
}
