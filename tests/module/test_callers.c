/* SPDX-License-Identifier: MIT */
/*
 * Invariant 1: whoever asks gets the same answer, whatever his ids, limits and environment are and
 * whatever his runtime forbids. The callers are programs that no list of the configuration names.
 */
#include "filter.h"
#include "question.h"
#include "suite.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	QUESTIONS_MAX = 32,
	FAILURES_SHOWN = 12,
	ENOUGH_DESCRIPTORS = 6,
};

typedef char texts[QUESTIONS_MAX][TEXT_SIZE];

/* ---- The callers ---------------------------------------------------------------------------- */

static void become(uid_t uid, gid_t gid, size_t count, const gid_t *groups)
{
	if (setgroups(count, groups) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		err(99, "cannot become uid %u", uid);
}

static void as_root(void)
{
}

static void as_root_without_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	if (syscall(SYS_capset, &header, none) < 0)
		err(99, "cannot drop the capabilities");
}

static void as_root_in_other_groups(void)
{
	become(0, OTHER_ID, 1, (const gid_t[]){ SUPPLEMENTARY_GID });
}

static void as_the_container_user(void)
{
	become(CONTAINER_UID, CONTAINER_GID, 1, (const gid_t[]){ SUPPLEMENTARY_GID });
}

static void as_the_container_user_in_other_groups(void)
{
	become(CONTAINER_UID, OTHER_ID, 1, (const gid_t[]){ DOCKER_GID });
}

static void as_another_user(void)
{
	become(OTHER_ID, OTHER_ID, 0, NULL);
}

static void as_another_user_in_the_containers_groups(void)
{
	become(OTHER_ID, CONTAINER_GID, 1, (const gid_t[]){ SUPPLEMENTARY_GID });
}

static void as_alice(void)
{
	become(1500, 1500, 1, (const gid_t[]){ SUDO_GID });
}

static void as_nobody(void)
{
	become(65534, 65534, 0, NULL);
}

static void as_a_uid_that_nobody_may_have(void)
{
	become(65535, 65535, 0, NULL);
}

static void as_a_set_user_id_program(void)
{
	if (setresgid(OTHER_ID, 0, 0) < 0 || setresuid(OTHER_ID, 0, 0) < 0)
		err(99, "cannot be another real uid");
}

static void as_root_with_another_effective_uid(void)
{
	if (setresgid(0, OTHER_ID, 0) < 0 || setresuid(0, OTHER_ID, 0) < 0)
		err(99, "cannot be another effective uid");
}

static void as_root_with_another_filesystem_uid(void)
{
	setfsgid(OTHER_ID);
	setfsuid(OTHER_ID);
}

static void with_a_umask_that_takes_all(void)
{
	umask(0777);
}

static void without_an_environment(void)
{
	clearenv();
}

static void with_an_environment_that_lies(void)
{
	static const char *const lies[] = {
		"HOME=/root", "USER=root", "LOGNAME=root",   "SHELL=/bin/false", "UID=0",
		"GID=0",      "PATH=",     "LC_ALL=tr_TR",   "TMPDIR=/nowhere",  "PWD=/nowhere",
		"IFS=0",      "LANG=C",    "NONROOT_UID=27", "NONROOT_CONF=/no", "NONROOT_ROOT=/no",
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		putenv((char *)lies[i]);
}

static void in_a_directory_that_is_gone(void)
{
	if (mkdir("/run/gone", 0700) < 0 || chdir("/run/gone") < 0 || rmdir("/run/gone") < 0)
		err(99, "cannot be in a directory that is gone");
}

static void without_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
}

static void with_every_signal_blocked(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	raise(SIGTERM);
}

static void with_hardly_any_limits_left(void)
{
	static const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_FSIZE, &none);
	setrlimit(RLIMIT_NPROC, &none);
	setrlimit(RLIMIT_MEMLOCK, &none);
	setrlimit(RLIMIT_LOCKS, &none);
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_AS, &none);
}

static void as_a_daemon(void)
{
	if (prctl(PR_SET_NAME, "cron") < 0)
		err(99, "cannot have another name");
}

static void as_an_undumpable_user(void)
{
	as_another_user();
	prctl(PR_SET_DUMPABLE, 0);
}

struct caller {
	const char *label;
	void (*become)(void);
	bool root; /* by its real uid */
};

