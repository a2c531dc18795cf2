/* SPDX-License-Identifier: Apache-2.0 */
/* made_register.h: a register of two years for unit tests, at random from a seed: decisions of
 * every kind, open ones carried over, fees, figures, cases, snapshots, the first year sealed and
 * restated.
 */
#ifndef OGID_TESTS_MADE_REGISTER_H
#define OGID_TESTS_MADE_REGISTER_H

#include "daemon/register/registry.h"
#include "proto/base/buf.h"

#define MADE_FIRST_YEAR 2024
#define MADE_LAST_YEAR  2026 /* of the last decisions; receipts end a year before */

struct made {
	char directory[40]; /* to be removed */
	char data[64];
	char state[80];
	const struct catalogue *catalogue;
	int32_t today;
	uint64_t random; /* the generator's state */
};

uint64_t made_random(struct made *made, uint64_t below);
/* OGID_SEED, or a fixed one; printed. */
uint64_t made_seed(void);
bool made_small(void); /* OGID_SMALL=1 */
/* Of each kind of damage: OGID_TRIALS, else few with OGID_SMALL=1, else some. */
size_t made_trials(void);

/* Makes the register and closes it. */
void made_register(struct made *made, const struct catalogue *catalogue, uint64_t seed,
		   size_t applications);
void made_remove(struct made *made);
struct registry *made_open(struct made *made, struct registry_start *ret_start);

/* What opening, a verification and every year's reports say of the books. */
struct finding {
	bool opened, rebuilt;
	size_t problems;  /* of the verification */
	size_t failing;   /* checks that do not hold */
	size_t recounted; /* those of them that are a recount's */
	size_t reports;   /* that could not be made */
	struct buf text;  /* all of it, a line each */
};
/* `each` is called with the open registry; NULL: nobody. */
void made_find(struct made *made, struct finding *ret_finding,
	       void (*each)(struct registry *registry, void *userdata), void *userdata);
void finding_done(struct finding *finding);
bool finding_says(const struct finding *finding, const char *text);
/* Nothing at all was found. */
void made_assert_clean(struct made *made);

#endif
