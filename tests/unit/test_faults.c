/* SPDX-License-Identifier: MIT */
/*
 * Invariant 6: for every kind of lookup, for every system call that it makes, and for every error
 * that the call can end with, the answer is the faultless one or none. The lookups are those that
 * glibc makes, in a tree that the module takes for its own root.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "identity/config.h"
#include "identity/local.h"
#include "nss_nonroot/nss_nonroot.h"
#include "caller.h"
#include "tree.h"

enum { UID = 12345, GID = 3000, FSGROUP = 4000, SOCKET = 2375, OTHER = 2000, LOCAL = 1000 };

static const int errors[] = { EMFILE, ENFILE, ENOMEM, EACCES, EPERM,
			      ENOSYS, EINVAL, EIO,    ELOOP,  ESTALE };

enum { ERRORS = sizeof(errors) / sizeof(errors[0]), ANSWER_SIZE = 4096 };

/* --- the calls that a lookup may make: one that is not here fails the test --- */

enum exception {
	STRICT,
	/* With ENOSYS, EPERM and EINVAL: what it asks about is read-only. */
	READS_AS_READ_ONLY,
};

static const struct allowed_call {
	const char *name;
	/* nss_files makes it too, so no filter that lets programs look up users forbids it. */
	bool basic;
	/* If a filter forbids it, the answer is the same; else it may be none. */
	bool replaced;
	enum exception exception;
} allowed_calls[] = {
	{ "openat", true, false, STRICT },
	{ "fstat", true, false, STRICT },
	{ "newfstatat", true, false, STRICT },
	{ "readlinkat", true, false, STRICT },
	{ "read", true, false, STRICT },
	{ "close", true, false, STRICT },
	{ "pidfd_open", false, true, STRICT },
	{ "ioctl", false, true, STRICT },
	/* Is /proc procfs? The link /proc/self says so too. */
	{ "fstatfs", false, true, STRICT },
	{ "statfs", false, false, READS_AS_READ_ONLY },
	/* The name of root's program: see identity/audience.h. */
	{ "prctl", false, false, STRICT },
};

enum { CALLS = sizeof(allowed_calls) / sizeof(allowed_calls[0]) };

static const struct allowed_call *find_allowed(const char *name)
{
	for (size_t i = 0; i < CALLS; i++)
		if (strcmp(allowed_calls[i].name, name) == 0)
			return &allowed_calls[i];
	fail_msg("the table of allowed calls lacks %s", name);
	return NULL;
}

static bool is_exception(const struct allowed_call *call, int error)
{
	return call->exception == READS_AS_READ_ONLY &&
	       (error == ENOSYS || error == EPERM || error == EINVAL);
}

/* --- the lookups: each writes its answer, or leaves it empty --- */

typedef void lookup_fn(uint32_t id, const char *name, char answer[ANSWER_SIZE]);

/* Whatever happens, the status is one that glibc goes on from, and errno is the caller's. */
static bool is_success(enum nss_status status, const int *error)
{
	assert_int_equal(errno, 4711);
	if (status == NSS_STATUS_SUCCESS)
		return true;
	assert_int_equal(status, NSS_STATUS_NOTFOUND);
	assert_int_equal(*error, ENOENT);
	return false;
}

static void add_passwd(const struct passwd *passwd, char answer[ANSWER_SIZE])
{
	size_t length = strlen(answer);

	snprintf(answer + length, ANSWER_SIZE - length, "%s:%s:%u:%u:%s:%s:%s\n", passwd->pw_name,
		 passwd->pw_passwd, passwd->pw_uid, passwd->pw_gid, passwd->pw_gecos,
		 passwd->pw_dir, passwd->pw_shell);
}

static void add_group(const struct group *group, char answer[ANSWER_SIZE])
{
	size_t length = strlen(answer);

	snprintf(answer + length, ANSWER_SIZE - length, "%s:%s:%u:%s\n", group->gr_name,
		 group->gr_passwd, group->gr_gid, group->gr_mem[0] != NULL ? group->gr_mem[0] : "");
}

