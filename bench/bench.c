/* SPDX-License-Identifier: MIT */
/*
 * What a lookup through `nonroot` costs, as ratios. Runs as root and as PID 1 of a PID and mount
 * namespace that bench/run.sh has set up; host files are not changed.
 *
 * PID 1 becomes the container user, as the runtime would have it. A child measures: it picks the
 * services with __nss_configure_lookup, so that all are measured in one process, in turns.
 */
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	CONTAINER_UID = 12345,
	CONTAINER_GID = 12345,
	SUPPLEMENTARY_GID = 23456,
	PLAIN_UID = 54321, /* has a line in passwd(5) and group(5): bench/run.sh */
	OTHER_UID = 77777,
	ROUNDS_MAX = 101,
	BATCH_NS = 500000,
	SLOW_ROUNDS = 3,
	GROUPS_MAX = 64,
	GROWTH_IDS = 100000,
	GROWTH_PART = 200,
	GROWTH_PARTS = 21,
};

#define CONFIG      "/etc/nonroot.conf"
#define EXTRAUSERS  "/var/lib/extrausers/"
#define WRAPPER_RUN "wrapper"

static unsigned rounds = 31;

/* ---- Questions ------------------------------------------------------------------------------ */

/* Asks for `id` or `name`; true if there is an answer. */
typedef bool question_fn(uint32_t id, const char *name);

static char answer_buffer[16384];

static bool ask_uid(uint32_t id, const char *name)
{
	struct passwd passwd;
	struct passwd *found = NULL;

	(void)name;
	getpwuid_r(id, &passwd, answer_buffer, sizeof(answer_buffer), &found);
	return found != NULL;
}

static bool ask_user(uint32_t id, const char *name)
{
	struct passwd passwd;
	struct passwd *found = NULL;

	(void)id;
	getpwnam_r(name, &passwd, answer_buffer, sizeof(answer_buffer), &found);
	return found != NULL;
}

static bool ask_gid(uint32_t id, const char *name)
{
	struct group group;
	struct group *found = NULL;

	(void)name;
	getgrgid_r(id, &group, answer_buffer, sizeof(answer_buffer), &found);
	return found != NULL;
}

static bool ask_group(uint32_t id, const char *name)
{
	struct group group;
	struct group *found = NULL;

	(void)id;
	getgrnam_r(name, &group, answer_buffer, sizeof(answer_buffer), &found);
	return found != NULL;
}

static bool ask_groups(uint32_t id, const char *name)
{
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;

	return getgrouplist(name, id, groups, &count) > 1;
}

static const struct question {
	const char *label;
	question_fn *ask;
	uint32_t id;
	const char *name;
} questions[] = {
	{ "getpwuid, container user", ask_uid, CONTAINER_UID, "" },
	{ "getpwuid, other", ask_uid, OTHER_UID, "" },
	{ "getpwnam, container user", ask_user, 0, "nonroot" },
	{ "getpwnam, other", ask_user, 0, "uid-77777" },
	{ "getpwnam, nobody's", ask_user, 0, "alice" },
	{ "getgrgid, own", ask_gid, CONTAINER_GID, "" },
	{ "getgrgid, supplementary", ask_gid, SUPPLEMENTARY_GID, "" },
	{ "getgrgid, other", ask_gid, OTHER_UID, "" },
	{ "getgrnam, other", ask_group, 0, "gid-77777" },
	{ "getgrnam, nobody's", ask_group, 0, "alice" },
	{ "initgroups, container user", ask_groups, CONTAINER_GID, "nonroot" },
	{ "initgroups, other", ask_groups, OTHER_UID, "uid-77777" },
	{ "initgroups, nobody's", ask_groups, OTHER_UID, "alice" },
};

