/* SPDX-License-Identifier: Apache-2.0 */
/* histogram.h: times in nanoseconds, counted in 64 steps a power of two: 1.6 % wide at most. */
#ifndef OGID_BENCH_HISTOGRAM_H
#define OGID_BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS 64
#define HISTOGRAM_BANDS 58

struct histogram {
	uint64_t counts[HISTOGRAM_BANDS * HISTOGRAM_STEPS + HISTOGRAM_STEPS];
	uint64_t total, largest;
};

static inline void histogram_add(struct histogram *histogram, uint64_t nsec)
{
	unsigned band = nsec < HISTOGRAM_STEPS ? 0 : 58 - (unsigned)__builtin_clzll(nsec);
	uint64_t step = band == 0 ? nsec : (nsec >> (band - 1)) - HISTOGRAM_STEPS;

	histogram->counts[band * HISTOGRAM_STEPS + step]++;
	histogram->total++;
	histogram->largest = nsec > histogram->largest ? nsec : histogram->largest;
}

/* The time within which `share` of all were, in microseconds; 0 when there were none. */
static inline double histogram_usec(const struct histogram *histogram, double share)
{
	uint64_t wanted = (uint64_t)((double)histogram->total * share), seen = 0;
	unsigned i = 0;

	if (histogram->total == 0) {
		return 0;
	}
	while (seen + histogram->counts[i] <= wanted &&
	       seen + histogram->counts[i] < histogram->total) {
		seen += histogram->counts[i++];
	}
	unsigned band = i / HISTOGRAM_STEPS, step = i % HISTOGRAM_STEPS;
	uint64_t nsec = band == 0 ? step : (uint64_t)(step + HISTOGRAM_STEPS) << (band - 1);
	return (double)nsec / 1e3;
}

#endif
