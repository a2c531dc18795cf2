/* SPDX-License-Identifier: Apache-2.0 */
/* make_ledger DATA COUNT [TODAY [SEED]]: a store with COUNT applications, for measurements: the
 * ledger alone, from which the daemon makes its state at the next start. Each application has three
 * entries (logged, assigned, decided), 2 in 100 are open still, and what was open at the end of a
 * year has been carried over. They are spread evenly over some four years up to TODAY. The same
 * arguments make the same entries. Prints what was made as one line of JSON. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/event.h"
#include "daemon/core/number.h"
#include "daemon/store/entry.h"
#include "daemon/store/store.h"
#include "proto/base/date.h"

#define DAYS        1400 /* of receipt, the last of them LAST_BEFORE days before today */
#define LAST_BEFORE 20
#define DELAY_MIN   3 /* days from receipt to decision */
#define DELAY_MAX   17
#define HANDLERS    200
#define SYNC_BYTES  (32 * 1024 * 1024) /* lines gather in memory up to this */
#define DAY_USEC    86400000000LL
#define TEN_O_CLOCK 7200000000LL /* in China, in UTC */

enum progress { NOT_LOGGED, LOGGED, CARRIED, DECIDED };

struct maker {
	struct store *store;
	struct arena arena;
	struct buf line;
	size_t count, pending_bytes;
	uint64_t seed, sequence;
	int64_t recorded_usec;
	int32_t first; /* day of receipt of the first */
	uint8_t *progress, *version;
	size_t *decide; /* the next to decide on the same day, plus one; 0: none */
	size_t due_head[DELAY_MAX + 1], due_tail[DELAY_MAX + 1];
	size_t year_first[10000]; /* the first application received in a year */
	int first_year, last_year;
};