enum { QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

/* ---- Services ------------------------------------------------------------------------------- */

enum { FILES, NONROOT, CONFIGURED, SYSTEMD, UNKNOWN, EXTRA_1, EXTRA_1000, EXTRA_100000, WRAPPER };

static struct service {
	const char *label;
	const char *module; /* NULL: no other than libc is needed */
	const char *line;   /* of nsswitch.conf(5) */
	const char *extrausers;
	bool present;
} services[] = {
	[FILES] = { "files", NULL, "files", NULL, true },
	[NONROOT] = { "nonroot", "libnss_nonroot.so.2", "files nonroot", NULL, false },
	[CONFIGURED] = { "with a file", "libnss_nonroot.so.2", "files nonroot", NULL, false },
	[SYSTEMD] = { "systemd", "libnss_systemd.so.2", "files systemd", NULL, false },
	[UNKNOWN] = { "unknown", "libnss_unknown.so.2", "files unknown", NULL, false },
	[EXTRA_1] = { "extra 1", "libnss_extrausers.so.2", "files extrausers", "1", false },
	[EXTRA_1000] = { "extra 1e3", "libnss_extrausers.so.2", "files extrausers", "1000", false },
	[EXTRA_100000] = { "extra 1e5", "libnss_extrausers.so.2", "files extrausers", "100000",
			   false },
	[WRAPPER] = { "wrapper", "libnss_wrapper.so", NULL, NULL, false },
};

enum { SERVICES = sizeof(services) / sizeof(services[0]) };

static void find_services(void)
{
	for (unsigned i = 0; i < SERVICES; i++) {
		struct service *service = &services[i];

		/* nss_wrapper must be there before the program starts; run_wrapper() sees to it. */
		if (service->module == NULL || i == WRAPPER)
			continue;
		service->present = dlopen(service->module, RTLD_NOW) != NULL;
		if (!service->present)
			warnx("%s is left out: %s", service->label, dlerror());
	}
}

static void link_extrausers(const char *database, const char *lines)
{
	char target[64];
	char path[64];

	snprintf(target, sizeof(target), "%s.%s", database, lines);
	snprintf(path, sizeof(path), EXTRAUSERS "%s", database);
	unlink(path);
	if (symlink(target, path) < 0)
		err(1, "cannot link %s; bench/run.sh makes its directory", path);
}

static void pick_service(unsigned number)
{
	const struct service *service = &services[number];

	if (service->line == NULL)
		return;
	if (number == CONFIGURED && rename(CONFIG ".off", CONFIG) < 0)
		err(1, "cannot put %s in its place", CONFIG);
	if (service->extrausers != NULL) {
		link_extrausers("passwd", service->extrausers);
		link_extrausers("group", service->extrausers);
		link_extrausers("shadow", service->extrausers);
	}
	if (__nss_configure_lookup("passwd", service->line) != 0 ||
	    __nss_configure_lookup("group", service->line) != 0 ||
	    __nss_configure_lookup("initgroups", service->line) != 0)
		errx(1, "glibc does not take the services '%s'", service->line);
}

static void leave_service(unsigned number)
{
	if (number == CONFIGURED && rename(CONFIG, CONFIG ".off") < 0)
		err(1, "cannot put %s aside", CONFIG);
}

/* ---- Measuring ------------------------------------------------------------------------------ */

static double now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *left, const void *right)
{
	double difference = *(const double *)left - *(const double *)right;

	return difference < 0 ? -1 : difference > 0;
}

