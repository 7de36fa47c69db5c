/* SPDX-License-Identifier: MIT */
/* The process that a module is a guest of: threads, descriptors, stack, memory, state. */
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	THREADS = 32,
	THREAD_ROUNDS = 40,
	FORKS = 60,
	CANCELLED_DEFERRED = 300,
	CANCELLED_ASYNCHRONOUS = 2000,
	CALLS = 10000,
	SPINS = 4000,
	GROUPS_MAX = 64,
	STACK_MAX = 8192, /* bytes that one call may use */
};

static bool groups_right(const char *name)
{
	gid_t *groups = malloc(sizeof(*groups));
	long start = 1;
	long size = 1;
	int error;
	bool right;

	groups[0] = 1;
	right = module.initgroups(name, 1, &start, &size, &groups, -1, &error) ==
			NSS_STATUS_SUCCESS &&
		start > 1 && groups[0] == 1;
	free(groups);
	return right;
}

/* All but the enumerations, whose position is one for the process. */
static bool all_lookups_right(void)
{
	for (size_t i = 0; i < LOOKUPS; i++)
		if (lookups[i].way != FIRST && !lookup_right(&lookups[i]))
			return false;
	return groups_right("nonroot");
}

/* ---- Threads and forks ---------------------------------------------------------------------- */

/* Another thread may have taken the next one: an answer or an end, but never a wrong one. */
static bool enumeration_sane(void)
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error;
	enum nss_status status;

	module.setpwent();
	status = module.getpwent(&entry.passwd, buffer, sizeof(buffer), &error);
	if (status != NSS_STATUS_NOTFOUND &&
	    (status != NSS_STATUS_SUCCESS || strcmp(entry.passwd.pw_name, "nonroot") != 0))
		return false;
	module.setgrent();
	for (int i = 0; i < 5; i++) {
		status = module.getgrent(&entry.group, buffer, sizeof(buffer), &error);
		if (status == NSS_STATUS_NOTFOUND)
			continue;
		if (status != NSS_STATUS_SUCCESS || (strcmp(entry.group.gr_name, "nonroot") != 0 &&
						     strncmp(entry.group.gr_name, "gid-", 4) != 0 &&
						     strcmp(entry.group.gr_name, "docker") != 0))
			return false;
	}
	return true;
}

static atomic_bool thread_wrong;

static void *ask_everything(void *arg)
{
	(void)arg;
	for (int i = 0; i < THREAD_ROUNDS; i++)
		if (!all_lookups_right() || !enumeration_sane())
			thread_wrong = true;
	return NULL;
}

static int ask_in_child(void)
{
	return all_lookups_right() && enumeration_sane() ? 0 : 1;
}

static void threads_get_right_answers_while_the_process_forks(void **state)
{
	pthread_t threads[THREADS];
	unsigned before = count_descriptors();

	(void)state;
	thread_wrong = false;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_everything, NULL), 0);
	for (int i = 0; i < FORKS; i++)
		assert_int_equal(in_process(ask_in_child), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_false(thread_wrong);
	assert_int_equal(count_descriptors(), before);
}

/* ---- Cancellation --------------------------------------------------------------------------- */

struct victim {
	int type;
	atomic_ulong asked;
};

static void *ask_for_ever(void *arg)
{
	struct victim *victim = arg;
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error;

	pthread_setcanceltype(victim->type, NULL);
	for (size_t i = 0;; i = (i + 1) % LOOKUPS) {
		lookup_ask(&lookups[i], &entry, buffer, sizeof(buffer), &error);
		victim->asked++;
		/* Long enough for a cancellation to begin here, which ends in the next lookup. */
		for (volatile int spin = 0; spin < SPINS; spin++)
			;
		pthread_testcancel();
	}
	return NULL;
}