/* A number that depends on the seed, the application and the question alone (splitmix64). */
static uint64_t maker_dice(const struct maker *maker, size_t application, uint64_t question)
{
	uint64_t x =
		maker->seed * 0x9e3779b97f4a7c15ULL + (uint64_t)application * 31 + question + 1;

	x *= 0x9e3779b97f4a7c15ULL;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static int32_t maker_received(const struct maker *maker, size_t application)
{
	return maker->first + (int32_t)((uint64_t)application * DAYS / maker->count);
}

static uint64_t maker_number(const struct maker *maker, size_t application)
{
	int year = date_year(maker_received(maker, application));

	return number_make(year, (uint32_t)(application - maker->year_first[year]) + 1);
}

/* 2 in 100 of all, every one of them among the last quarter. */
static bool maker_stays_open(const struct maker *maker, size_t application)
{
	return application >= maker->count - maker->count / 4 && application % 25 < 2;
}

static int maker_sync(struct maker *maker)
{
	maker->pending_bytes = 0;
	return ledger_sync(maker->store->ledger);
}

static int maker_add(struct maker *maker, struct event *event)
{
	char key[40];
	int year;
	int r;

	event->sequence = ++maker->sequence;
	event->recorded_usec = maker->recorded_usec++;
	event->actor = "bench";
	event->part = event->of = 1;
	snprintf(key, sizeof(key), "made-%llu", (unsigned long long)event->sequence);
	event->key = key;
	event->call = sm3_of(key, strlen(key), NULL, 0);
	buf_clear(&maker->line);
	r = entry_write(event, &maker->line);
	if (r < 0) {
		return r;
	}
	year = date_year(moment_date(event->recorded_usec, 8 * 60));
	if (maker->pending_bytes > SYNC_BYTES ||
	    (maker->pending_bytes > 0 && year != ledger_head(maker->store->ledger).end.year)) {
		r = maker_sync(maker);
	}
	maker->pending_bytes += maker->line.len;
	return r < 0 ? r
		     : ledger_add(maker->store->ledger, year, maker->line.data, maker->line.len,
				  NULL, NULL);
}

static const char *handler_of(struct maker *maker, size_t application, uint64_t question)
{
	return arena_printf(&maker->arena, "经办%03d",
			    (int)(maker_dice(maker, application, question) % HANDLERS));
}

static int maker_log(struct maker *maker, size_t application, int32_t day)
{
	static const char *const matters[] = { "部门预算执行情况及三公经费明细",
					       "征地补偿安置方案和听证笔录",
					       "建设工程规划许可证及其附图",
					       "行政处罚决定书和处罚依据",
					       "国有土地上房屋征收决定及评估报告" };
	uint64_t dice = maker_dice(maker, application, 1);
	/* four applications an applicant */
	uint64_t applicant = maker_dice(maker, application, 2) % (maker->count / 4 + 1000);
	struct event event = { .action = ACTION_LOG, .on = day, .version = 1 };
	struct field_set *set = &event.fields;
	struct arena *arena = &maker->arena;

	event.number = maker_number(maker, application);
	field_set_number(set, FIELD_CATEGORY, dice % 10 < 6 ? 0 : (int64_t)(dice % 10) - 5);
	field_set_text(set, FIELD_NAME,
		       arena_printf(arena, "申请人%llu", (unsigned long long)applicant));
	field_set_text(set, FIELD_ID_NUMBER,
		       arena_printf(arena, "11010119%010llu", (unsigned long long)applicant));
	field_set_text(set, FIELD_CONTACT,
		       arena_printf(arena, "138%08llu", (unsigned long long)applicant));
	field_set_text(set, FIELD_ADDRESS,
		       arena_printf(arena, "某市某区某街道%d号", (int)(dice >> 8 & 1023)));
	field_set_number(set, FIELD_CHANNEL, (int64_t)(dice >> 20 & 1) * 3);
	field_set_text(set, FIELD_SUBJECT,
		       arena_printf(arena, "申请公开某街道%d年度%s（第%d号项目）", date_year(day),
				    matters[(dice >> 24) % 5], (int)(dice >> 32 & 65535)));
	field_set_text(set, FIELD_DELIVERY, "电子邮件");
	field_set_text(set, FIELD_HANDLER, handler_of(maker, application, 3));
	field_set_number(set, FIELD_SUBMITTED_ON, day);
	field_set_number(set, FIELD_RECEIVED_ON, day);
	field_set_number(set, FIELD_STATE, STATE_RECEIVED);
	maker->progress[application] = LOGGED;
	maker->version[application] = 1;
	return maker_add(maker, &event);
}

static int maker_assign(struct maker *maker, size_t application, int32_t day)
{
	struct event event = { .action = ACTION_ASSIGN, .on = day };

	event.number = maker_number(maker, application);
	event.version = ++maker->version[application];
	field_set_text(&event.fields, FIELD_HANDLER, handler_of(maker, application, 4));
	field_set_text(&event.was, FIELD_HANDLER, handler_of(maker, application, 3));
	return maker_add(maker, &event);
}

static int maker_decide(struct maker *maker, size_t application, int32_t day)
{
	static const char *const reasons[] = { "unable.not_held", "refused.third_party_rights",
					       "refused.internal_affairs",
					       "not_processed.petition" };
	uint64_t dice = maker_dice(maker, application, 5);
	bool refused = dice % 10 >= 7;
	struct event event = { .action = refused ? ACTION_REFUSE : ACTION_DISCLOSE, .on = day };

	event.number = maker_number(maker, application);
	event.version = ++maker->version[application];
	field_set_number(&event.fields, FIELD_DECIDED_ON, day);
	field_set_null(&event.was, FIELD_DECIDED_ON);
	field_set_number(&event.fields, FIELD_STATE, refused ? STATE_REFUSED : STATE_DISCLOSED);
	field_set_number(&event.was, FIELD_STATE,
			 maker->progress[application] == CARRIED ? STATE_CARRIED_OVER
								 : STATE_RECEIVED);
	if (refused) {
		field_set_text(&event.fields, FIELD_REASON, reasons[dice / 10 % 4]);
		field_set_null(&event.was, FIELD_REASON);
	} else {
		field_set_number(&event.fields, FIELD_EXTENT,
				 dice % 10 == 0 ? EXTENT_PARTIAL : EXTENT_FULL);
		field_set_null(&event.was, FIELD_EXTENT);
	}
	maker->progress[application] = DECIDED;
	return maker_add(maker, &event);
}

static int maker_carry(struct maker *maker, size_t application, int year)
{
	struct event event = { .action = ACTION_CARRY_OVER, .on = date_year_end(year) };

	event.number = maker_number(maker, application);
	event.version = ++maker->version[application];
	field_set_number(&event.fields, FIELD_STATE, STATE_CARRIED_OVER);
	field_set_number(&event.fields, FIELD_YEAR, year);
	if (maker->progress[application] == LOGGED) {
		field_set_number(&event.was, FIELD_STATE, STATE_RECEIVED);
	}
	maker->progress[application] = CARRIED;
	return maker_add(maker, &event);
}

static void maker_plan(struct maker *maker, size_t application, int32_t day)
{
	int32_t delay =
		DELAY_MIN + (int32_t)(maker_dice(maker, application, 6) % (DELAY_MAX - DELAY_MIN));
	size_t slot = (size_t)(day + delay) % (DELAY_MAX + 1);

	if (maker->due_head[slot] == 0) {
		maker->due_head[slot] = application + 1;
	} else {
		maker->decide[maker->due_tail[slot] - 1] = application + 1;
	}
	maker->due_tail[slot] = application + 1;
}

static int maker_year_begins(struct maker *maker, int year)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < maker->count && maker->progress[i] != NOT_LOGGED; i++) {
		if (maker->progress[i] != DECIDED) {
			r = maker_carry(maker, i, year - 1);
		}
	}
	return r;
}