static const struct caller callers[] = {
	{ "root", as_root, true },
	{ "root without capabilities", as_root_without_capabilities, true },
	{ "root in other groups", as_root_in_other_groups, true },
	{ "the container user", as_the_container_user, false },
	{ "the container user in other groups", as_the_container_user_in_other_groups, false },
	{ "another user", as_another_user, false },
	{ "another user in the container's groups", as_another_user_in_the_containers_groups,
	  false },
	{ "alice, who is local", as_alice, false },
	{ "nobody", as_nobody, false },
	{ "uid 65535", as_a_uid_that_nobody_may_have, false },
	{ "a set-user-ID program of root's", as_a_set_user_id_program, false },
	{ "root with another effective uid", as_root_with_another_effective_uid, true },
	{ "root with another filesystem uid", as_root_with_another_filesystem_uid, true },
	{ "root with umask 0777", with_a_umask_that_takes_all, true },
	{ "root without an environment", without_an_environment, true },
	{ "root with an environment that lies", with_an_environment_that_lies, true },
	{ "root in a directory that is gone", in_a_directory_that_is_gone, true },
	{ "root without standard descriptors", without_standard_descriptors, true },
	{ "root with every signal blocked", with_every_signal_blocked, true },
	{ "root with hardly any limits left", with_hardly_any_limits_left, true },
	{ "root as cron", as_a_daemon, true },
	{ "another user, not dumpable", as_an_undumpable_user, false },
};
enum { CALLERS = sizeof(callers) / sizeof(callers[0]) };

/* ---- What their runtimes forbid ------------------------------------------------------------- */

struct forbidden {
	const char *label;
	int calls[FORBIDDEN_MAX];
	size_t count;
};

static const struct forbidden no_call = { "no call", { 0 }, 0 };
static const struct forbidden replaceable[] = {
	{ "statx", { SYS_statx }, 1 },
	{ "openat2", { SYS_openat2 }, 1 },
	{ "pidfd_open", { SYS_pidfd_open }, 1 },
	{ "ioctl", { SYS_ioctl }, 1 },
	{ "statx, openat2, pidfd_open and ioctl",
	  { SYS_statx, SYS_openat2, SYS_pidfd_open, SYS_ioctl },
	  4 },
};
static const struct forbidden no_prctl = { "prctl", { SYS_prctl }, 1 };
static const struct forbidden no_statfs = { "statfs", { SYS_statfs, SYS_fstatfs }, 2 };

static const int refusals[] = { ENOSYS, EPERM, EINVAL };
enum { REFUSALS = sizeof(refusals) / sizeof(refusals[0]) };

/* ---- Asking as each of them ----------------------------------------------------------------- */

static struct {
	const struct caller *caller;
	const struct forbidden *forbidden;
	unsigned refusal;
	int free_descriptors; /* -1: as many as there are */
	texts *said;          /* memory that the child shares */
} asking;

static void leave_descriptors(int count)
{
	static const struct rlimit limit = { 32, 32 };
	int fd;

	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(99, "cannot limit the descriptors");
	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0);
	for (fd = 31; fd > 31 - count; fd--)
		close(fd);
}

static int ask_as_caller(void)
{
	const struct forbidden *forbidden = asking.forbidden;

	asking.caller->become();
	if (asking.free_descriptors >= 0)
		leave_descriptors(asking.free_descriptors);
	if (forbidden->count > 0 &&
	    filter_forbid(forbidden->calls, forbidden->count, asking.refusal) < 0)
		return 98;
	for (size_t i = 0; i < question_count; i++)
		question_text(&questions[i], (*asking.said)[i]);
	return 0;
}

static texts heard;

/* Fills in `heard` with what this caller hears. */
static void hear(const struct caller *caller, const struct forbidden *forbidden, int refusal)
{
	asking.caller = caller;
	asking.forbidden = forbidden;
	asking.refusal = (unsigned)refusal;
	memset(*asking.said, '?', sizeof(*asking.said));
	assert_int_equal(in_process(ask_as_caller), 0);
	memcpy(heard, *asking.said, sizeof(heard));
}

static texts right; /* what root hears to whom nothing is forbidden */

