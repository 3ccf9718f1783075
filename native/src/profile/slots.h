/*
 * The slots through which loaded objects call other objects (ELF: .got, .got.plt), and the taking
 * of them: a slot that leads to libc's function leads to ours afterwards. No object is loaded
 * before others, no code is changed, and it can be undone.
 *
 * A slot is taken only while it leads into libc, or is not bound yet; one that leads to somebody
 * else (another profiler, a sanitizer) is left alone and counted. It is given back only while it
 * leads to us. SAFETY: slots are words, written at once, so a thread that calls through one
 * meanwhile gets the old function or the new one. Read-only ones (RELRO) become writable for the
 * moment of the write; nobody else writes them.
 *
 * Thread-safe by the dynamic linker's own lock. Not for hooks: it may wait for that lock.
 */
#ifndef ZC_SLOTS_H
#define ZC_SLOTS_H

#include <stddef.h>
#include <stdint.h>

/* Any function; slots hold it as a word. */
typedef void (*zc_function_address)(void);

typedef struct {
  const char *name;
  zc_function_address hook;
  void **real;      /* where the hook finds what it calls; filled by zc_slots_resolve */
  int of_main_only; /* slots of the program itself only */
} zc_hook;

typedef struct {
  uint32_t objects;
  uint32_t taken;   /* lead to us now */
  uint32_t foreign; /* lead to somebody else: not counted */
} zc_slots;

/* Finds libc's functions. 0, or -ENOSYS when one of the first `needed` is not there. */
int zc_slots_resolve(const zc_hook *hooks, size_t count, size_t needed);

/* Takes the slots of everything that is loaded now. May be called again when more is. */
zc_slots zc_slots_take(const zc_hook *hooks, size_t count);

/* Gives back what leads to us. */
zc_slots zc_slots_give_back(const zc_hook *hooks, size_t count);

#endif