static double median(double *values, unsigned count)
{
	qsort(values, count, sizeof(values[0]), compare);
	return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* Nanoseconds of one call, over `calls` of them. */
static double time_calls(const struct question *question, unsigned calls)
{
	double start = now_ns();

	for (unsigned i = 0; i < calls; i++)
		question->ask(question->id, question->name);
	return (now_ns() - start) / calls;
}

static double times[QUESTIONS][SERVICES][ROUNDS_MAX];  /* nanoseconds of a call */
static double ratios[QUESTIONS][SERVICES][ROUNDS_MAX]; /* to files in the same round */
static double cost[QUESTIONS][SERVICES];               /* median of times */
static double ratio[QUESTIONS][SERVICES];              /* median of ratios */
static unsigned batch[QUESTIONS][SERVICES];
static bool answered[QUESTIONS][SERVICES];

static void calibrate(unsigned question, unsigned service)
{
	const struct question *asked = &questions[question];
	double once = time_calls(asked, 3);

	batch[question][service] = once < BATCH_NS ? (unsigned)(BATCH_NS / once) : 1;
	answered[question][service] = asked->ask(asked->id, asked->name);
}

static void measure_once(unsigned question, unsigned service, unsigned round)
{
	pick_service(service);
	if (batch[question][service] == 0)
		calibrate(question, service);
	times[question][service][round] =
		time_calls(&questions[question], batch[question][service]);
	leave_service(service);
}

/* If a call takes a tenth of a second, fewer rounds must do. */
static unsigned rounds_of(unsigned service)
{
	return service == EXTRA_100000 && rounds > SLOW_ROUNDS ? SLOW_ROUNDS : rounds;
}

/*
 * The services take turns with each question, so that what a busy machine adds is in all of them,
 * and a ratio is one of two neighbours in time.
 */
static void measure(unsigned first, unsigned last)
{
	for (unsigned round = 0; round < rounds; round++)
		for (unsigned i = 0; i < QUESTIONS; i++)
			for (unsigned service = first; service <= last; service++)
				if (services[service].present && round < rounds_of(service))
					measure_once(i, service, round);
}

static void take_medians(unsigned first, unsigned last)
{
	for (unsigned i = 0; i < QUESTIONS; i++) {
		for (unsigned service = first; service <= last; service++) {
			unsigned count = rounds_of(service);

			for (unsigned round = 0; round < count; round++)
				ratios[i][service][round] = times[i][service][round] /
							    times[i][first][round];
			ratio[i][service] = median(ratios[i][service], count);
		}
		for (unsigned service = first; service <= last; service++)
			cost[i][service] = median(times[i][service], rounds_of(service));
	}
}

/* ---- nss_wrapper, which only a program that starts with it can use -------------------------- */

static int print_wrapper(void)
{
	services[WRAPPER].present = true;
	measure(WRAPPER, WRAPPER);
	take_medians(WRAPPER, WRAPPER);
	for (unsigned i = 0; i < QUESTIONS; i++)
		printf("%f %d\n", cost[i][WRAPPER], answered[i][WRAPPER]);
	return 0;
}

static void run_wrapper(void)
{
	const char *library = getenv("BENCH_WRAPPER");
	FILE *output;

	if (library == NULL || access(library, R_OK) < 0) {
		warnx("wrapper is left out: there is no libnss_wrapper.so");
		return;
	}
	output = popen("LD_PRELOAD=\"$BENCH_WRAPPER\" NSS_WRAPPER_PASSWD=/run/wrapper/passwd"
		       " NSS_WRAPPER_GROUP=/run/wrapper/group \"$BENCH\" " WRAPPER_RUN,
		       "r");
	if (output == NULL)
		err(1, "cannot run the benchmark under nss_wrapper");
	services[WRAPPER].present = true;
	for (unsigned i = 0; i < QUESTIONS; i++) {
		int answer;

		if (fscanf(output, "%lf %d", &cost[i][WRAPPER], &answer) != 2)
			errx(1, "the benchmark under nss_wrapper printed no result");
		answered[i][WRAPPER] = answer;
		ratio[i][WRAPPER] = cost[i][WRAPPER] / cost[i][FILES];
	}
	pclose(output);
}

/* ---- Tables --------------------------------------------------------------------------------- */

static void print_head(void)
{
	printf("%-28s%9s", "", "files ns");
	for (unsigned service = NONROOT; service < SERVICES; service++)
		if (services[service].present)
			printf("%10s", services[service].label);
	putchar('\n');
}

static double added(unsigned question, unsigned service)
{
	return ratio[question][service] - 1;
}

static void print_added(void)
{
	puts("What a service adds to a miss in files: (files SERVICE - files) / files.\n"
	     "A * marks where the service has an answer. `with a file`: with " CONFIG ".\n"
	     "nss_wrapper replaces libc's functions: its column is WRAPPER / files - 1.\n");
	print_head();
	for (unsigned i = 0; i < QUESTIONS; i++) {
		printf("%-28s%9.0f", questions[i].label, cost[i][FILES]);
		for (unsigned service = NONROOT; service < SERVICES; service++)
			if (services[service].present)
				printf("%9.2f%c", added(i, service),
				       answered[i][service] ? '*' : ' ');
		putchar('\n');
	}
}

static double worst_added(unsigned service, unsigned *where)
{
	double worst = added(0, service);

	*where = 0;
	for (unsigned i = 1; i < QUESTIONS; i++) {
		if (added(i, service) <= worst)
			continue;
		worst = added(i, service);
		*where = i;
	}
	return worst;
}

static double worst_against_systemd(unsigned *where)
{
	double worst = 0;

	*where = 0;
	for (unsigned i = 0; i < QUESTIONS; i++) {
		double part = added(i, NONROOT) / added(i, SYSTEMD);

		if (part <= worst)
			continue;
		worst = part;
		*where = i;
	}
	return worst;
}

static void print_goals(void)
{
	unsigned where;
	double worst = worst_added(NONROOT, &where);

	printf("\nadded to a miss, the worst:   %6.2f  (at most 1.5 wanted)   %s\n", worst,
	       questions[where].label);
	if (!services[SYSTEMD].present)
		return;
	worst = worst_against_systemd(&where);
	printf("of what systemd adds, worst:  %6.2f  (at most 0.33 wanted)  %s\n", worst,
	       questions[where].label);
}

/* ---- Growth with the ids that were asked for ------------------------------------------------- */

static double time_ids(uint32_t first)
{
	double start = now_ns();

	for (uint32_t i = 0; i < GROWTH_PART; i++)
		ask_uid(first + i, "");
	return now_ns() - start;
}

/* In units of a miss in files, measured in turns: a machine that gets slower is not growth. */
static double cost_of_new_ids(uint32_t first)
{
	double files[GROWTH_PARTS];
	double nonroot[GROWTH_PARTS];

	for (uint32_t i = 0; i < GROWTH_PARTS; i++) {
		pick_service(FILES);
		files[i] = time_ids(first + i * GROWTH_PART);
		pick_service(NONROOT);
		nonroot[i] = time_ids(first + i * GROWTH_PART);
	}
	return median(nonroot, GROWTH_PARTS) / median(files, GROWTH_PARTS);
}

static void print_growth(void)
{
	double before = cost_of_new_ids(100000);

	for (uint32_t i = 0; i < GROWTH_IDS; i++)
		ask_uid(300000 + i, "");
	printf("after %d different ids:   %6.2f  (about 1 wanted)\n", GROWTH_IDS,
	       cost_of_new_ids(600000) / before);
}

/* ---- A whole process ------------------------------------------------------------------------ */

static void run_id(uid_t uid)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
		_exit(126);
	execlp("id", "id", (char *)NULL);
	_exit(127);
}