static int hear_what_is_right(void **state)
{
	(void)state;
	assert_in_range(question_count, 1, QUESTIONS_MAX);
	asking.said = mmap(NULL, sizeof(*asking.said), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(asking.said, MAP_FAILED);
	asking.free_descriptors = -1;
	hear(&callers[0], &no_call, 0);
	memcpy(right, heard, sizeof(right));
	return 0;
}

/* ---- Comparing ------------------------------------------------------------------------------ */

/* May `question` be answered like this, if `wanted` is to be answered? */
typedef bool judge_fn(const struct lookup *question, const char *text, const char *wanted);

static bool is_same(const struct lookup *question, const char *text, const char *wanted)
{
	(void)question;
	return strcmp(text, wanted) == 0;
}

static bool is_same_or_none(const struct lookup *question, const char *text, const char *wanted)
{
	return text[0] == '\0' || is_same(question, text, wanted);
}

static unsigned failures; /* of this test */

static void compare(judge_fn *judge, texts *wanted)
{
	for (size_t i = 0; i < question_count; i++) {
		if (judge(&questions[i], heard[i], (*wanted)[i]) || failures++ >= FAILURES_SHOWN)
			continue;
		print_error("%s", asking.caller->label);
		if (asking.forbidden->count > 0)
			print_error(", for whom %s fails with %s", asking.forbidden->label,
				    strerrorname_np((int)asking.refusal));
		if (asking.free_descriptors >= 0)
			print_error(", with %d free descriptors", asking.free_descriptors);
		print_error(": %s:\n  heard \"%s\"\n  not   \"%s\"\n", questions[i].label, heard[i],
			    (*wanted)[i]);
	}
}

/* Every caller under every refusal. */
static void compare_all(const struct forbidden *forbidden, judge_fn *judge, texts *wanted)
{
	for (size_t i = 0; i < CALLERS; i++)
		for (size_t j = 0; j < (forbidden->count > 0 ? REFUSALS : 1); j++) {
			hear(&callers[i], forbidden, refusals[j]);
			compare(judge, wanted);
		}
}

static int forget_failures(void **state)
{
	(void)state;
	failures = 0;
	asking.free_descriptors = -1;
	return 0;
}

/* ---- The tests ------------------------------------------------------------------------------ */

static void root_hears_what_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < question_count; i++)
		if (!question_right(&questions[i], right[i]))
			fail_msg("%s: heard \"%s\", not \"%s\"", questions[i].label, right[i],
				 questions[i].answer);
}

static const char *containers_home; /* of this world */

static void the_home_is_the_one_of_this_world(void **state)
{
	(void)state;
	assert_string_equal(strrchr(right[0], ':') + 1, containers_home);
}

static void every_caller_hears_the_same(void **state)
{
	(void)state;
	compare_all(&no_call, is_same, &right);
	assert_int_equal(failures, 0);
}

static void a_call_that_can_be_replaced_may_be_forbidden(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(replaceable) / sizeof(replaceable[0]); i++)
		compare_all(&replaceable[i], is_same, &right);
	assert_int_equal(failures, 0);
}

/* Its program's name is what tells root's callers apart; nobody else's is asked for. */
static void without_prctl_root_hears_nothing_and_others_everything(void **state)
{
	static texts nothing;

	(void)state;
	for (size_t i = 0; i < CALLERS; i++)
		for (size_t j = 0; j < REFUSALS; j++) {
			hear(&callers[i], &no_prctl, refusals[j]);
			compare(is_same, callers[i].root ? &nothing : &right);
		}
	assert_int_equal(failures, 0);
}

static void without_statfs_every_caller_hears_the_same(void **state)
{
	static texts wanted;

	(void)state;
	hear(&callers[0], &no_statfs, refusals[0]);
	memcpy(wanted, heard, sizeof(wanted));
	compare_all(&no_statfs, is_same, &wanted);
	assert_int_equal(failures, 0);
}

static void without_statfs_an_answer_has_another_home_at_most(void **state)
{
	(void)state;
	compare_all(&no_statfs, same_but_home, &right);
	assert_int_equal(failures, 0);
}

static void without_statfs_who_has_a_home_of_his_own_has_it_still(void **state)
{
	(void)state;
	compare_all(&no_statfs, is_same, &right);
	assert_int_equal(failures, 0);
}

