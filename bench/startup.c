/* SPDX-License-Identifier: MIT */
/*
 * What it costs to start a program by `nonroot exec`, as a whole process, and to open a session by
 * pam_nonroot. Runs as PID 1 of what bench/startup has set up, as root; PID 1 then becomes the
 * container user, and a child measures.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	USER_ID = 12345, /* uid and gid of the container user */
	ROUNDS_MAX = 1001,
};

#define USER_NAME "nonroot"
#define HOME      "/var/lib/nonroot/nonroot"
#define SERVICES  "/run/startup/pam.d"

static unsigned rounds = 101;

/* ---- Measuring ------------------------------------------------------------------------------ */

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *left, const void *right)
{
	double difference = *(const double *)left - *(const double *)right;

	return difference < 0 ? -1 : difference > 0;
}

static double median(double *values)
{
	qsort(values, rounds, sizeof(values[0]), compare);
	return values[rounds / 2];
}

/* ---- The home ------------------------------------------------------------------------------- */

/* The skeleton has no directories. */
static void remove_home(void)
{
	DIR *home = opendir(HOME);
	struct dirent *entry;

	if (home == NULL)
		return;
	while ((entry = readdir(home)) != NULL)
		unlinkat(dirfd(home), entry->d_name, 0);
	closedir(home);
	if (rmdir(HOME) < 0)
		err(1, "cannot remove " HOME);
}

static void check_home(const char *who)
{
	struct stat attributes;

	if (stat(HOME, &attributes) < 0 || attributes.st_uid != USER_ID ||
	    access(HOME "/.bashrc", F_OK) < 0)
		errx(1, "%s: " HOME " is not there as it should be", who);
}

/* ---- Processes ------------------------------------------------------------------------------ */

enum {
	TRUE,
	SETPRIV,
	TINI,
	EXEC,
	EXEC_MAKES,
	SETPRIV_DOWN,
	GOSU,
	EXEC_DOWN,
	STARTS,
};

#define STEP_DOWN "--reuid=12345", "--regid=12345", "--clear-groups"

static const struct start {
	const char *label;
	bool as_root;
	bool makes_home;
	const char *command[8];
} starts[] = {
	[TRUE] = { "true", false, false, { "true" } },
	[SETPRIV] = { "setpriv true", false, false, { "setpriv", "true" } },
	[TINI] = { "tini -- true", false, false, { "tini", "-s", "--", "true" } },
	[EXEC] = { "nonroot exec -- true", false, false, { "nonroot", "exec", "--", "true" } },
	[EXEC_MAKES] = { "nonroot exec -- true, home to make",
			 false,
			 true,
			 { "nonroot", "exec", "--strict", "--", "true" } },
	[SETPRIV_DOWN] = { "setpriv --reuid ... true",
			   true,
			   false,
			   { "setpriv", STEP_DOWN, "true" } },
	[GOSU] = { "gosu 12345:12345 true", true, false, { "gosu", "12345:12345", "true" } },
	[EXEC_DOWN] = { "nonroot exec --as 12345:12345 true",
			true,
			false,
			{ "nonroot", "exec", "--as", "12345:12345", "true" } },
};

static double process_times[STARTS][ROUNDS_MAX];
static double process_cost[STARTS];
static long page_faults[STARTS]; /* of the last round: they are the same in each */

static void become_user(void)
{
	if (setgroups(0, NULL) < 0 || setresgid(USER_ID, USER_ID, USER_ID) < 0 ||
	    setresuid(USER_ID, USER_ID, USER_ID) < 0)
		err(1, "cannot become uid %d", USER_ID);
}

static void run(const struct start *start)
{
	if (!start->as_root)
		become_user();
	execvp(start->command[0], (char *const *)start->command);
	err(1, "%s", start->command[0]);
}

static double time_start(const struct start *start, long *faults)
{
	struct rusage usage;
	double began;
	pid_t child;
	int status;

	if (start->makes_home)
		remove_home();
	began = now_us();
	child = fork();
	if (child < 0)
		err(1, "cannot fork");
	if (child == 0)
		run(start);
	if (wait4(child, &status, 0, &usage) != child || status != 0)
		errx(1, "'%s' failed", start->label);
	*faults = usage.ru_minflt;
	return now_us() - began;
}

/* They take turns, so that what a busy machine adds is in all of them. */
static void measure_processes(void)
{
	time_start(&starts[EXEC_MAKES], &page_faults[EXEC_MAKES]);
	check_home("nonroot exec");
	for (unsigned round = 0; round < rounds; round++)
		for (unsigned i = 0; i < STARTS; i++)
			process_times[i][round] = time_start(&starts[i], &page_faults[i]);
	for (unsigned i = 0; i < STARTS; i++)
		process_cost[i] = median(process_times[i]);
}

static void print_processes(void)
{
	printf("\nA whole process, the median of %u in turns:\n\n%-38s%8s%12s%9s%13s\n", rounds, "",
	       "ms", "of setpriv", "of gosu", "page faults");
	for (unsigned i = 0; i < STARTS; i++)
		printf("%-38s%8.2f%12.2f%9.2f%13ld%s\n", starts[i].label, process_cost[i] / 1000,
		       process_cost[i] / process_cost[starts[i].as_root ? SETPRIV_DOWN : SETPRIV],
		       process_cost[i] / process_cost[GOSU], page_faults[i],
		       starts[i].as_root ? "  (as root)" : "");
}

/* ---- Sessions ------------------------------------------------------------------------------- */

enum { MKHOMEDIR, NONROOT, MODULES };

static const char *const services[] = { "mkhomedir", "nonroot" };
static double session_times[MODULES][2][ROUNDS_MAX];
static double session_cost[MODULES][2];

