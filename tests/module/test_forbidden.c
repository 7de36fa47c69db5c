/* SPDX-License-Identifier: MIT */
/*
 * Invariant 6: whichever system call of a lookup fails, and with whatever, the question is answered
 * as it is without the fault, or by nobody. A filter traps every call; the handler of the trap
 * makes the call in the lookup's place, or fails it.
 */
#include "filter.h"
#include "question.h"
#include "suite.h"

#include <err.h>
#include <errno.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	CALLS_MAX = 4096, /* of one lookup */
	FAILURES_SHOWN = 40,
	FAILURES_SHOWN_OF_A_QUESTION = 3,
	REPORT_SIZE = 16384,
	PATH_SHOWN = 64,
	REALLOC = -1, /* not a system call, but it fails as one */
	/* A sixth argument that no call has: the filter lets it pass. */
	PASS = 0x6e6f6e72,
};

/* ---- The calls ------------------------------------------------------------------------------ */

/* Which argument is a path; NONE: no argument is. */
enum { NONE = -1 };

/* Every call that a lookup may make, whatever fails. All others a filter may forbid. */
static const struct call {
	const char *name;
	int number;
	int path;
	bool fails; /* getuid(2) and getpid(2) cannot */
} calls[] = {
	{ "openat", SYS_openat, 1, true },
	{ "newfstatat", SYS_newfstatat, 1, true },
	{ "fstat", SYS_fstat, NONE, true },
	{ "readlinkat", SYS_readlinkat, 1, true },
	{ "read", SYS_read, NONE, true },
	{ "close", SYS_close, NONE, true },
	{ "statfs", SYS_statfs, 0, true },
	{ "fstatfs", SYS_fstatfs, NONE, true },
	{ "pidfd_open", SYS_pidfd_open, NONE, true },
	{ "ioctl", SYS_ioctl, NONE, true },
	{ "prctl", SYS_prctl, NONE, true },
	{ "getuid", SYS_getuid, NONE, false },
	{ "getpid", SYS_getpid, NONE, false },
	{ "realloc", REALLOC, NONE, true },
};

static const int errors[] = {
	EMFILE, ENFILE, ENOMEM, EACCES, EPERM, ENOSYS, EINVAL, EIO, ELOOP, ESTALE,
};
enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

static const struct call *find_call(int number)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

/* ---- The trap ------------------------------------------------------------------------------- */

struct fault {
	size_t at;    /* the call of a lookup that fails */
	bool onwards; /* and every later one of the same number */
	int error;    /* 0: no call fails */
};

/* What to do with a lookup, and what it did. */
static struct {
	bool armed;
	struct fault fault;
	bool process_1_unknown; /* neither pidfd_open(2) nor /proc/1/status tells */
	size_t made;
	int numbers[CALLS_MAX];
	char path[PATH_SHOWN]; /* of the call that failed */
	int foreign;           /* a call that the table lacks; 0: none */
	int descriptors;       /* opened and not closed */
} watch;

/* Is this the way to /proc/1/status, in one step or in two? */
static bool leads_to_status(const char *path)
{
	return strstr(path, "proc/1") != NULL || strcmp(path, "status") == 0;
}

static bool tells_of_process_1(const struct call *call, const unsigned long *arguments)
{
	return call->number == SYS_pidfd_open ||
	       (call->number == SYS_openat && leads_to_status((const char *)arguments[call->path]));
}

/* What this call is to fail with; 0: nothing. */
static int error_of(int number, const unsigned long *arguments)
{
	const struct fault *fault = &watch.fault;
	const struct call *call = find_call(number);
	size_t at = watch.made++;

	if (at < CALLS_MAX)
		watch.numbers[at] = number;
	if (call == NULL) {
		watch.foreign = number;
		return 0;
	}
	if (watch.process_1_unknown)
		return tells_of_process_1(call, arguments) ? fault->error : 0;
	if (fault->error == 0 || at < fault->at)
		return 0;
	if (at > fault->at && (!fault->onwards || number != watch.numbers[fault->at]))
		return 0;
	if (at == fault->at && call->path != NONE)
		snprintf(watch.path, sizeof(watch.path), " of \"%s\"",
			 (const char *)arguments[call->path]);
	return fault->error;
}