static void few_descriptors_never_change_an_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLERS; i++)
		for (int count = 0; count <= ENOUGH_DESCRIPTORS; count++) {
			asking.free_descriptors = count;
			hear(&callers[i], &no_call, 0);
			compare(count == ENOUGH_DESCRIPTORS ? is_same : is_same_or_none, &right);
		}
	assert_int_equal(failures, 0);
}

#define TEST(function) cmocka_unit_test_setup(function, forget_failures)

#define TESTS_OF_EVERY_WORLD                                                     \
	TEST(root_hears_what_is_right), TEST(the_home_is_the_one_of_this_world), \
		TEST(every_caller_hears_the_same),                               \
		TEST(a_call_that_can_be_replaced_may_be_forbidden),              \
		TEST(without_prctl_root_hears_nothing_and_others_everything),    \
		TEST(few_descriptors_never_change_an_answer),                    \
		TEST(without_statfs_every_caller_hears_the_same),                \
		TEST(without_statfs_an_answer_has_another_home_at_most)

/* ---- The homes ------------------------------------------------------------------------------ */

static void make_home(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	if (mkdir(path, 0700) < 0 || chown(path, uid, gid) < 0 || chmod(path, mode) < 0)
		err(99, "cannot make %s", path);
}

static int make_homes_of_their_own(void **state)
{
	containers_home = "/home/nonroot";
	question_prepare();
	make_home("/home/nonroot", CONTAINER_UID, CONTAINER_GID, 0700);
	make_home("/home/uid-77777", OTHER_ID, OTHER_ID, 0700);
	return hear_what_is_right(state);
}

/* What can be made tells only a look at the parent's file system. */
static int let_homes_be_made(void **state)
{
	containers_home = "/home/nonroot";
	question_prepare();
	if (chmod("/home", 01777) < 0)
		err(99, "cannot open /home to all");
	return hear_what_is_right(state);
}

/* Who may not search /home cannot see what is in it. */
static int make_homes_that_some_cannot_see(void **state)
{
	containers_home = "/run/nonroot";
	question_prepare();
	make_home("/home/nonroot", CONTAINER_UID, CONTAINER_GID, 0755);
	make_home("/home/uid-77777", OTHER_ID, OTHER_ID, 0755);
	if (chown("/home", 0, SUPPLEMENTARY_GID) < 0 || chmod("/home", 02770) < 0)
		err(99, "cannot close /home");
	make_home("/run/nonroot", CONTAINER_UID, CONTAINER_GID, 0755);
	return hear_what_is_right(state);
}

/* As a volume is: somebody else's, and writable for all or for a group of process 1. */
static int make_homes_of_somebody_elses(void **state)
{
	containers_home = "/home/nonroot";
	question_prepare();
	make_home("/home/nonroot", 1000, SUPPLEMENTARY_GID, 02770);
	make_home("/home/uid-77777", 1000, 1000, 0777);
	return hear_what_is_right(state);
}

static const struct CMUnitTest tests_of_own_homes[] = {
	TESTS_OF_EVERY_WORLD,
	TEST(without_statfs_who_has_a_home_of_his_own_has_it_still),
};
static const struct CMUnitTest tests[] = { TESTS_OF_EVERY_WORLD };

int main(int argc, char **argv)
{
	static const struct suite suites[] = {
		{ "homes of their own", CONTAINER_UID, CONTAINER_GID, "23456", QUESTION_GROUPS,
		  SUITE_TESTS(tests_of_own_homes), make_homes_of_their_own },
		{ "homes to be made", CONTAINER_UID, CONTAINER_GID, "23456",
		  QUESTION_GROUPS "[user]\nhome = /nowhere/%n /home/%n\n"
				  "[others]\nhome = /nowhere/%n /home/%n\n",
		  SUITE_TESTS(tests), let_homes_be_made },
		{ "homes that some cannot see", CONTAINER_UID, CONTAINER_GID, "23456",
		  QUESTION_GROUPS "[user]\nhome = /home/%n /run/%n\n"
				  "[others]\nhome = /home/%n /run/%n\n",
		  SUITE_TESTS(tests), make_homes_that_some_cannot_see },
		{ "homes of somebody else's", CONTAINER_UID, CONTAINER_GID, "23456",
		  QUESTION_GROUPS "[user]\nhome = /home/%n /run/%n\n"
				  "[others]\nhome = /home/%n /run/%n\n",
		  SUITE_TESTS(tests), make_homes_of_somebody_elses },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
