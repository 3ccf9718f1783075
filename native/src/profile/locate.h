/* What lies at an address of native code. Asks the dynamic linker, and may wait for it: no hooks.
 */
#ifndef ZC_LOCATE_H
#define ZC_LOCATE_H

#include <stdint.h>

typedef struct {
  const char *file;   /* NULL: no object has this address */
  uintptr_t offset;   /* as the symbol table of the file counts */
  const char *symbol; /* NULL: none that the file exports */
} zc_location;

zc_location zc_locate(uintptr_t address);

#endif