static int say_nothing(int count, const struct pam_message **messages,
		       struct pam_response **answers, void *arg)
{
	(void)count;
	(void)messages;
	(void)answers;
	(void)arg;
	return PAM_CONV_ERR;
}

static double open_session(const char *service)
{
	const struct pam_conv conversation = { .conv = say_nothing };
	pam_handle_t *pamh;
	double time;
	int result;

	/* An application has looked the user up before, and pam_start(3) loads the module. */
	if (getpwnam(USER_NAME) == NULL)
		errx(1, "%s has no name: run this as bench/startup does", USER_NAME);
	if (pam_start_confdir(service, USER_NAME, &conversation, SERVICES, &pamh) != PAM_SUCCESS)
		errx(1, "%s: cannot start PAM", service);
	time = now_us();
	result = pam_open_session(pamh, 0);
	time = now_us() - time;
	if (result != PAM_SUCCESS)
		errx(1, "%s: %s", service, pam_strerror(pamh, result));
	pam_end(pamh, result);
	return time;
}

/* In a process of its own, as sshd and cron open one: nothing of the last one is there any more. */
static double time_session(const char *service, bool makes_home)
{
	double time;
	int result[2];
	int status;
	pid_t child;

	if (makes_home)
		remove_home();
	if (pipe(result) < 0 || (child = fork()) < 0)
		err(1, "cannot start a session");
	if (child == 0) {
		time = open_session(service);
		_exit(write(result[1], &time, sizeof(time)) == sizeof(time) ? 0 : 1);
	}
	close(result[1]);
	if (waitpid(child, &status, 0) != child || status != 0 ||
	    read(result[0], &time, sizeof(time)) != sizeof(time))
		errx(1, "%s: no session", service);
	close(result[0]);
	return time;
}

static void measure_sessions(void)
{
	for (unsigned i = 0; i < MODULES; i++) {
		time_session(services[i], true);
		check_home(services[i]);
	}
	for (unsigned round = 0; round < rounds; round++)
		for (unsigned i = 0; i < MODULES; i++)
			for (unsigned makes = 0; makes < 2; makes++)
				session_times[i][makes][round] =
					time_session(services[i], makes != 0);
	for (unsigned i = 0; i < MODULES; i++)
		for (unsigned makes = 0; makes < 2; makes++)
			session_cost[i][makes] = median(session_times[i][makes]);
}

static void print_sessions(void)
{
	printf("\npam_open_session(3) as root, for the container user, with the same skeleton:\n\n"
	       "%-38s%8s%14s\n",
	       "", "ms", "of mkhomedir");
	for (unsigned makes = 0; makes < 2; makes++)
		for (unsigned i = 0; i < MODULES; i++)
			printf("pam_%-10s%-24s%8.3f%14.2f\n", services[i],
			       makes ? "the home is to make" : "the home is there",
			       session_cost[i][makes] / 1000,
			       session_cost[i][makes] / session_cost[MKHOMEDIR][makes]);
}

/* ---- Goals ---------------------------------------------------------------------------------- */

static void print_goal(const char *what, double value, const char *wanted)
{
	printf("%-46s%8.2f  (%s wanted)\n", what, value, wanted);
}

static void print_goals(void)
{
	putchar('\n');
	print_goal("nonroot exec, more than setpriv, in ms:",
		   (process_cost[EXEC] - process_cost[SETPRIV]) / 1000, "at most 2");
	print_goal("nonroot exec --as, more than setpriv, in ms:",
		   (process_cost[EXEC_DOWN] - process_cost[SETPRIV_DOWN]) / 1000, "at most 2");
	print_goal("nonroot exec, of gosu:", process_cost[EXEC] / process_cost[GOSU],
		   "at most 1.5");
	print_goal("nonroot exec --as, of gosu:", process_cost[EXEC_DOWN] / process_cost[GOSU],
		   "at most 1.5");
	print_goal("pam_nonroot, of pam_mkhomedir, home there:",
		   session_cost[NONROOT][0] / session_cost[MKHOMEDIR][0], "below 1");
	print_goal("pam_nonroot, of pam_mkhomedir, home to make:",
		   session_cost[NONROOT][1] / session_cost[MKHOMEDIR][1], "below 1");
}

/* What else the machine does must not be measured; if this is not allowed, it is. */
static void go_first(void)
{
	const struct sched_param lowest = { .sched_priority = 1 };

	(void)sched_setscheduler(0, SCHED_FIFO, &lowest);
}

static int measure_all(void)
{
	go_first();
	measure_processes();
	print_processes();
	measure_sessions();
	print_sessions();
	print_goals();
	return 0;
}

int main(void)
{
	const char *wanted = getenv("BENCH_ROUNDS");
	int ready[2];
	int status;
	pid_t child;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (wanted != NULL)
		rounds = (unsigned)strtoul(wanted, NULL, 10);
	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(1, "BENCH_ROUNDS must be from 1 to %d", ROUNDS_MAX);
	if (getpid() != 1)
		errx(1, "not PID 1 of a namespace: start it with bench/startup");
	if (pipe(ready) < 0 || (child = fork()) < 0)
		err(1, "cannot start");
	if (child == 0) {
		char byte;

		close(ready[1]);
		/* The end of the pipe says that PID 1 is the container user. */
		if (read(ready[0], &byte, 1) != 0)
			err(1, "PID 1 wrote");
		return measure_all();
	}
	become_user();
	/* As it is after the execve(2) by which a runtime starts PID 1. */
	if (prctl(PR_SET_DUMPABLE, 1) < 0)
		err(1, "cannot be as PID 1 of a container");
	close(ready[0]);
	close(ready[1]);
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}