static double time_id(uid_t uid)
{
	double start = now_ns();
	pid_t child = fork();
	int status;

	if (child < 0)
		err(1, "cannot fork");
	if (child == 0)
		run_id(uid);
	if (waitpid(child, &status, 0) != child || status != 0)
		errx(1, "`id` failed for uid %u", uid);
	return now_ns() - start;
}

/* /etc/nsswitch.conf says `files nonroot`, so a uid that has a line never gets as far as us. */
static void print_id(void)
{
	static double plain[3 * ROUNDS_MAX];
	static double container[3 * ROUNDS_MAX];
	static double other[3 * ROUNDS_MAX];
	double base;

	for (unsigned i = 0; i < 3 * rounds; i++) {
		plain[i] = time_id(PLAIN_UID);
		container[i] = time_id(CONTAINER_UID);
		other[i] = time_id(OTHER_UID);
	}
	base = median(plain, 3 * rounds);
	printf("\n`id` as a process, a line in /etc/passwd: %.0f us\n", base / 1000);
	printf("  the container user: %.2f of that; another uid: %.2f\n",
	       median(container, 3 * rounds) / base, median(other, 3 * rounds) / base);
}

/* ---- The container -------------------------------------------------------------------------- */

static void become_container_user(void)
{
	static const gid_t groups[] = { SUPPLEMENTARY_GID };

	if (setgroups(1, groups) < 0 ||
	    setresgid(CONTAINER_GID, CONTAINER_GID, CONTAINER_GID) < 0 ||
	    setresuid(CONTAINER_UID, CONTAINER_UID, CONTAINER_UID) < 0)
		err(1, "PID 1 cannot become uid %d", CONTAINER_UID);
	/* As it is after the execve(2) by which a runtime starts PID 1. */
	if (prctl(PR_SET_DUMPABLE, 1) < 0)
		err(1, "PID 1 cannot be as that of a container");
}

static void check_world(void)
{
	pick_service(NONROOT);
	if (!ask_user(0, "nonroot"))
		errx(1, "PID 1 has no name: run this as bench/run.sh does");
}

static int measure_all(void)
{
	find_services();
	if (!services[NONROOT].present)
		errx(1, "nothing to measure: run `make` first");
	services[CONFIGURED].present = access(CONFIG ".off", R_OK) == 0;
	check_world();
	measure(FILES, EXTRA_100000);
	take_medians(FILES, EXTRA_100000);
	run_wrapper();
	print_added();
	print_goals();
	print_growth();
	print_id();
	return 0;
}

int main(int argc, char **argv)
{
	int ready[2];
	int status;
	pid_t child;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (getenv("BENCH_ROUNDS") != NULL)
		rounds = (unsigned)atoi(getenv("BENCH_ROUNDS"));
	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(1, "BENCH_ROUNDS must be from 1 to %d", ROUNDS_MAX);
	if (argc == 2 && strcmp(argv[1], WRAPPER_RUN) == 0)
		return print_wrapper();
	if (getpid() != 1)
		errx(1, "not PID 1 of a namespace: start it with bench/run.sh");
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
	become_container_user();
	close(ready[0]);
	close(ready[1]);
	return waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}