static void cancel_many(int type, int count)
{
	unsigned before = count_descriptors();

	for (int i = 0; i < count; i++) {
		struct victim victim = { .type = type };
		pthread_t thread;
		void *result;

		assert_int_equal(pthread_create(&thread, NULL, ask_for_ever, &victim), 0);
		while (victim.asked < 2)
			sched_yield();
		/* Any point of a lookup should be hit by one of them. */
		for (volatile int spin = 0; spin < i % 100 * 100; spin++)
			;
		assert_int_equal(pthread_cancel(thread), 0);
		assert_int_equal(pthread_join(thread, &result), 0);
		assert_ptr_equal(result, PTHREAD_CANCELED);
	}
	assert_int_equal(count_descriptors(), before);
	assert_true(all_lookups_right());
	assert_true(enumeration_sane());
}

static void a_cancelled_lookup_leaks_no_descriptor(void **state)
{
	(void)state;
	cancel_many(PTHREAD_CANCEL_DEFERRED, CANCELLED_DEFERRED);
}

static void an_asynchronously_cancelled_lookup_leaks_no_descriptor(void **state)
{
	(void)state;
	cancel_many(PTHREAD_CANCEL_ASYNCHRONOUS, CANCELLED_ASYNCHRONOUS);
}

static void the_cancel_state_is_as_it_was(void **state)
{
	static const int states[] = { PTHREAD_CANCEL_ENABLE, PTHREAD_CANCEL_DISABLE };
	int left;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pthread_setcancelstate(states[i], NULL);
		assert_true(all_lookups_right());
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &left);
		assert_int_equal(left, states[i]);
	}
}

/* ---- Descriptors ---------------------------------------------------------------------------- */

static bool answered_or_not_found(void)
{
	char buffer[ANSWER_SIZE];
	union entry entry;

	for (size_t i = 0; i < LOOKUPS; i++) {
		int error = 0;
		enum nss_status status =
			lookup_ask(&lookups[i], &entry, buffer, sizeof(buffer), &error);

		if (status != NSS_STATUS_SUCCESS &&
		    (status != NSS_STATUS_NOTFOUND || error != ENOENT))
			return false;
	}
	return true;
}

static int with_a_full_table(void)
{
	static const struct rlimit limit = { 32, 32 };
	int last = -1;
	int fd;

	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1;
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	if (errno != EMFILE || !answered_or_not_found())
		return 2;
	close(last);
	return all_lookups_right() ? 0 : 3;
}

static void a_full_descriptor_table_is_survived(void **state)
{
	(void)state;
	assert_int_equal(in_process(with_a_full_table), 0);
}

static int with_closed_stdio(void)
{
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	if (!all_lookups_right())
		return 1;
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return 2;
	return 0;
}

static void closed_standard_descriptors_do_not_matter(void **state)
{
	(void)state;
	assert_int_equal(in_process(with_closed_stdio), 0);
}

/* ---- Stack ---------------------------------------------------------------------------------- */

static void *ask_once(void *arg)
{
	/* Not on this stack: it is the module's use that counts. */
	/* cppcheck-suppress variableScope */
	static char buffer[ANSWER_SIZE];
	static union entry entry;
	static int error;

	if (arg != NULL)
		lookup_ask(arg, &entry, buffer, sizeof(buffer), &error);
	return NULL;
}

static gid_t *stack_groups;

static void *ask_groups_once(void *arg)
{
	static long start;
	static long size;
	static int error;

	start = 0;
	size = GROUPS_MAX;
	module.initgroups(arg, 1, &start, &size, &stack_groups, -1, &error);
	return NULL;
}

static void *do_nothing(void *arg)
{
	return arg;
}

enum { PAINTED = 128 * 1024, PAINT = 0xc5 };