/* Where this machine has the arguments and the result of a system call. */
#if defined(__aarch64__)
static void read_arguments(const ucontext_t *context, unsigned long arguments[5])
{
	for (size_t i = 0; i < 5; i++)
		arguments[i] = context->uc_mcontext.regs[i];
}

static void write_result(ucontext_t *context, long result)
{
	context->uc_mcontext.regs[0] = (unsigned long)result;
}
#else
static void read_arguments(const ucontext_t *context, unsigned long arguments[5])
{
	static const int registers[] = { REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8 };

	for (size_t i = 0; i < 5; i++)
		arguments[i] = (unsigned long)context->uc_mcontext.gregs[registers[i]];
}

static void write_result(ucontext_t *context, long result)
{
	context->uc_mcontext.gregs[REG_RAX] = result;
}
#endif

static void on_call(int signal, siginfo_t *info, void *arg)
{
	int number = info->si_syscall;
	int saved_errno = errno;
	unsigned long arguments[5];
	int error = 0;
	long result = 0;

	(void)signal;
	read_arguments(arg, arguments);
	if (watch.armed)
		error = error_of(number, arguments);
	/* close(2) closes, whatever it returns. */
	if (error == 0 || number == SYS_close) {
		result = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3],
				 arguments[4], PASS);
		if (result < 0)
			result = -errno;
		if (result >= 0 && (number == SYS_openat || number == SYS_pidfd_open))
			watch.descriptors++;
		if (number == SYS_close)
			watch.descriptors--;
	}
	write_result(arg, error != 0 ? -error : result);
	errno = saved_errno;
}

