/* SPDX-License-Identifier: Apache-2.0 */
#include "client/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/cleanup.h"

/* mkstemp's own mode is for secrets; a report gets what any new file would have. */
static mode_t output_mode(void)
{
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int output_redirect(struct output *output, int fd)
{
	if (fflush(stdout) != 0) {
		return -errno;
	}
	output->saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (output->saved < 0 || fchmod(fd, output_mode()) < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		return -errno;
	}
	return 0;
}

int output_open(struct output *output, const char *path)
{
	*output = (struct output){ .path = path, .saved = -1 };
	if (path == NULL) {
		return 0;
	}
	if (asprintf(&output->temporary, "%s.XXXXXX", path) < 0) {
		output->temporary = NULL;
		return -ENOMEM;
	}
	auto_close int fd = mkostemp(output->temporary, O_CLOEXEC);
	int r = fd < 0 ? -errno : output_redirect(output, fd);
	if (r < 0) {
		if (fd >= 0) {
			unlink(output->temporary);
		}
		if (output->saved >= 0) {
			close(output->saved);
		}
		free(output->temporary);
		*output = (struct output){ .saved = -1 };
	}
	return r;
}

int output_close(struct output *output, int good)
{
	int r = 0;

	if (output->path == NULL) {
		return 0;
	}
	if (fflush(stdout) != 0 || ferror(stdout) != 0 || fsync(STDOUT_FILENO) < 0) {
		r = errno != 0 ? -errno : -EIO;
		clearerr(stdout);
	}
	if (dup2(output->saved, STDOUT_FILENO) < 0) {
		r = -errno;
	}
	close(output->saved);
	if (good && r == 0 && rename(output->temporary, output->path) < 0) {
		r = -errno;
	}
	if (!good || r < 0) {
		unlink(output->temporary);
	}
	free(output->temporary);
	*output = (struct output){ .saved = -1 };
	return r;
}
