/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: options, environment, configuration; then recovery, the socket, the service, the end.
 * Nobody calls into this file. */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/load/load.h"
#include "daemon/register/register.h"
#include "daemon/serve/serve.h"
#include "proto/address.h"
#include "proto/base/cleanup.h"
#include "proto/base/date.h"
#include "proto/base/log.h"
#include "proto/base/sm3.h"
#include "proto/interfaces.h"

#define PROGRESS_LINES 100000 /* of a rebuild between two lines in the log */

struct options {
	const char *configuration, *data, *socket;
	bool rehearsal, check, dump;
};

static const char usage[] =
	"Usage: ogid [OPTION]...\n"
	"Keeps the register of disclosure applications and serves it on a Unix socket.\n"
	"\n"
	"  --config FILE    the configuration (or OGID_CONFIG); without one, the shipped defaults\n"
	"  --data DIR       where the register is kept (or OGID_DATA)\n"
	"  --socket PATH    where to listen (or OGID_SOCKET)\n"
	"  --rehearsal      take the date from OGID_TODAY=YYYY-MM-DD, for tests and rehearsals\n"
	"  --check-config   read the configuration, say whether it is fine, and exit\n"
	"  --dump           write the whole state as text to standard output, and exit\n"
	"  --version        print the version and exit\n"
	"  --help           print this and exit\n";

/* --- the service manager --- */

/* By hand: the protocol is one datagram, and a library would be a large thing to trust for that. */
static void notify(const char *state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    strlen(path) >= sizeof(address.sun_path)) {
		return;
	}
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@') {
		address.sun_path[0] = '\0';
	}
	auto_close int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		socklen_t bytes =
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
		(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address,
			     bytes);
	}
}

static void on_progress(uint64_t lines, void *userdata)
{
	uint64_t *told = userdata;

	if (lines - *told < PROGRESS_LINES) {
		return;
	}
	*told = lines;
	log_event(LOG_LEVEL_INFO, "Rebuilding the state: %llu lines.", (unsigned long long)lines);
	notify("EXTEND_TIMEOUT_USEC=60000000");
}

/* --- options --- */

/* 0, or 1 when there is nothing more to do, or -EINVAL after a sentence. */
static int options_read(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "data", required_argument, NULL, 'd' },
		{ "socket", required_argument, NULL, 's' },
		{ "rehearsal", no_argument, NULL, 'r' },
		{ "check-config", no_argument, NULL, 'k' },
		{ "dump", no_argument, NULL, 'D' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			options->configuration = optarg;
			break;
		case 'd':
			options->data = optarg;
			break;
		case 's':
			options->socket = optarg;
			break;
		case 'r':
			options->rehearsal = true;
			break;
		case 'k':
			options->check = true;
			break;
		case 'D':
			options->dump = true;
			break;
		case 'v':
			puts("ogid " OGID_VERSION);
			return 1;
		case 'h':
			fputs(usage, stdout);
			return 1;
		default:
			return -EINVAL; /* getopt has said what is wrong */
		}
	}
	if (optind < argc) {
		fprintf(stderr, "ogid: there is nothing to do with \"%s\"; see ogid --help.\n",
			argv[optind]);
		return -EINVAL;
	}
	return 0;
}

/* An empty variable is as good as none. */
static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* An option goes before the environment, that before the configuration. */
static void options_complete(struct options *options, const struct load_places *places)
{
	if (options->data == NULL && environment("OGID_DATA") == NULL) {
		options->data = places->data;
	}
	if (options->socket == NULL && environment("OGID_SOCKET") == NULL) {
		options->socket = places->socket;
	}
}

/* A rehearsal's date; else DATE_NONE, whatever the environment says. */
static int read_today(const struct options *options, int32_t *ret_today)
{
	const char *text = environment("OGID_TODAY");

	*ret_today = DATE_NONE;
	if (text == NULL) {
		return 0;
	}
	if (!options->rehearsal) {
		log_event(LOG_LEVEL_WARNING, "OGID_TODAY counts only with --rehearsal; ignored.");
		return 0;
	}
	int r = date_parse(text, ret_today);
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR, "OGID_TODAY is no date like 2026-01-31.");
	}
	return r;
}

/* --- configuration --- */

static int configuration_load(const struct options *options, struct catalogue **ret_catalogue,
			      struct load_places *ret_places)
{
	struct yaml_problem problem = { 0 };

	int r = load_catalogue(options->configuration, ret_catalogue, ret_places, &problem);
	if (r == -EINVAL && problem.line > 0) {
		fprintf(stderr, "%s:%d:%d: %s\n", problem.file, problem.line, problem.column,
			problem.text);
	} else if (r == -EINVAL) {
		fprintf(stderr, "%s: %s\n", problem.file, problem.text);
	} else if (r < 0) {
		fprintf(stderr, "ogid: the configuration cannot be read: %s.\n", strerror(-r));
	}
	return r;
}