static void user_by_uid(uint32_t uid, const char *name, char answer[ANSWER_SIZE])
{
	struct passwd passwd;
	char buffer[1024];
	int error = 0;

	(void)name;
	errno = 4711;
	if (is_success(_nss_nonroot_getpwuid_r(uid, &passwd, buffer, sizeof(buffer), &error),
		       &error))
		add_passwd(&passwd, answer);
}

static void user_by_name(uint32_t uid, const char *name, char answer[ANSWER_SIZE])
{
	struct passwd passwd;
	char buffer[1024];
	int error = 0;

	(void)uid;
	errno = 4711;
	if (is_success(_nss_nonroot_getpwnam_r(name, &passwd, buffer, sizeof(buffer), &error),
		       &error))
		add_passwd(&passwd, answer);
}

static void group_by_gid(uint32_t gid, const char *name, char answer[ANSWER_SIZE])
{
	struct group group;
	char buffer[1024];
	int error = 0;

	(void)name;
	errno = 4711;
	if (is_success(_nss_nonroot_getgrgid_r(gid, &group, buffer, sizeof(buffer), &error),
		       &error))
		add_group(&group, answer);
}

static void group_by_name(uint32_t gid, const char *name, char answer[ANSWER_SIZE])
{
	struct group group;
	char buffer[1024];
	int error = 0;

	(void)gid;
	errno = 4711;
	if (is_success(_nss_nonroot_getgrnam_r(name, &group, buffer, sizeof(buffer), &error),
		       &error))
		add_group(&group, answer);
}

/* glibc keeps what is in the list, whatever the status says. */
static void groups_of_name(uint32_t primary, const char *name, char answer[ANSWER_SIZE])
{
	gid_t *gids = malloc(sizeof(gid_t));
	long start = 1;
	long size = 1;
	int error = 0;
	bool success;

	assert_non_null(gids);
	gids[0] = primary;
	errno = 4711;
	success = is_success(
		_nss_nonroot_initgroups_dyn(name, primary, &start, &size, &gids, -1, &error),
		&error);
	assert_int_equal(success, start > 1);
	for (long i = 1; i < start; i++) {
		size_t length = strlen(answer);

		snprintf(answer + length, ANSWER_SIZE - length, "%u ", gids[i]);
	}
	free(gids);
}

static void enumerated_users(uint32_t id, const char *name, char answer[ANSWER_SIZE])
{
	struct passwd passwd;
	char buffer[1024];
	int error = 0;

	(void)id;
	(void)name;
	_nss_nonroot_setpwent(0);
	errno = 4711;
	while (is_success(_nss_nonroot_getpwent_r(&passwd, buffer, sizeof(buffer), &error), &error))
		add_passwd(&passwd, answer);
	_nss_nonroot_endpwent();
}

static void enumerated_groups(uint32_t id, const char *name, char answer[ANSWER_SIZE])
{
	struct group group;
	char buffer[1024];
	int error = 0;

	(void)id;
	(void)name;
	_nss_nonroot_setgrent(0);
	errno = 4711;
	while (is_success(_nss_nonroot_getgrent_r(&group, buffer, sizeof(buffer), &error), &error))
		add_group(&group, answer);
	_nss_nonroot_endgrent();
}

