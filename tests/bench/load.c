/* SPDX-License-Identifier: Apache-2.0 */
/* load --socket PATH --work WORK [--clients N] [--depth D] [--seconds S | --requests R] ...: calls
 * over a Unix socket from one thread, as fast as they are answered: D unanswered calls a client at
 * any time. Prints one line of JSON: answers a second, and how long they took. An error is counted
 * apart and the first one shown. With --beside WORK:CLIENTS other clients do other work at the same
 * time, reported apart. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "proto/base/buf.h"
#include "tests/bench/histogram.h"
#include "tests/bench/work.h"

#define DEPTH_MAX   64 /* the daemon takes no more unanswered calls of one client */
#define CLIENTS_MAX 4096
#define READ_BYTES  65536
#define EVENTS      256
#define NSEC        1000000000ULL
#define PATIENCE    120 /* seconds without any answer until the server is given up */

/* One call that waits for its answer. */
struct slot {
	struct work_turn turn;
	uint64_t sent_nsec;
};

struct crew;

struct client {
	struct crew *crew;
	int fd;
	bool writing; /* epoll tells when there is room */
	struct buf in, out;
	size_t scanned;
	struct slot slots[DEPTH_MAX]; /* a ring: answers come in the order of the calls */
	unsigned first, waiting;
};

/* The clients that do one kind of work, and what came of it. */
struct crew {
	struct work work;
	struct client *clients;
	unsigned count, depth;
	struct histogram *histogram; /* of answers in the measured time */
	uint64_t sent, limit;        /* limit: of calls; 0: none */
	uint64_t answered, errors;   /* answered: in the measured time */
	uint64_t all;                /* answers, before and after it too */
	uint64_t bytes;              /* of answers */
	char error[300];
};

struct load {
	const char *socket;
	struct crew crews[2];
	unsigned crew_count;
	int epoll;
	uint64_t begin_nsec, end_nsec; /* of the measured time */
	double seconds, warm;
};

static uint64_t now_nsec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NSEC + (uint64_t)now.tv_nsec;
}

static int client_watch(struct load *load, struct client *client, int operation)
{
	struct epoll_event event = { .events = client->writing ? EPOLLIN | EPOLLOUT : EPOLLIN,
				     .data.ptr = client };

	return epoll_ctl(load->epoll, operation, client->fd, &event) < 0 ? -errno : 0;
}

static int client_open(struct load *load, struct client *client)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(load->socket) >= sizeof(address.sun_path)) {
		return -ENAMETOOLONG;
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", load->socket);
	buf_init(&client->in, SIZE_MAX / 2);
	buf_init(&client->out, SIZE_MAX / 2);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
	    connect(client->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	return client_watch(load, client, EPOLL_CTL_ADD);
}

static int client_flush(struct load *load, struct client *client)
{
	bool was = client->writing;

	while (client->out.len > 0) {
		ssize_t n = send(client->fd, client->out.data, client->out.len,
				 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && errno != EAGAIN) {
			return -errno;
		}
		if (n < 0) {
			break;
		}
		buf_consume(&client->out, (size_t)n);
	}
	client->writing = client->out.len > 0;
	return client->writing != was ? client_watch(load, client, EPOLL_CTL_MOD) : 0;
}

/* Puts the call of a turn behind those that wait. */
static int client_call(struct load *load, struct client *client, const struct work_turn *turn,
		       uint64_t now)
{
	struct crew *crew = client->crew;
	struct slot *slot = &client->slots[(client->first + client->waiting) % DEPTH_MAX];

	if ((crew->limit > 0 && crew->sent >= crew->limit) || now >= load->end_nsec) {
		return 0;
	}
	slot->turn = *turn;
	slot->sent_nsec = now;
	client->waiting++;
	crew->sent++;
	return work_put(&crew->work, turn, &client->out);
}

static bool reply_continues(const char *reply, size_t bytes)
{
	static const char tail[] = ",\"continues\":true}";

	return bytes >= sizeof(tail) - 1 &&
	       memcmp(reply + bytes - (sizeof(tail) - 1), tail, sizeof(tail) - 1) == 0;
}

/* Fit to stand in a string of JSON. */
static void crew_note_error(struct crew *crew, const char *reply)
{
	size_t i = 0;

	for (; reply[i] != '\0' && i < sizeof(crew->error) - 1; i++) {
		char c = reply[i];

		crew->error[i] = c == '"' ? '\'' : c >= ' ' && c <= '~' && c != '\\' ? c : '?';
	}
	crew->error[i] = '\0';
}

static int client_reply(struct load *load, struct client *client, const char *reply, size_t bytes,
			uint64_t now)
{
	static const char error[] = "{\"error\"";
	struct crew *crew = client->crew;
	struct work_turn turn;

	if (client->waiting == 0) {
		return -EPROTO; /* an answer to nothing */
	}
	crew->bytes += now >= load->begin_nsec && now < load->end_nsec ? bytes : 0;
	if (reply_continues(reply, bytes)) {
		return 0;
	}
	if (bytes >= sizeof(error) - 1 && memcmp(reply, error, sizeof(error) - 1) == 0) {
		if (crew->errors++ == 0) {
			crew_note_error(crew, reply);
		}
	} else if (now >= load->begin_nsec && now < load->end_nsec) {
		histogram_add(crew->histogram, now - client->slots[client->first].sent_nsec);
		crew->answered++;
	}
	crew->all++;
	turn = client->slots[client->first].turn;
	client->first = (client->first + 1) % DEPTH_MAX;
	client->waiting--;
	work_take(&crew->work, &turn, reply, bytes);
	return client_call(load, client, &turn, now);
}

static int client_read(struct load *load, struct client *client)
{
	char *space = buf_reserve(&client->in, READ_BYTES);
	size_t taken = 0;
	int r = 0;

	if (space == NULL) {
		return -ENOMEM;
	}
	ssize_t n = recv(client->fd, space, READ_BYTES, MSG_DONTWAIT);
	if (n < 0) {
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	}
	if (n == 0) {
		return -ECONNRESET;
	}
	client->in.len += (size_t)n;
	uint64_t now = now_nsec();
	while (r == 0) {
		const char *start = client->in.data + taken;
		const char *end = memchr(client->in.data + client->scanned, '\0',
					 client->in.len - client->scanned);
		if (end == NULL) {
			break;
		}
		r = client_reply(load, client, start, (size_t)(end - start), now);
		taken = client->scanned = (size_t)(end + 1 - client->in.data);
	}
	client->scanned = client->in.len - taken;
	buf_consume(&client->in, taken);
	return r < 0 ? r : client_flush(load, client);
}

static bool load_waits(const struct load *load)
{
	const struct crew *crew = &load->crews[0];

	for (unsigned i = 0; i < crew->count; i++) {
		if (crew->clients[i].waiting > 0) {
			return true;
		}
	}
	return false;
}

static int load_turn(struct load *load)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(load->epoll, events, EVENTS, PATIENCE * 1000);
	int r = count < 0 && errno != EINTR ? -errno : count == 0 ? -ETIMEDOUT : 0;

	for (int i = 0; r == 0 && i < count; i++) {
		struct client *client = events[i].data.ptr;

		if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0) {
			r = client_read(load, client);
		}
		if (r == 0 && (events[i].events & EPOLLOUT) != 0) {
			r = client_flush(load, client);
		}
	}
	return r;
}