/* One day: what comes in, what came in the day before and is assigned, what is decided. */
static int maker_day(struct maker *maker, int32_t day, size_t *next, size_t *assigned)
{
	size_t slot = (size_t)day % (DELAY_MAX + 1), before = *next;
	int r = 0;

	maker->recorded_usec = (int64_t)day * DAY_USEC + TEN_O_CLOCK;
	if (date_year(day - 1) != date_year(day) && *next > 0) {
		r = maker_year_begins(maker, date_year(day));
	}
	while (r == 0 && *next < maker->count && maker_received(maker, *next) == day) {
		r = maker_log(maker, *next, day);
		if (!maker_stays_open(maker, *next)) {
			maker_plan(maker, *next, day);
		}
		++*next;
	}
	for (; r == 0 && *assigned < before; ++*assigned) {
		r = maker_assign(maker, *assigned, day);
	}
	for (size_t i = maker->due_head[slot]; r == 0 && i != 0; i = maker->decide[i - 1]) {
		r = maker_decide(maker, i - 1, day);
	}
	maker->due_head[slot] = maker->due_tail[slot] = 0;
	arena_done(&maker->arena);
	maker->arena = (struct arena){ 0 };
	return r;
}

static int maker_run(struct maker *maker, int32_t today)
{
	size_t next = 0, assigned = 0;
	int r = 0;

	maker->first = today - LAST_BEFORE - DAYS + 1;
	maker->first_year = date_year(maker->first);
	maker->last_year = date_year(maker_received(maker, maker->count - 1));
	for (size_t i = maker->count; i-- > 0;) {
		maker->year_first[date_year(maker_received(maker, i))] = i;
	}
	for (int32_t day = maker->first; r == 0 && day <= today; day++) {
		r = maker_day(maker, day, &next, &assigned);
	}
	return r < 0 ? r : maker_sync(maker);
}

static void maker_tell(const struct maker *maker)
{
	printf("{\"applications\":%zu,\"entries\":%llu,\"years\":{", maker->count,
	       (unsigned long long)maker->sequence);
	for (int year = maker->first_year; year <= maker->last_year; year++) {
		size_t end = year == maker->last_year ? maker->count : maker->year_first[year + 1];

		printf("%s\"%d\":%zu", year == maker->first_year ? "" : ",", year,
		       end - maker->year_first[year]);
	}
	puts("}}");
}

int main(int argc, char **argv)
{
	static struct maker maker;
	const struct ledger_head nothing = { 0 };
	char why[300] = "";
	int32_t today;
	int r;

	if (argc < 3 || argc > 5 || date_parse(argc > 3 ? argv[3] : "2026-11-24", &today) < 0) {
		fprintf(stderr, "usage: make_ledger DATA COUNT [TODAY [SEED]]\n");
		return EXIT_FAILURE;
	}
	maker.count = strtoull(argv[2], NULL, 10);
	maker.seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
	if (maker.count < DAYS) {
		fprintf(stderr, "make_ledger: at least one application a day: %d\n", DAYS);
		return EXIT_FAILURE;
	}
	maker.progress = calloc(maker.count, 1);
	maker.version = calloc(maker.count, 1);
	maker.decide = calloc(maker.count, sizeof(*maker.decide));
	buf_init(&maker.line, LEDGER_LINE_MAX_BYTES);
	r = maker.progress == NULL || maker.version == NULL || maker.decide == NULL ? -ENOMEM : 0;
	if (r == 0) {
		r = store_open(argv[1], &maker.store, why);
	}
	if (r == 0) {
		r = ledger_resume(maker.store->ledger, &nothing, NULL);
	}
	if (r == 0) {
		r = maker_run(&maker, today);
	}
	if (r == 0) {
		maker_tell(&maker);
	} else {
		fprintf(stderr, "make_ledger: %s\n", why[0] != '\0' ? why : strerror(-r));
	}
	store_close(maker.store);
	buf_done(&maker.line);
	free(maker.progress);
	free(maker.version);
	free(maker.decide);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