static const struct lookup {
	const char *what;
	lookup_fn *look_up;
	uint32_t id;
	const char *name;
	/*
	 * Each entry is a question of its own: an enumeration may end before one, and skips none.
	 */
	bool several;
} lookups[] = {
	{ "the container user by uid", user_by_uid, UID, NULL, false },
	{ "one of the others by uid", user_by_uid, OTHER, NULL, false },
	{ "uid 27, whose gid is sudo's", user_by_uid, 27, NULL, false },
	{ "uid 65535", user_by_uid, 65535, NULL, false },
	{ "a local uid", user_by_uid, LOCAL, NULL, false },
	{ "a uid whose gid a path has", user_by_uid, SOCKET, NULL, false },
	{ "the container user by name", user_by_name, 0, "nonroot", false },
	{ "one of the others by name", user_by_name, 0, "uid-2000", false },
	{ "the container user by its number's name", user_by_name, 0, "uid-12345", false },
	{ "a local user by name", user_by_name, 0, "app", false },
	{ "a local uid by our name", user_by_name, 0, "uid-1000", false },
	{ "an unknown gid", group_by_gid, OTHER, NULL, false },
	{ "the container user's group", group_by_gid, UID, NULL, false },
	{ "process 1's gid", group_by_gid, GID, NULL, false },
	{ "a fsGroup", group_by_gid, FSGROUP, NULL, false },
	{ "a gid of [groups]", group_by_gid, SOCKET, NULL, false },
	{ "a local gid", group_by_gid, 27, NULL, false },
	{ "gid 65535", group_by_gid, 65535, NULL, false },
	{ "an unknown gid by name", group_by_name, 0, "gid-2000", false },
	{ "the container user's group by name", group_by_name, 0, "nonroot", false },
	{ "a fsGroup by name", group_by_name, 0, "gid-4000", false },
	{ "a name of [groups]", group_by_name, 0, "docker", false },
	{ "a name of [groups] whose path is missing", group_by_name, 0, "absent", false },
	{ "a gid of [groups] by its number's name", group_by_name, 0, "gid-2375", false },
	{ "the groups of the container user", groups_of_name, GID, "nonroot", false },
	{ "the groups of one of the others", groups_of_name, OTHER, "uid-2000", false },
	{ "the groups of a local user", groups_of_name, LOCAL, "app", false },
	{ "the users, one after the other", enumerated_users, 0, NULL, true },
	{ "the groups, one after the other", enumerated_groups, 0, NULL, true },
};

enum { LOOKUPS = sizeof(lookups) / sizeof(lookups[0]) };

static void look_up(const struct lookup *lookup, char answer[ANSWER_SIZE])
{
	answer[0] = '\0';
	lookup->look_up(lookup->id, lookup->name, answer);
	if (tree_descriptors() != 0)
		fail_msg("%s: %d descriptors are left open", lookup->what, tree_descriptors());
}

/* --- the systems in which they are made --- */

struct situation {
	const char *label;
	bool pidfd;
	const char *config; /* NULL: no file */
	bool homes;         /* else no home is there, and /tmp alone lets one be made */
	uid_t pid1;
	bool several_ids; /* and root's effective one */
	uid_t caller;
	const char *program; /* NULL: one that is in no list */
};

static void make_system(const struct situation *the)
{
	static const gid_t gids[] = { FSGROUP, 65535 };
	const uid_t uid = the->pid1;
	const struct tree_pidfd told = {
		.open_error = the->pidfd ? 0 : ENOSYS,
		.uids = { uid, the->several_ids ? 0 : uid, uid, uid },
		.gids = { GID, GID, GID, GID },
	};

	tree_file(PASSWD_PATH, "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:::\n");
	tree_file(GROUP_PATH, "root:x:0:\nsudo:x:27:app\napp:x:1000:\n");
	tree_pid1(uid, GID, gids, uid == 0 ? 0 : 2);
	if (the->several_ids)
		tree_format("/proc/1/status",
			    "Pid:\t1\nUid:\t%u\t0\t%u\t%u\nGid:\t5\t5\t5\t5\nGroups:\t27 \n", uid,
			    uid, uid);
	tree_pidfd(&told);
	tree_places();
	tree_link("/var/run", "../run");
	tree_file("/run/docker.sock", "");
	tree_owner("/run/docker.sock", 0, SOCKET);
	tree_file("/dev/gpu", "");
	tree_owner("/dev/gpu", 0, 44);
	if (the->config != NULL)
		tree_file(CONFIG_PATH, the->config);
	if (the->homes) {
		/* A volume that the group may write to, and somebody's that everybody may. */
		tree_directory("/home/nonroot", 0770);
		tree_owner("/home/nonroot", 0, FSGROUP);
		tree_directory("/home/uid-2000", 0777);
		tree_owner("/home/uid-2000", 1001, 1001);
	}
	tree_as_own_root();
	caller_is(the->caller, the->program != NULL ? the->program : "bash", false);
}

#define PATHS \
	"docker = /var/run/docker.sock\ngpu = /dev/gpu\nabsent = /run/absent\njoin = gpu absent\n"