static int trap_every_call(void)
{
	static const struct sigaction action = {
		.sa_sigaction = on_call,
		.sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 3, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PASS, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	if (sigaction(SIGSYS, &action, NULL) < 0)
		return -1;
	return filter_install(filter, sizeof(filter) / sizeof(filter[0]));
}

/* This stands before libc's for the module too: -rdynamic. Only the heap that is there is used. */
extern void *__libc_realloc(void *memory, size_t size);
void *realloc(void *memory, size_t size);

void *realloc(void *memory, size_t size)
{
	int error = watch.armed ? error_of(REALLOC, NULL) : 0;

	if (error == 0)
		return __libc_realloc(memory, size);
	errno = error;
	return NULL;
}

/* ---- Asking --------------------------------------------------------------------------------- */

static const struct fault no_fault;

static void ask(const struct lookup *question, const struct fault *fault, char text[TEXT_SIZE])
{
	watch.fault = *fault;
	watch.made = 0;
	watch.foreign = 0;
	watch.path[0] = '\0';
	watch.descriptors = 0;
	watch.armed = true;
	question_text(question, text);
	watch.armed = false;
}

/* What the child that asked tells its parent, in memory that they share. */
static struct report {
	unsigned long asked;
	unsigned long failures;
	const struct lookup *question; /* of the last failure */
	unsigned of_question;          /* its failures */
	unsigned shown;
	size_t size;
	char text[REPORT_SIZE];
} * report;

static bool is_shown(const struct lookup *question)
{
	report->failures++;
	if (report->question != question)
		report->of_question = 0;
	report->question = question;
	return report->of_question++ < FAILURES_SHOWN_OF_A_QUESTION &&
	       report->shown++ < FAILURES_SHOWN;
}

static void tell(const struct lookup *question, const struct fault *fault, const char *what,
		 const char *text, const char *right)
{
	char call[PATH_SHOWN + 96] = "";
	int room = (int)(sizeof(report->text) - report->size);
	int size;

	if (!is_shown(question))
		return;
	if (fault->error != 0 && !watch.process_1_unknown)
		snprintf(call, sizeof(call), ", if call %zu, %s%s,%s fails with %s", fault->at + 1,
			 find_call(watch.numbers[fault->at])->name, watch.path,
			 fault->onwards ? " and each later one" : "",
			 strerrorname_np(fault->error));
	size = snprintf(report->text + report->size, (size_t)room,
			"%s%s: %s\n  heard \"%s\"\n  right \"%s\"\n", question->label, call, what,
			text, right);
	report->size += (size_t)(size < room ? size : room - 1);
}

/*
 * A filter may forbid statfs(2), which tells a file system that is read-only. There is no other way
 * to find out: the home is the next candidate then.
 */
static bool home_may_differ(const struct fault *fault)
{
	int number = watch.numbers[fault->at];

	return (number == SYS_statfs || number == SYS_fstatfs) &&
	       (fault->error == ENOSYS || fault->error == EPERM || fault->error == EINVAL);
}

static void tell_foreign_call(const struct lookup *question, const struct fault *fault,
			      const char *text)
{
	char what[64];

	snprintf(what, sizeof(what), "system call %d is not in the table", watch.foreign);
	if (watch.foreign != 0)
		tell(question, fault, what, text, text);
}

static void ask_with_fault(const struct lookup *question, const struct fault *fault,
			   const char *right)
{
	char text[TEXT_SIZE];

	ask(question, fault, text);
	report->asked++;
	if (text[0] != '\0' && strcmp(text, right) != 0 &&
	    !(home_may_differ(fault) && same_but_home(question, text, right)))
		tell(question, fault, "another answer", text, right);
	tell_foreign_call(question, fault, text);
	if (watch.descriptors != 0)
		tell(question, fault, "a descriptor is left open", text, right);
}

/* Each call of the lookup once, with each error, alone and with all later ones of its kind. */
static void ask_with_every_fault(const struct lookup *question)
{
	static int numbers[CALLS_MAX];
	char right[TEXT_SIZE];
	size_t count;

	ask(question, &no_fault, right);
	count = watch.made;
	if (count > CALLS_MAX) {
		tell(question, &no_fault, "more calls than this test can count", right, right);
		return;
	}
	memcpy(numbers, watch.numbers, sizeof(numbers));
	for (size_t at = 0; at < count; at++) {
		const struct call *call = find_call(numbers[at]);

		if (call == NULL || !call->fails)
			continue;
		for (size_t i = 0; i < ERRORS; i++) {
			if (call->number == REALLOC && errors[i] != ENOMEM)
				continue;
			ask_with_fault(question, &(struct fault){ at, false, errors[i] }, right);
			ask_with_fault(question, &(struct fault){ at, true, errors[i] }, right);
		}
	}
}

/* ---- As whom -------------------------------------------------------------------------------- */

static struct {
	uid_t uid;
	const char *program;
	void (*ask)(const struct lookup *question);
} asking;

static int ask_all(void)
{
	if (prctl(PR_SET_NAME, asking.program) < 0 || setgroups(0, NULL) < 0 ||
	    setresgid(asking.uid, asking.uid, asking.uid) < 0 ||
	    setresuid(asking.uid, asking.uid, asking.uid) < 0 || trap_every_call() < 0)
		return 98;
	for (size_t i = 0; i < question_count; i++)
		asking.ask(&questions[i]);
	return 0;
}

static void run_as(uid_t uid, const char *program, void (*ask_one)(const struct lookup *question))
{
	memset(report, 0, sizeof(*report));
	asking.uid = uid;
	asking.program = program;
	asking.ask = ask_one;
	assert_int_equal(in_process(ask_all), 0);
	printf("# %s of uid %u asked %lu times\n", program, uid, report->asked);
	if (report->failures > 0)
		fprintf(stderr, "%s(%lu failures in all)\n", report->text, report->failures);
	assert_int_equal(report->failures, 0);
	assert_true(report->asked > 0);
}

static int share_the_report(void **state)
{
	(void)state;
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	return report == MAP_FAILED ? -1 : 0;
}

/* ---- The tests ------------------------------------------------------------------------------ */

static void a_failed_call_changes_no_answer_for_root(void **state)
{
	(void)state;
	run_as(0, "cron", ask_with_every_fault);
}

static void a_failed_call_changes_no_answer_for_others(void **state)
{
	(void)state;
	run_as(OTHER_ID, "cron", ask_with_every_fault);
}

static void a_failed_call_tells_useradd_no_more(void **state)
{
	(void)state;
	run_as(0, "useradd", ask_with_every_fault);
}

static void a_failed_call_tells_getent_no_more(void **state)
{
	(void)state;
	run_as(0, "getent", ask_with_every_fault);
}

static void a_failed_call_tells_systemds_helper_no_more(void **state)
{
	(void)state;
	run_as(0, "(id)", ask_with_every_fault);
}

static void ask_for_foreign_calls(const struct lookup *question)
{
	char text[TEXT_SIZE];

	ask(question, &no_fault, text);
	report->asked++;
	tell_foreign_call(question, &no_fault, text);
}

static void a_lookup_makes_no_call_that_the_table_lacks(void **state)
{
	(void)state;
	run_as(0, "cron", ask_for_foreign_calls);
	run_as(CONTAINER_UID, "cron", ask_for_foreign_calls);
	run_as(OTHER_ID, "cron", ask_for_foreign_calls);
}

static void ask_without_fault(const struct lookup *question)
{
	char text[TEXT_SIZE];

	ask(question, &no_fault, text);
	report->asked++;
	if (!question_right(question, text))
		tell(question, &no_fault, "a wrong answer", text, question->answer);
}

static void without_a_fault_the_answers_are_right(void **state)
{
	(void)state;
	run_as(0, "cron", ask_without_fault);
	run_as(OTHER_ID, "cron", ask_without_fault);
}

/* Is it he whom process 1 made known? Nobody can say so, of any id that is not local. */
static void ask_without_process_1(const struct lookup *question)
{
	char text[TEXT_SIZE];

	watch.process_1_unknown = true;
	for (size_t i = 0; i < ERRORS; i++) {
		const struct fault fault = { 0, false, errors[i] };
		char what[64];

		ask(question, &fault, text);
		report->asked++;
		snprintf(what, sizeof(what), "answered though process 1 is unknown (%s)",
			 strerrorname_np(errors[i]));
		if (text[0] != '\0')
			tell(question, &fault, what, text, "");
	}
	watch.process_1_unknown = false;
}

static void nobody_is_answered_if_process_1_cannot_be_known(void **state)
{
	(void)state;
	run_as(0, "cron", ask_without_process_1);
	run_as(CONTAINER_UID, "cron", ask_without_process_1);
	run_as(OTHER_ID, "cron", ask_without_process_1);
}

#define TESTS_OF_EVERY_WORLD                                                   \
	cmocka_unit_test(a_lookup_makes_no_call_that_the_table_lacks),         \
		cmocka_unit_test(a_failed_call_changes_no_answer_for_root),    \
		cmocka_unit_test(a_failed_call_changes_no_answer_for_others),  \
		cmocka_unit_test(a_failed_call_tells_useradd_no_more),         \
		cmocka_unit_test(a_failed_call_tells_getent_no_more),          \
		cmocka_unit_test(a_failed_call_tells_systemds_helper_no_more), \
		cmocka_unit_test(nobody_is_answered_if_process_1_cannot_be_known)

static int prepare(void **state)
{
	question_prepare();
	return share_the_report(state);
}

static int prepare_homes(void **state)
{
	if (mkdir("/home/nonroot", 0770) < 0 || chown("/home/nonroot", 0, SUPPLEMENTARY_GID) < 0 ||
	    chmod("/home/nonroot", 0770) < 0 || chmod("/home", 01777) < 0)
		err(99, "cannot make homes");
	return prepare(state);
}

static const struct CMUnitTest tests[] = { TESTS_OF_EVERY_WORLD };
static const struct CMUnitTest tests_of_everything[] = {
	cmocka_unit_test(without_a_fault_the_answers_are_right),
	TESTS_OF_EVERY_WORLD,
};

/* The longest way: links to follow, groups by path and by `join`, homes that each rule judges. */
static const char busy_config[] = QUESTION_GROUPS "journal = /run/docker.sock\n"
						  "join = docker journal\n"
						  "[user]\n"
						  "gecos = Somebody else\n"
						  "home = /nowhere/%n /home/%n /run/%n\n"
						  "shell = /nowhere/sh /bin/bash /bin/sh\n"
						  "[others]\n"
						  "home = /nowhere/%n /home/%n /run/%n\n";

int main(int argc, char **argv)
{
	static const struct suite suites[] = {
		{ "no configuration", CONTAINER_UID, CONTAINER_GID, "23456-23460", NULL,
		  SUITE_TESTS(tests), prepare },
		{ "a configuration of everything", CONTAINER_UID, CONTAINER_GID, "23456",
		  busy_config, SUITE_TESTS(tests_of_everything), prepare_homes },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