static int load_start(struct load *load)
{
	static const struct work_turn first = { 0 };
	uint64_t now = now_nsec();
	int r = 0;

	load->begin_nsec = load->crews[0].limit > 0 ? now : now + (uint64_t)(load->warm * 1e9);
	load->end_nsec = load->crews[0].limit > 0
				 ? UINT64_MAX
				 : load->begin_nsec + (uint64_t)(load->seconds * 1e9);
	for (unsigned c = 0; c < load->crew_count; c++) {
		struct crew *crew = &load->crews[c];

		for (unsigned i = 0; r == 0 && i < crew->count; i++) {
			for (unsigned d = 0; r == 0 && d < crew->depth; d++) {
				r = client_call(load, &crew->clients[i], &first, now);
			}
			r = r < 0 ? r : client_flush(load, &crew->clients[i]);
		}
	}
	return r;
}

static int load_run(struct load *load)
{
	int r = 0;

	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (unsigned c = 0; c < load->crew_count; c++) {
		struct crew *crew = &load->crews[c];

		crew->clients = calloc(crew->count, sizeof(*crew->clients));
		crew->histogram = calloc(1, sizeof(*crew->histogram));
		r = crew->clients == NULL || crew->histogram == NULL ? -ENOMEM : r;
		for (unsigned i = 0; r == 0 && i < crew->count; i++) {
			crew->clients[i].crew = crew;
			r = client_open(load, &crew->clients[i]);
		}
	}
	r = r < 0 ? r : load_start(load);
	while (r == 0 && now_nsec() < load->end_nsec && load_waits(load)) {
		r = load_turn(load);
	}
	if (load->crews[0].limit > 0) {
		load->end_nsec = now_nsec();
	}
	return r;
}