static const struct situation situations[] = {
	{ "an old kernel", .pid1 = UID, .caller = 1000 },
	{ "a kernel with PIDFD_GET_INFO", .pid1 = UID, .caller = 1000, .pidfd = true },
	{ "root asks", .pid1 = UID, .caller = 0, .pidfd = true, .homes = true },
	{ "homes and shells", .pid1 = UID, .caller = 1000,
	  .config = "[user]\ngecos = The App\nshell = /bin/zsh /bin/sh\n", .homes = true },
	{ "groups by path", .pid1 = UID, .caller = 1000, .config = "[groups]\n" PATHS },
	{ "root asks, groups by path", .pid1 = UID, .caller = 0,
	  .config = "[user]\nname = user-%u\n[groups]\n" PATHS, .pidfd = true, .homes = true },
	{ "process 1 is 65535", .pid1 = 65535, .caller = 1000, .pidfd = true },
	{ "several ids on an old kernel", .pid1 = UID, .caller = 1000, .several_ids = true },
	{ "several ids", .pid1 = UID, .caller = 1000, .several_ids = true, .pidfd = true },
	{ "process 1 is local", .pid1 = LOCAL, .caller = 1000, .pidfd = true },
	{ "root's getent", .pid1 = UID, .caller = 0, .program = "getent",
	  .config = "[groups]\n" PATHS },
	{ "systemd's helper", .pid1 = UID, .caller = 0, .program = "(id)", .homes = true },
	{ "process 1 is root", .pid1 = 0, .caller = 1000,
	  .config = "[others]\ngid = 100\n[groups]\n" PATHS },
};

/* --- one call that fails --- */

/* What the answer is if the file system of `path` is read-only. */
static void look_up_read_only(const struct lookup *lookup, const char *path,
			      char answer[ANSWER_SIZE])
{
	tree_watch();
	tree_read_only(path);
	look_up(lookup, answer);
	tree_read_write(path);
}

static bool is_faultless(const struct lookup *lookup, const char *answer, const char *faultless)
{
	if (lookup->several)
		return strncmp(answer, faultless, strlen(answer)) == 0;
	return answer[0] == '\0' || strcmp(answer, faultless) == 0;
}

static void fail_call(const struct lookup *lookup, size_t number, int error, const char *faultless)
{
	char answer[ANSWER_SIZE];
	struct tree_call call;

	tree_fail(number, error);
	look_up(lookup, answer);
	call = *tree_call_at(number);
	if (is_faultless(lookup, answer, faultless))
		return;
	if (is_exception(find_allowed(call.name), error)) {
		char other[ANSWER_SIZE];

		look_up_read_only(lookup, call.path, other);
		if (strcmp(answer, other) == 0)
			return;
	}
	fail_msg("%s: with error %d of call %zu, %s(%s), the answer is\n%sand not\n%s",
		 lookup->what, error, number, call.name, call.path, answer, faultless);
}

static void fail_calls(const struct lookup *lookup)
{
	char faultless[ANSWER_SIZE];
	size_t count;

	tree_watch();
	look_up(lookup, faultless);
	count = tree_call_count();
	for (size_t number = 0; number < count; number++)
		find_allowed(tree_call_at(number)->name);
	for (size_t number = 0; number < count; number++)
		for (size_t i = 0; i < ERRORS; i++)
			fail_call(lookup, number, errors[i], faultless);
	tree_watch();
}

static void with_any_call_failing_the_answer_is_the_faultless_one_or_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < LOOKUPS; i++)
		fail_calls(&lookups[i]);
}

/* --- few descriptors: whoever starts a set-user-ID program chooses how many it has --- */

enum { SPARE_MAX = 8 };

static int first_free(void)
{
	int fd = dup(tree_root());

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

static void spare_descriptors(const struct lookup *lookup, int spare, const char *faultless)
{
	char answer[ANSWER_SIZE] = "";
	struct rlimit before;
	struct rlimit few;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)(first_free() + spare);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	lookup->look_up(lookup->id, lookup->name, answer);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	if (!is_faultless(lookup, answer, faultless))
		fail_msg("%s: with %d descriptors the answer is\n%sand not\n%s", lookup->what,
			 spare, answer, faultless);
	if (spare == 0 && answer[0] != '\0')
		fail_msg("%s: answered without a descriptor", lookup->what);
	if (spare == SPARE_MAX && strcmp(answer, faultless) != 0)
		fail_msg("%s: not answered with %d descriptors", lookup->what, spare);
}