/* --- the register --- */

static void log_start(const char *data, const struct registry_start *start,
		      struct registry *registry)
{
	struct status status = { 0 };

	if (start->torn_bytes > 0) {
		log_event(LOG_LEVEL_WARNING,
			  "Cut %llu bytes from the ledger's end: a change that was not finished.",
			  (unsigned long long)start->torn_bytes);
	}
	(void)registry_status(registry, &status);
	if (start->rebuilt) {
		log_event(LOG_LEVEL_WARNING, "The state was rebuilt from the ledger: %s",
			  start->because);
	}
	log_event(LOG_LEVEL_INFO,
		  "ogid " OGID_VERSION ": the register in %s holds %llu entries, %llu of "
		  "which its state lacked.",
		  data, (unsigned long long)status.sequence, (unsigned long long)start->applied);
}

static int registry_start_up(const struct options *options, const struct catalogue *catalogue,
			     struct registry **ret_registry)
{
	struct registry_start start = { 0 };
	char data[PATH_MAX], why[400] = "";
	uint64_t told = 0;

	struct registry_options wanted = {
		.data = data,
		.catalogue = catalogue,
		.configuration = options->configuration,
		.progress = on_progress,
		.userdata = &told,
	};
	int r = read_today(options, &wanted.today);
	if (r < 0) {
		return r;
	}
	r = address_data(options->data, data, sizeof(data));
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR,
			  "There is no place for the register: %s; say --data DIR.",
			  r == -ENOENT ? "HOME is not set" : "the path is too long");
		return r;
	}
	r = registry_open(&wanted, ret_registry, &start, why);
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR, "The register in %s cannot be opened: %s", data,
			  why[0] != '\0' ? why : strerror(-r));
		return r;
	}
	log_start(data, &start, *ret_registry);
	return 0;
}

/* --- serving --- */

/* Where it really is: the socket may have been passed. */
static void log_listening(int fd, bool rehearsal)
{
	struct sockaddr_un address = { 0 };
	socklen_t bytes = sizeof(address) - 1;

	(void)getsockname(fd, (struct sockaddr *)&address, &bytes);
	log_event(LOG_LEVEL_INFO, "Listening on %s%s.", address.sun_path,
		  rehearsal ? ", as a rehearsal" : "");
}

static int serve(const struct options *options, struct registry *registry)
{
	struct sockaddr_un address;
	char why[300] = "";
	int fd;

	int r = address_socket(options->socket, &address);
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR,
			  "The socket's path is longer than %zu bytes, which is all that a socket "
			  "address holds.",
			  sizeof(address.sun_path) - 1);
		return r;
	}
	serve_hold_signals();
	r = listen_open(address.sun_path, &fd, why);
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR, "Cannot listen: %s", why);
		return r;
	}
	log_listening(fd, options->rehearsal);
	notify("READY=1");
	const struct serve_options wanted = {
		.registry = registry,
		.listen_fd = fd,
		.rehearsal = options->rehearsal,
	};
	r = serve_run(&wanted);
	notify("STOPPING=1");
	listen_close(address.sun_path);
	return r;
}

static int run(const struct options *options, const struct catalogue *catalogue)
{
	struct registry *registry = NULL;

	int r = registry_start_up(options, catalogue, &registry);
	if (r < 0) {
		return r;
	}
	if (options->dump) {
		r = registry_dump(registry, stdout);
		if (fflush(stdout) != 0 && r == 0) {
			r = -errno;
		}
	} else {
		r = serve(options, registry);
	}
	registry_close(registry);
	if (r < 0) {
		log_event(LOG_LEVEL_ERROR, "ogid ends: %s.", strerror(-r));
	} else if (!options->dump) {
		log_event(LOG_LEVEL_INFO, "ogid has ended.");
	}
	return r;
}

/* Personal data must not end up in files that others read, nor in a core dump. */
static void guard_privacy(void)
{
	const struct rlimit none = { 0 };

	umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct catalogue *catalogue = NULL;
	struct load_places places = { 0 };

	int r = options_read(argc, argv, &options);
	if (r != 0) {
		return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	guard_privacy();
	json_object_seed(0);
	interfaces_all();
	if (sm3_available() < 0) {
		log_event(LOG_LEVEL_ERROR,
			  "OpenSSL here has no SM3, by which the ledger is chained.");
		return EXIT_FAILURE;
	}
	if (options.configuration == NULL) {
		options.configuration = environment("OGID_CONFIG");
	}
	r = configuration_load(&options, &catalogue, &places);
	if (r == 0 && options.check) {
		printf("%s: fine\n", options.configuration != NULL ? options.configuration
								   : "the shipped configuration");
	} else if (r == 0) {
		options_complete(&options, &places);
		r = run(&options, catalogue);
	}
	catalogue_free(catalogue);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
