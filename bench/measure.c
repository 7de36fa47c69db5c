/* SPDX-License-Identifier: MIT */
/*
 * Measures one thing once, inside the container that bench/run has started, and prints it as
 * NAME=NUMBER. Times are nanoseconds. It is started anew for each figure, so that the modules are
 * those that nsswitch.conf(5) names, loaded as in any program.
 *
 *   lookup CALL ARG      cpu: of one call, when the modules are loaded; answers: how many it gave
 *   first CALL ARG       cpu: of the first call; memory: the kB that it made its own
 *   process COMMAND...   wall and cpu, from fork(2) to its end; faults: pages it had to get
 *   session SERVICE      wall and cpu, also of its children, of pam_open_session(3) for nonroot
 *   setcred SERVICE      the same of pam_setcred(3)
 *
 * As root it measures as root with `-r`, else as the container user.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	USER_ID = 12345,  /* uid and gid of process 1: bench/inside.py */
	FS_GROUP = 23456, /* its first supplementary group */
	BATCH_NS = 1000000,
	GROUPS_MAX = 65536, /* NGROUPS_MAX of the kernel */
	GROUP_BUFFER = 1 << 20,
};

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* What others do on the machine is not in the time that this thread was on a processor. */
static double cpu_of_thread(void)
{
	return now(CLOCK_THREAD_CPUTIME_ID);
}

static double nanoseconds(struct timeval time)
{
	return (double)time.tv_sec * 1e9 + (double)time.tv_usec * 1e3;
}

static double cpu_of(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

static double cpu_with_children(void)
{
	return cpu_of(RUSAGE_SELF) + cpu_of(RUSAGE_CHILDREN);
}

/* ---- Questions: how many answers each has --------------------------------------------------- */

static char buffer[GROUP_BUFFER];

static uint32_t number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

static int ask_uid(const char *uid)
{
	struct passwd passwd, *found = NULL;

	getpwuid_r(number(uid), &passwd, buffer, sizeof(buffer), &found);
	return found != NULL;
}

static int ask_user(const char *name)
{
	struct passwd passwd, *found = NULL;

	getpwnam_r(name, &passwd, buffer, sizeof(buffer), &found);
	return found != NULL;
}

static int ask_gid(const char *gid)
{
	struct group group, *found = NULL;

	getgrgid_r(number(gid), &group, buffer, sizeof(buffer), &found);
	return found != NULL;
}

static int ask_group(const char *name)
{
	struct group group, *found = NULL;

	getgrnam_r(name, &group, buffer, sizeof(buffer), &found);
	return found != NULL;
}

static int ask_groups_of(const char *name)
{
	static gid_t groups[GROUPS_MAX + 1];
	int count = GROUPS_MAX + 1;

	getgrouplist(name, USER_ID, groups, &count);
	return count - 1;
}

static int ask_all_users(const char *unused)
{
	struct passwd passwd, *found;
	int count = 0;

	(void)unused;
	setpwent();
	while (getpwent_r(&passwd, buffer, sizeof(buffer), &found) == 0)
		count++;
	endpwent();
	return count;
}

static int ask_all_groups(const char *unused)
{
	struct group group, *found;
	int count = 0;

	(void)unused;
	setgrent();
	while (getgrent_r(&group, buffer, sizeof(buffer), &found) == 0)
		count++;
	endgrent();
	return count;
}

static const struct question {
	const char *name;
	int (*ask)(const char *arg);
} questions[] = {
	{ "getpwuid", ask_uid },         { "getpwnam", ask_user },
	{ "getgrgid", ask_gid },         { "getgrnam", ask_group },
	{ "initgroups", ask_groups_of }, { "getpwent", ask_all_users },
	{ "getgrent", ask_all_groups },
};

static const struct question *question_named(const char *name)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(questions[i].name, name) == 0)
			return &questions[i];
	errx(2, "there is no question '%s'", name);
}

static double time_calls(const struct question *question, const char *arg, unsigned calls)
{
	double start = cpu_of_thread();

	for (unsigned i = 0; i < calls; i++)
		question->ask(arg);
	return cpu_of_thread() - start;
}