static void with_few_descriptors_the_answer_is_the_faultless_one_or_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < LOOKUPS; i++) {
		char faultless[ANSWER_SIZE];

		look_up(&lookups[i], faultless);
		for (int spare = 0; spare <= SPARE_MAX; spare++)
			spare_descriptors(&lookups[i], spare, faultless);
	}
}

/* --- a call that a filter forbids --- */

/* The start of the home in a line of passwd(5). */
static size_t home_at(const char *line)
{
	size_t at = 0;

	for (int colons = 0; colons < 5 && line[at] != '\0'; at++)
		colons += line[at] == ':';
	return at;
}

static bool differs_in_the_home_alone(const char *one, const char *two)
{
	size_t at = home_at(one);

	return strncmp(one, two, at) == 0 && one[at] == '/' && two[at] == '/' &&
	       strcmp(strchr(one + at, ':'), strchr(two + at, ':')) == 0;
}

static void forbid(const struct lookup *lookup, const struct allowed_call *call, int error)
{
	char faultless[ANSWER_SIZE];
	char answer[ANSWER_SIZE];

	tree_watch();
	look_up(lookup, faultless);
	tree_forbid(call->name, error);
	look_up(lookup, answer);
	tree_watch();
	if (strcmp(answer, faultless) == 0 || (answer[0] == '\0' && !call->replaced))
		return;
	if (is_exception(call, error) && differs_in_the_home_alone(answer, faultless))
		return;
	fail_msg("%s: without %s (error %d) the answer is\n%sand not\n%s", lookup->what, call->name,
		 error, answer, faultless);
}

static void a_call_that_nss_files_does_not_make_may_be_forbidden(void **state)
{
	static const int refusals[] = { ENOSYS, EPERM, EINVAL };

	(void)state;
	for (size_t i = 0; i < LOOKUPS * CALLS * 3; i++) {
		const struct allowed_call *call = &allowed_calls[i / 3 % CALLS];

		if (!call->basic)
			forbid(&lookups[i / 3 / CALLS], call, refusals[i % 3]);
	}
}

/* Whoever is not root is answered whatever his name is. */
static void only_roots_programs_are_asked_for_their_name(void **state)
{
	char answer[ANSWER_SIZE];

	(void)state;
	make_system(&situations[0]);
	for (size_t i = 0; i < LOOKUPS; i++) {
		tree_watch();
		look_up(&lookups[i], answer);
		for (size_t call = 0; call < tree_call_count(); call++)
			assert_string_not_equal(tree_call_at(call)->name, "prctl");
	}
}

/* statfs(2) is forbidden to every caller alike: so is what follows. */
static void without_statfs_each_of_the_homes_that_are_not_the_users_own_is_read_only(void **state)
{
	char answer[ANSWER_SIZE];

	(void)state;
	make_system(&situations[2]);
	look_up(&lookups[0], answer);
	assert_non_null(strstr(answer, ":/home/nonroot:"));
	tree_forbid("statfs", EPERM);
	look_up(&lookups[0], answer);
	/* In name only. */
	assert_non_null(strstr(answer, ":/home/nonroot:"));
	tree_directory("/tmp/nonroot-12345", 0700);
	tree_owner("/tmp/nonroot-12345", UID, GID);
	look_up(&lookups[0], answer);
	assert_non_null(strstr(answer, ":/tmp/nonroot-12345:"));
}

/* A test of the test: the lookups reach every rule, and so every call. */
static void every_allowed_call_is_made(void **state)
{
	bool made[CALLS] = { false };
	char answer[ANSWER_SIZE];

	(void)state;
	make_system(&situations[5]);
	for (size_t i = 0; i < LOOKUPS; i++) {
		tree_watch();
		look_up(&lookups[i], answer);
		for (size_t call = 0; call < tree_call_count(); call++)
			made[find_allowed(tree_call_at(call)->name) - allowed_calls] = true;
	}
	for (size_t i = 0; i < CALLS; i++)
		if (!made[i])
			fail_msg("%s is never called", allowed_calls[i].name);
}