/* Bytes of a painted stack that a thread wrote to. */
static size_t stack_used(void *(*run)(void *), const void *arg)
{
	unsigned char *stack = mmap(NULL, PAINTED, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	size_t untouched = 0;
	pthread_attr_t attributes;
	pthread_t thread;

	assert_ptr_not_equal(stack, MAP_FAILED);
	memset(stack, PAINT, PAINTED);
	pthread_attr_init(&attributes);
	assert_int_equal(pthread_attr_setstack(&attributes, stack, PAINTED), 0);
	assert_int_equal(pthread_create(&thread, &attributes, run, (void *)arg), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	while (untouched < PAINTED && stack[untouched] == PAINT)
		untouched++;
	munmap(stack, PAINTED);
	return PAINTED - untouched;
}

static void a_call_uses_at_most_8_kib_of_stack(void **state)
{
	size_t base = stack_used(do_nothing, NULL);
	size_t worst = 0;
	size_t used;

	(void)state;
	stack_groups = calloc(GROUPS_MAX, sizeof(*stack_groups));
	for (size_t i = 0; i < LOOKUPS; i++) {
		used = stack_used(ask_once, &lookups[i]) - base;
		printf("# stack %5zu bytes: %s\n", used, lookups[i].label);
		worst = used > worst ? used : worst;
	}
	used = stack_used(ask_groups_once, "nonroot") - base;
	printf("# stack %5zu bytes: initgroups container user\n", used);
	worst = used > worst ? used : worst;
	free(stack_groups);
	assert_true(worst > 1024);
	assert_in_range(worst, 0, STACK_MAX);
}

static void *ask_on_a_small_stack(void *arg)
{
	ask_once(arg);
	return NULL;
}

static void the_smallest_thread_stack_is_enough(void **state)
{
	pthread_attr_t attributes;
	pthread_t thread;

	(void)state;
	stack_groups = calloc(GROUPS_MAX, sizeof(*stack_groups));
	pthread_attr_init(&attributes);
	assert_int_equal(pthread_attr_setstacksize(&attributes, 16384), 0);
	for (size_t i = 0; i < LOOKUPS; i++) {
		assert_int_equal(pthread_create(&thread, &attributes, ask_on_a_small_stack,
						(void *)&lookups[i]),
				 0);
		pthread_join(thread, NULL);
	}
	assert_int_equal(pthread_create(&thread, &attributes, ask_groups_once, (void *)"nonroot"),
			 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	free(stack_groups);
}

/* ---- Memory --------------------------------------------------------------------------------- */

/* These stand before libc's for the module too: -rdynamic. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);

static atomic_ulong allocations;

void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	allocations++;
	return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	allocations++;
	return __libc_realloc(memory, size);
}

static void a_lookup_allocates_nothing(void **state)
{
	gid_t *groups = malloc(GROUPS_MAX * sizeof(*groups));
	char buffer[ANSWER_SIZE];
	unsigned long before = allocations;
	union entry entry;
	long start = 0;
	long size = GROUPS_MAX;
	int error;

	(void)state;
	/* The counter counts. */
	assert_true(before > 0);
	for (size_t i = 0; i < LOOKUPS; i++)
		lookup_ask(&lookups[i], &entry, buffer, sizeof(buffer), &error);
	module.initgroups("nonroot", 1, &start, &size, &groups, -1, &error);
	assert_int_equal(allocations, before);
	start = 0;
	size = 1;
	module.initgroups("nonroot", 1, &start, &size, &groups, -1, &error);
	assert_int_equal(allocations, before + (start > 1));
	free(groups);
}

static void ten_thousand_calls_leak_no_descriptor(void **state)
{
	unsigned before = count_descriptors();
	char buffer[ANSWER_SIZE];
	union entry entry;
	int error;

	(void)state;
	for (int i = 0; i < CALLS; i++)
		lookup_ask(&lookups[i % LOOKUPS], &entry, buffer, sizeof(buffer), &error);
	assert_int_equal(count_descriptors(), before);
}

/* ---- State of the process ------------------------------------------------------------------- */

struct process_state {
	char directory[4096];
	char locale[256];
	char **environment;
	size_t environment_hash;
	mode_t mask;
	bool blocked[NSIG];
	sighandler_t handlers[NSIG];
	uid_t uids[3];
	gid_t gids[3];
	struct rlimit descriptors;
};

static size_t hash_environment(void)
{
	size_t hash = 5381;

	for (char **entry = environ; *entry != NULL; entry++)
		for (const char *byte = *entry; *byte != '\0'; byte++)
			hash = hash * 33 + (unsigned char)*byte;
	return hash;
}

static void read_state(struct process_state *process)
{
	sigset_t blocked;

	memset(process, 0, sizeof(*process));
	assert_non_null(getcwd(process->directory, sizeof(process->directory)));
	snprintf(process->locale, sizeof(process->locale), "%s", setlocale(LC_ALL, NULL));
	process->environment = environ;
	process->environment_hash = hash_environment();
	process->mask = umask(0);
	umask(process->mask);
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action = { .sa_handler = SIG_DFL };

		sigaction(number, NULL, &action);
		process->handlers[number] = action.sa_handler;
		process->blocked[number] = sigismember(&blocked, number) == 1;
	}
	getresuid(&process->uids[0], &process->uids[1], &process->uids[2]);
	getresgid(&process->gids[0], &process->gids[1], &process->gids[2]);
	getrlimit(RLIMIT_NOFILE, &process->descriptors);
}

static void the_state_of_the_process_is_as_it_was(void **state)
{
	static struct process_state before;
	static struct process_state after;
	sigset_t blocked;

	(void)state;
	umask(0137);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	setenv("HOME", "/nowhere", 1);
	setenv("USER", "somebody", 1);
	read_state(&before);
	assert_true(all_lookups_right());
	assert_true(enumeration_sane());
	read_state(&after);
	assert_memory_equal(&before, &after, sizeof(before));
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	umask(022);
}

static int as_the_container_user(void)
{
	if (setresgid(CONTAINER_GID, CONTAINER_GID, CONTAINER_GID) < 0 ||
	    setresuid(CONTAINER_UID, CONTAINER_UID, CONTAINER_UID) < 0)
		return 1;
	return all_lookups_right() ? 0 : 2;
}

static int as_another_user(void)
{
	if (setresgid(OTHER_ID, OTHER_ID, OTHER_ID) < 0 ||
	    setresuid(OTHER_ID, OTHER_ID, OTHER_ID) < 0)
		return 1;
	return all_lookups_right() ? 0 : 2;
}

static void every_caller_gets_the_same(void **state)
{
	(void)state;
	assert_int_equal(in_process(as_the_container_user), 0);
	assert_int_equal(in_process(as_another_user), 0);
}

static const struct CMUnitTest tests_of_cancellation[] = {
	cmocka_unit_test(a_cancelled_lookup_leaks_no_descriptor),
	cmocka_unit_test(an_asynchronously_cancelled_lookup_leaks_no_descriptor),
};

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(threads_get_right_answers_while_the_process_forks),
	cmocka_unit_test(the_cancel_state_is_as_it_was),
	cmocka_unit_test(a_full_descriptor_table_is_survived),
	cmocka_unit_test(closed_standard_descriptors_do_not_matter),
	cmocka_unit_test(a_call_uses_at_most_8_kib_of_stack),
	cmocka_unit_test(the_smallest_thread_stack_is_enough),
	cmocka_unit_test(a_lookup_allocates_nothing),
	cmocka_unit_test(ten_thousand_calls_leak_no_descriptor),
	cmocka_unit_test(the_state_of_the_process_is_as_it_was),
	cmocka_unit_test(every_caller_gets_the_same),
};

/*
 * The longest way through the code: links to follow, and homes that are judged by PID 1's groups.
 */
static const char busy_config[] = "[user]\n"
				  "home = /home/%n /run/%n /run/docker.sock /tmp/%n-%u\n"
				  "[groups]\n"
				  "docker = /var/run/docker.sock\n"
				  "journal = /var/run/docker.sock\n"
				  "join = docker journal\n";

int main(int argc, char **argv)
{
	static const struct suite suites[] = {
		{ "no configuration", CONTAINER_UID, CONTAINER_GID, "23456", NULL,
		  SUITE_TESTS(tests), NULL },
		{ "cancelled threads", CONTAINER_UID, CONTAINER_GID, "23456", busy_config,
		  SUITE_TESTS(tests_of_cancellation), NULL },
		{ "groups by path", CONTAINER_UID, CONTAINER_GID, "23456", busy_config,
		  SUITE_TESTS(tests), NULL },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