static void crew_tell(const struct load *load, const struct crew *crew)
{
	double seconds = (double)(load->end_nsec - load->begin_nsec) / 1e9;

	printf("{\"work\":\"%s\",\"clients\":%u,\"depth\":%u,\"seconds\":%.3f,\"answers\":%llu,"
	       "\"per_second\":%.1f,\"p50_usec\":%.1f,\"p99_usec\":%.1f,\"p999_usec\":%.1f,"
	       "\"max_usec\":%.1f,\"bytes_each\":%.0f,\"all\":%llu,\"errors\":%llu",
	       work_names[crew->work.kind], crew->count, crew->depth, seconds,
	       (unsigned long long)crew->answered, (double)crew->answered / seconds,
	       histogram_usec(crew->histogram, 0.5), histogram_usec(crew->histogram, 0.99),
	       histogram_usec(crew->histogram, 0.999), (double)crew->histogram->largest / 1e3,
	       crew->answered > 0 ? (double)crew->bytes / (double)crew->answered : 0,
	       (unsigned long long)crew->all, (unsigned long long)crew->errors);
	if (crew->errors > 0) {
		printf(",\"first_error\":\"%s\"", crew->error);
		fprintf(stderr, "load: %llu of the answers were errors, the first: %s\n",
			(unsigned long long)crew->errors, crew->error);
	}
	if (crew == &load->crews[0] && load->crew_count > 1) {
		printf(",\"beside\":");
		crew_tell(load, &load->crews[1]);
	}
	printf("}");
}

struct arguments {
	const char *work, *beside;
	struct work_options options;
};

static int arguments_read(int argc, char **argv, struct load *load, struct arguments *arguments)
{
	static const struct option known[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "work", required_argument, NULL, 'w' },
		{ "clients", required_argument, NULL, 'c' },
		{ "depth", required_argument, NULL, 'd' },
		{ "seconds", required_argument, NULL, 't' },
		{ "requests", required_argument, NULL, 'r' },
		{ "warm", required_argument, NULL, 'W' },
		{ "beside", required_argument, NULL, 'b' },
		{ "numbers", required_argument, NULL, 'n' },
		{ "year", required_argument, NULL, 'y' },
		{ "bytes", required_argument, NULL, 'B' },
		{ "seed", required_argument, NULL, 'S' },
		{ 0 },
	};
	struct crew *crew = &load->crews[0];
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		unsigned long number = optarg != NULL ? strtoul(optarg, NULL, 10) : 0;

		switch (option) {
		case 's':
			load->socket = optarg;
			break;
		case 'w':
			arguments->work = optarg;
			break;
		case 'c':
			crew->count = (unsigned)number;
			break;
		case 'd':
			crew->depth = (unsigned)number;
			break;
		case 't':
			load->seconds = strtod(optarg, NULL);
			break;
		case 'r':
			crew->limit = number;
			break;
		case 'W':
			load->warm = strtod(optarg, NULL);
			break;
		case 'b':
			arguments->beside = optarg;
			break;
		case 'n':
			arguments->options.numbers = optarg;
			break;
		case 'y':
			arguments->options.year = (int)number;
			break;
		case 'B':
			arguments->options.raw_bytes = number;
			break;
		case 'S':
			arguments->options.seed = number;
			break;
		default:
			return -EINVAL;
		}
	}
	return optind == argc && load->socket != NULL && arguments->work != NULL &&
			       crew->count >= 1 && crew->count <= CLIENTS_MAX && crew->depth >= 1 &&
			       crew->depth <= DEPTH_MAX && load->seconds > 0
		       ? 0
		       : -EINVAL;
}

static int load_prepare(struct load *load, const struct arguments *arguments)
{
	const char *colon;
	int r = work_init(&load->crews[0].work, work_find(arguments->work, strlen(arguments->work)),
			  &arguments->options);

	load->crew_count = 1;
	if (r == 0 && arguments->beside != NULL) {
		colon = strchrnul(arguments->beside, ':');
		load->crews[1].count = *colon != '\0' ? (unsigned)strtoul(colon + 1, NULL, 10) : 1;
		load->crews[1].depth = 1;
		r = work_init(&load->crews[1].work,
			      work_find(arguments->beside, (size_t)(colon - arguments->beside)),
			      &arguments->options);
		load->crew_count = 2;
	}
	return r;
}

static void load_done(struct load *load)
{
	for (unsigned c = 0; c < load->crew_count; c++) {
		struct crew *crew = &load->crews[c];

		for (unsigned i = 0; crew->clients != NULL && i < crew->count; i++) {
			buf_done(&crew->clients[i].in);
			buf_done(&crew->clients[i].out);
		}
		free(crew->clients);
		free(crew->histogram);
		work_done(&crew->work);
	}
}

int main(int argc, char **argv)
{
	struct load load = { .seconds = 5, .warm = 0.5, .crews[0] = { .count = 1, .depth = 1 } };
	struct arguments arguments = { .options.seed = 1, .options.raw_bytes = 1 };
	int r = arguments_read(argc, argv, &load, &arguments);

	r = r < 0 ? r : load_prepare(&load, &arguments);
	if (r < 0) {
		fprintf(stderr,
			"load: %s; --socket PATH, --work log|mix|get|backlog|report|raw, for "
			"get --numbers YEAR:COUNT,..., for report --year YEAR\n",
			strerror(-r));
		return EXIT_FAILURE;
	}
	r = load_run(&load);
	if (r < 0) {
		fprintf(stderr, "load: %s: %s\n", load.socket, strerror(-r));
	} else {
		crew_tell(&load, &load.crews[0]);
		puts("");
	}
	load_done(&load);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
