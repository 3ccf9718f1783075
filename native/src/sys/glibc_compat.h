/*
 * Force-included when a glibc build is made. The symbols below got a new version in glibc 2.32 and
 * 2.34, when libpthread moved into libc; the first version is still there under its old name.
 * Asking for that one lets a binary built on a new system load on an old one (glibc 2.28 and up).
 */
#if defined(__GLIBC__) || defined(__linux__)
#if defined(__x86_64__)
#define ZC_OLD(symbol) __asm__(".symver " #symbol "," #symbol "@GLIBC_2.2.5")
#define ZC_OLD_DLADDR1 __asm__(".symver dladdr1,dladdr1@GLIBC_2.3.3")
#elif defined(__aarch64__)
#define ZC_OLD(symbol) __asm__(".symver " #symbol "," #symbol "@GLIBC_2.17")
#define ZC_OLD_DLADDR1 ZC_OLD(dladdr1)
#endif
#endif
#ifdef ZC_OLD
ZC_OLD(pthread_create);
ZC_OLD(pthread_detach);
ZC_OLD(pthread_getattr_np);
ZC_OLD(pthread_attr_getstack);
ZC_OLD(dlopen);
ZC_OLD(dlsym);
ZC_OLD_DLADDR1;
#endif