static void expect_answer(const char *what, const char *expected)
{
	char answer[ANSWER_SIZE];

	for (size_t i = 0; i < LOOKUPS; i++) {
		if (strcmp(lookups[i].what, what) != 0)
			continue;
		look_up(&lookups[i], answer);
		assert_string_equal(answer, expected);
		return;
	}
	fail_msg("there is no lookup of %s", what);
}

/* A test of the test: the faultless answers are answers. */
static void without_faults_the_answers_are_right(void **state)
{
	(void)state;
	make_system(&situations[4]);
	expect_answer("the container user by uid",
		      "nonroot:*:12345:3000:Container user:/var/lib/nonroot/nonroot:/bin/sh\n");
	expect_answer("one of the others by name",
		      "uid-2000:*:2000:2000:uid-2000:/var/lib/nonroot/uid-2000:/bin/sh\n");
	expect_answer("uid 27, whose gid is sudo's", "");
	expect_answer("a uid whose gid a path has", "");
	expect_answer("uid 65535", "");
	expect_answer("gid 65535", "gid-65535:*:65535:nonroot\n");
	expect_answer("a local uid", "");
	expect_answer("a fsGroup", "gid-4000:*:4000:nonroot\n");
	expect_answer("process 1's gid", "gid-3000:*:3000:\n");
	expect_answer("a gid of [groups]", "docker:*:2375:\n");
	expect_answer("a name of [groups] whose path is missing", "");
	expect_answer("the groups of the container user", "4000 65535 44 ");
	expect_answer("the groups of one of the others", "44 ");
	expect_answer("the groups of a local user", "");
	expect_answer("the users, one after the other",
		      "nonroot:*:12345:3000:Container user:/var/lib/nonroot/nonroot:/bin/sh\n");
	expect_answer("the groups, one after the other",
		      "gid-3000:*:3000:\ngid-4000:*:4000:nonroot\ngid-65535:*:65535:nonroot\n"
		      "gpu:*:44:\n");
}

/* cmocka's setup, told of the situation. */
static int make_situation(void **state)
{
	const struct situation *the = *state;

	tree_make(state);
	make_system(the);
	return 0;
}

enum { SITUATIONS = sizeof(situations) / sizeof(situations[0]) };

static struct CMUnitTest in_situation(const char *name, CMUnitTestFunction test,
				      const struct situation *the)
{
	return (struct CMUnitTest){ name, test, make_situation, tree_remove, (void *)the };
}

/* What holds in each situation. */
static const struct promise {
	const char *name;
	CMUnitTestFunction test;
} promises[] = {
	{ "with_any_call_failing_the_answer_is_the_faultless_one_or_none",
	  with_any_call_failing_the_answer_is_the_faultless_one_or_none },
	{ "with_few_descriptors_the_answer_is_the_faultless_one_or_none",
	  with_few_descriptors_the_answer_is_the_faultless_one_or_none },
	{ "a_call_that_nss_files_does_not_make_may_be_forbidden",
	  a_call_that_nss_files_does_not_make_may_be_forbidden },
};

enum { PROMISES = sizeof(promises) / sizeof(promises[0]), OTHER_TESTS = 4 };

int main(void)
{
	static char names[PROMISES * SITUATIONS][128];
	struct CMUnitTest tests[OTHER_TESTS + PROMISES * SITUATIONS] = {
		test_in_tree(without_faults_the_answers_are_right),
		test_in_tree(every_allowed_call_is_made),
		test_in_tree(only_roots_programs_are_asked_for_their_name),
		test_in_tree(
			without_statfs_each_of_the_homes_that_are_not_the_users_own_is_read_only),
	};

	for (size_t i = 0; i < PROMISES * SITUATIONS; i++) {
		const struct promise *promise = &promises[i % PROMISES];
		const struct situation *the = &situations[i / PROMISES];

		snprintf(names[i], sizeof(names[i]), "%s[%s]", promise->name, the->label);
		tests[OTHER_TESTS + i] = in_situation(names[i], promise->test, the);
	}
	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
