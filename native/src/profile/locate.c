#include "locate.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>

#ifdef __GLIBC__
static uintptr_t base_of(void *place, Dl_info *info) {
  struct link_map *object;
  return dladdr1(place, info, (void **)&object, RTLD_DL_LINKMAP) ? object->l_addr : UINTPTR_MAX;
}
#else
/* What begins at 0 in its file, as all that is position-independent does. */
static uintptr_t base_of(void *place, Dl_info *info) {
  return dladdr(place, info) ? (uintptr_t)info->dli_fbase : UINTPTR_MAX;
}
#endif

zc_location zc_locate(uintptr_t address) {
  Dl_info info;
  uintptr_t base = base_of((void *)address, &info); /* NOLINT: an address that was on a stack */
  if (base == UINTPTR_MAX) return (zc_location){0};
  return (zc_location){.file = info.dli_fname, .offset = address - base, .symbol = info.dli_sname};
}