static void lookup(char **argv)
{
	const struct question *question = question_named(argv[0]);
	int answers = question->ask(argv[1]);
	unsigned calls = 1;
	double time = time_calls(question, argv[1], calls);

	while (time < BATCH_NS) {
		calls *= 2;
		time = time_calls(question, argv[1], calls);
	}
	printf("cpu=%.0f answers=%d\n", time / calls, answers);
}

static long own_memory(void)
{
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	char line[256];
	long kilobytes = -1;

	if (file == NULL)
		err(1, "cannot read what memory is our own");
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Anonymous: %ld kB", &kilobytes) == 1)
			break;
	fclose(file);
	return kilobytes;
}

static void first(char **argv)
{
	const struct question *question = question_named(argv[0]);
	long before = own_memory();
	double time = time_calls(question, argv[1], 1);

	printf("cpu=%.0f memory=%ld\n", time, own_memory() - before);
}

/* ---- Processes ------------------------------------------------------------------------------ */

static void process(char **argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	double start = now(CLOCK_MONOTONIC);
	struct rusage usage;
	int status;
	pid_t child = vfork();

	if (child < 0)
		err(1, "cannot fork");
	if (child == 0) {
		dup2(null, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(child, &status, 0, &usage) != child || status != 0)
		errx(1, "'%s' ended with status %#x", argv[0], (unsigned)status);
	printf("wall=%.0f cpu=%.0f faults=%ld\n", now(CLOCK_MONOTONIC) - start,
	       nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime), usage.ru_minflt);
}

/* ---- Sessions ------------------------------------------------------------------------------- */

static int say_nothing(int count, const struct pam_message **messages,
		       struct pam_response **answers, void *arg)
{
	(void)count;
	(void)messages;
	(void)answers;
	(void)arg;
	return PAM_CONV_ERR;
}

static void through_pam(const char *service, int (*call)(pam_handle_t *, int), int flags)
{
	const struct pam_conv conversation = { .conv = say_nothing };
	double wall, cpu;
	pam_handle_t *pamh;
	int result;

	/* An application has looked the user up before, and pam_start(3) loads the modules. */
	if (!ask_user("nonroot"))
		errx(1, "process 1 has no name");
	if (pam_start(service, "nonroot", &conversation, &pamh) != PAM_SUCCESS)
		errx(1, "%s: cannot start PAM", service);
	wall = now(CLOCK_MONOTONIC);
	cpu = cpu_with_children();
	result = call(pamh, flags);
	cpu = cpu_with_children() - cpu;
	wall = now(CLOCK_MONOTONIC) - wall;
	if (result != PAM_SUCCESS)
		errx(1, "%s: %s", service, pam_strerror(pamh, result));
	pam_end(pamh, result);
	printf("wall=%.0f cpu=%.0f groups=%d\n", wall, cpu, getgroups(0, NULL));
}

static void session(char **argv)
{
	through_pam(argv[0], pam_open_session, 0);
}

static void setcred(char **argv)
{
	through_pam(argv[0], pam_setcred, PAM_ESTABLISH_CRED);
}

static const struct job {
	const char *name;
	int arguments; /* at least */
	void (*measure)(char **argv);
} jobs[] = {
	{ "lookup", 2, lookup },   { "first", 2, first },     { "process", 1, process },
	{ "session", 1, session }, { "setcred", 1, setcred },
};

static void become_container_user(void)
{
	static const gid_t groups[] = { FS_GROUP };

	if (setgroups(1, groups) < 0 || setresgid(USER_ID, USER_ID, USER_ID) < 0 ||
	    setresuid(USER_ID, USER_ID, USER_ID) < 0)
		err(1, "cannot become uid %d", USER_ID);
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "-r") == 0) {
		argc--;
		argv++;
	} else {
		become_container_user();
	}
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		if (argc < 2 + jobs[i].arguments || strcmp(argv[1], jobs[i].name) != 0)
			continue;
		jobs[i].measure(argv + 2);
		return 0;
	}
	errx(2, "usage: measure [-r] lookup|first|process|session|setcred ARG...");
}
