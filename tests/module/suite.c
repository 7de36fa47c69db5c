/* SPDX-License-Identifier: MIT */
#include "suite.h"

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MINUTES_MAX = 5 };

static int run_suite(void *arg)
{
	const struct suite *suite = arg;
	int failed;

	alarm(MINUTES_MAX * 60);
	module_open(WORLD_MODULE);
	printf("# in a container of uid %u: %s\n", suite->world.uid, suite->world.label);
	failed = suite->run();
	return failed > 90 ? 90 : failed;
}

int suites_main(int argc, char **argv, const struct suite *suites, size_t count)
{
	int failed = 0;

	if (argc != 2)
		errx(99, "usage: %s MODULE", argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < count; i++) {
		int result = world_run(&suites[i].world, argv[1], run_suite, (void *)&suites[i]);

		if (result == 0)
			continue;
		fprintf(stderr, "%s: failed in the world '%s' (%d)\n", argv[0],
			suites[i].world.label, result);
		failed = 1;
	}
	return failed;
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
