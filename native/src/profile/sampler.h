/*
 * Which copies are looked at closely. Points are strewn over the stream of copied bytes with
 * exponential gaps of mean `rate`; a copy with at least one point in it is a sample. So a copy of n
 * bytes is one with p = 1 - exp(-n / rate), and n / p estimates without bias what it stands for
 * (Horvitz and Thompson): copies far above the rate are all seen, and count as what they are.
 *
 * The rate grows while samples come too fast and falls back when they do not. It changes only
 * between two samples, each of which remembers its own; so nothing has to be corrected afterwards.
 *
 * Belongs to one thread. Makes no system call but for the clock, allocates nothing.
 */
#ifndef ZC_SAMPLER_H
#define ZC_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int64_t left; /* bytes until the next point */
  double rate;  /* mean bytes between two points, of the gap that is running */
  double base;  /* the lowest rate */
  uint64_t random;
  uint64_t window_start_ms;
  uint32_t window_samples;
  bool adapts; /* the rate changes to what the moment can bear */
} zc_sampler;

/* Strews the first point. */
void zc_sampler_start(zc_sampler *sampler, double rate, bool adapts, uint64_t seed);

/* Strews the next point. `crowded`: there is little room for more samples. */
void zc_sampler_next(zc_sampler *sampler, uint64_t now_ms, bool crowded);

/* What a sample of `bytes` stands for, and the variance of that. */
double zc_sample_estimate(double bytes, double rate);
double zc_sample_variance(double bytes, double rate);

#endif
