#include "sampler.h"

#include <math.h>

/* 100 samples in half a second: 200 a second at 5 us each are a thousandth of the time. */
#define WINDOW_MS 500
#define WINDOW_SAMPLES 100

/* xorshift64*, Vigna 2016. */
static uint64_t next_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * UINT64_C(0x2545f4914f6cdd1d);
}

static void draw(zc_sampler *sampler) {
  double uniform = (double)(next_random(&sampler->random) >> 11) * 0x1p-53; /* [0, 1) */
  sampler->left = 1 + (int64_t)(-log1p(-uniform) * sampler->rate);
}

void zc_sampler_start(zc_sampler *sampler, double rate, bool adapts, uint64_t seed) {
  /* Neighbouring seeds must not give neighbouring streams; the state must not be 0. */
  uint64_t mixed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
  *sampler = (zc_sampler){
      .rate = rate, .base = rate, .random = (mixed ^ (mixed >> 31)) | 1, .adapts = adapts};
  draw(sampler);
}

void zc_sampler_next(zc_sampler *sampler, uint64_t now_ms, bool crowded) {
  sampler->window_samples += 1;
  uint64_t elapsed = now_ms - sampler->window_start_ms;
  if (sampler->adapts && (sampler->window_samples >= WINDOW_SAMPLES || elapsed >= WINDOW_MS)) {
    if (elapsed < WINDOW_MS) {
      sampler->rate *= 2;
    } else if (sampler->window_samples * (double)WINDOW_MS / (double)elapsed < WINDOW_SAMPLES / 4 &&
               sampler->rate > sampler->base) {
      sampler->rate = fmax(sampler->rate / 2, sampler->base);
    }
    sampler->window_start_ms = now_ms;
    sampler->window_samples = 0;
  }
  if (sampler->adapts && crowded) sampler->rate *= 1.05;
  draw(sampler);
}

static double probability(double bytes, double rate) { return -expm1(-bytes / rate); }

double zc_sample_estimate(double bytes, double rate) { return bytes / probability(bytes, rate); }

double zc_sample_variance(double bytes, double rate) {
  double p = probability(bytes, rate);
  double estimate = bytes / p;
  return (1 - p) * estimate * estimate;
}
