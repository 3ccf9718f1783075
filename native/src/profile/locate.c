#include "locate.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>

zc_location zc_locate(uintptr_t address) {
  Dl_info info;
  struct link_map *object;
  void *place = (void *)address; /* NOLINT: an address that was read from a stack */
  if (dladdr1(place, &info, (void **)&object, RTLD_DL_LINKMAP) == 0) return (zc_location){0};
  return (zc_location){
      .file = info.dli_fname,
      .offset = address - (uintptr_t)object->l_addr,
      .symbol = info.dli_sname,
  };
}
