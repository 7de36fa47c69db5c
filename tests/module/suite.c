/* SPDX-License-Identifier: MIT */
#include "suite.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MINUTES_MAX = 5 };

static int run_group(const struct suite *suite)
{
	return _cmocka_run_group_tests(suite->label, suite->tests, suite->count, suite->prepare,
				       NULL);
}

static int list_suites(const struct suite *suites, size_t count)
{
	setenv("SELECT_TESTS", "", 1);
	for (size_t i = 0; i < count; i++) {
		printf("suite %u %u %s %s\n", suites[i].uid, suites[i].gid, suites[i].groups,
		       suites[i].label);
		run_group(&suites[i]);
	}
	return 0;
}

/* It changes /etc: that of this machine is left alone. */
static void require_container(const struct suite *suite)
{
	struct stat process_1;

	if (stat("/proc/1", &process_1) < 0)
		err(99, "cannot look at process 1");
	if (process_1.st_uid != suite->uid || process_1.st_gid != suite->gid)
		errx(99, "process 1 is not %u:%u: see tests/README.md", suite->uid, suite->gid);
}

static void prepare_container(const struct suite *suite)
{
	umask(022);
	if (suite->config != NULL)
		write_file("/etc/nonroot.conf", suite->config);
	write_file("/run/docker.sock", "");
	if (chown("/run/docker.sock", 0, DOCKER_GID) < 0)
		err(99, "cannot give away /run/docker.sock");
}

static int run_suite(const struct suite *suite)
{
	int failed;

	require_container(suite);
	prepare_container(suite);
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(MINUTES_MAX * 60);
	module_open("libnss_nonroot.so.2");
	failed = run_group(suite);
	return failed > 90 ? 90 : failed;
}

int suites_main(int argc, char **argv, const struct suite *suites, size_t count)
{
	if (argc == 1)
		return list_suites(suites, count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(suites[i].label, argv[1]) == 0)
			return run_suite(&suites[i]);
	errx(99, "usage: %s [SUITE]", argv[0]);
}

void write_file(const char *path, const char *content)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || fchmod(fd, 0644) < 0)
		err(99, "cannot make %s", path);
	if (write(fd, content, strlen(content)) != (ssize_t)strlen(content))
		err(99, "cannot write %s", path);
	close(fd);
}

unsigned count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	if (directory == NULL)
		err(99, "cannot list the descriptors");
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

int in_process(int (*run)(void))
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		err(99, "cannot fork");
	if (child == 0)
		_exit(run());
	if (waitpid(child, &status, 0) != child)
		err(99, "cannot wait");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}
