/* SPDX-License-Identifier: MIT */
/*
 * Invariants 1 and 6 under load: 200 processes of 10 threads ask a million questions while the
 * files that the answers come from are replaced again and again. LOAD_QUESTIONS is another number.
 */
#include "question.h"
#include "suite.h"

#include <err.h>
#include <errno.h>
#include <grp.h>
#include <malloc.h>
#include <pthread.h>
#include <pwd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	QUESTIONS_ASKED = 1000000,
	PROCESSES = 200,
	THREADS = 10, /* of a process */
	REPLACED_MIN = 100,
	PAUSE = 100, /* microseconds between two replacements */
	WARM_UP = 1000,
	LONG_RUN = 50000,
	GROWTH_MAX = 64 * 1024, /* bytes */
	VARIANTS_MAX = 16,
	QUESTIONS_MAX = 32,
};

/* ---- The files ------------------------------------------------------------------------------ */

#define COMMENT  "# A comment between what is read first and what is read last.\n"
#define COMMENTS COMMENT COMMENT COMMENT COMMENT COMMENT COMMENT COMMENT COMMENT
#define LOCAL    "root:*:0:0:root:/root:/bin/bash\nalice:*:1500:1500:Alice:/home/alice:/bin/sh\n"
#define PEOPLE                                                              \
	"someone:*:901:901:Someone of no account:/nonexistent:/bin/false\n" \
	"another:*:902:902:Another of no account:/nonexistent:/bin/false\n"
#define CROWD PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE PEOPLE

/* What one answer needs is at both ends of a file, further apart than a read reaches. */
enum { CONFIG, PASSWD, GROUP, REPLACED_FILES };

static const struct versions {
	const char *path;
	const char *content[2];
} files[REPLACED_FILES] = {
	[CONFIG] = { "/etc/nonroot.conf",
		     { "[user]\nname = first\nshell = /bin/bash\n"
		       "[others]\nuser = first-%u\ngroup = first-%g\n"       //
		       COMMENTS COMMENTS COMMENTS                            //
		       "[user]\ngecos = The first version\nhome = /run/%n\n" //
		       "[others]\nhome = /run/first/%n\n",
		       "[user]\nname = second\nshell = /bin/sh\n"
		       "[others]\nuser = second-%u\ngroup = second-%g\n"         //
		       COMMENTS COMMENTS COMMENTS COMMENTS                       //
		       "[user]\ngecos = And the other version\nhome = /run/%n\n" //
		       "[others]\nhome = /run/second/%n\n" } },
	/* The first has 5000 and the other one 6000; a name is taken here and there. */
	[PASSWD] = { "/etc/passwd",
		     { "carol:*:5000:5000:Carol:/home/carol:/bin/sh\n" LOCAL CROWD
		       "second-77777:*:1600:1600:Not ours:/home/taken:/bin/sh\n",
		       LOCAL CROWD CROWD "dave:*:6000:6000:Dave:/home/dave:/bin/sh\n" } },
	[GROUP] = { "/etc/group",
		    { "root:*:0:\nalice:*:1500:\nstaff:*:5000:alice\n",
		      "root:*:0:\nalice:*:1500:\nfirst-77777:*:1700:\ncrew:*:6000:alice\n" } },
};
static const char *const orders[2] = {
	"passwd: files nonroot\ngroup: files nonroot\n",
	"passwd: nonroot files\ngroup: nonroot files\n",
};
static const char files_alone[] = "passwd: files\ngroup: files\n";

static void replace(const char *path, const char *content)
{
	write_file("/etc/replacement", content);
	if (rename("/etc/replacement", path) < 0)
		err(99, "cannot replace %s", path);
}

static void replace_files(unsigned versions)
{
	for (size_t i = 0; i < REPLACED_FILES; i++)
		replace(files[i].path, files[i].content[versions >> i & 1]);
}

/* ---- The questions -------------------------------------------------------------------------- */

/*
 * Asked of the module and, but for initgroups, of libc too. The answers are those if each file has
 * its first version, and if each has its second one.
 */
static const struct load_question {
	struct lookup lookup;
	const char *answers[2];
} load_questions[] = {
	{ { "getpwuid 12345", BY_ID, false, CONTAINER_UID, NULL, NULL },
	  { "first:*:12345:12345:The first version:/bin/bash:/run/first",
	    "second:*:12345:12345:And the other version:/bin/sh:/run/second" } },
	{ { "getpwuid 77777", BY_ID, false, OTHER_ID, NULL, NULL },
	  { "first-77777:*:77777:77777:first-77777:/bin/bash:/run/first/first-77777",
	    "second-77777:*:77777:77777:second-77777:/bin/sh:/run/second/second-77777" } },
	{ { "getpwuid 5000", BY_ID, false, 5000, NULL, NULL },
	  { "", "second-5000:*:5000:5000:second-5000:/bin/sh:/run/second/second-5000" } },
	{ { "getpwuid 6000", BY_ID, false, 6000, NULL, NULL },
	  { "first-6000:*:6000:6000:first-6000:/bin/bash:/run/first/first-6000", "" } },
	{ { "getpwuid 1500", BY_ID, false, 1500, NULL, NULL }, { "", "" } },
	{ { "getpwnam first", BY_NAME, false, 0, "first", NULL },
	  { "first:*:12345:12345:The first version:/bin/bash:/run/first", "" } },
	{ { "getpwnam second", BY_NAME, false, 0, "second", NULL },
	  { "", "second:*:12345:12345:And the other version:/bin/sh:/run/second" } },
	{ { "getpwnam second-77777", BY_NAME, false, 0, "second-77777", NULL },
	  { "", "second-77777:*:77777:77777:second-77777:/bin/sh:/run/second/second-77777" } },
	{ { "getgrgid 12345", BY_ID, true, CONTAINER_GID, NULL, NULL },
	  { "first:*:12345:", "second:*:12345:" } },
	{ { "getgrgid 23456", BY_ID, true, SUPPLEMENTARY_GID, NULL, NULL },
	  { "first-23456:*:23456:first", "second-23456:*:23456:second" } },
	{ { "getgrgid 77777", BY_ID, true, OTHER_ID, NULL, NULL },
	  { "first-77777:*:77777:", "second-77777:*:77777:" } },
	{ { "getgrgid 5000", BY_ID, true, 5000, NULL, NULL }, { "", "second-5000:*:5000:" } },
	{ { "getgrgid 6000", BY_ID, true, 6000, NULL, NULL }, { "first-6000:*:6000:", "" } },
	{ { "getgrnam first", BY_NAME, true, 0, "first", NULL }, { "first:*:12345:", "" } },
	{ { "getgrnam second-23456", BY_NAME, true, 0, "second-23456", NULL },
	  { "", "second-23456:*:23456:second" } },
	{ { "initgroups first", GROUPS, true, CONTAINER_GID, "first", NULL },
	  { "23456 23457", "" } },
	{ { "initgroups second", GROUPS, true, CONTAINER_GID, "second", NULL },
	  { "", "23456 23457" } },
};
enum { QUESTIONS = sizeof(load_questions) / sizeof(load_questions[0]) };

static void no_libc_answer(int error, char text[TEXT_SIZE])
{
	text[0] = '\0';
	if (error != 0)
		snprintf(text, TEXT_SIZE, "libc's %s", strerrorname_np(error));
}

/* As libc answers, which asks the services of nsswitch.conf. */
static void libc_text(const struct lookup *question, char text[TEXT_SIZE])
{
	char buffer[ANSWER_SIZE];
	union entry entry;
	void *found = NULL;
	int error;

	if (question->group && question->way == BY_ID)
		error = getgrgid_r(question->id, &entry.group, buffer, sizeof(buffer),
				   (struct group **)&found);
	else if (question->group)
		error = getgrnam_r(question->name, &entry.group, buffer, sizeof(buffer),
				   (struct group **)&found);
	else if (question->way == BY_ID)
		error = getpwuid_r(question->id, &entry.passwd, buffer, sizeof(buffer),
				   (struct passwd **)&found);
	else
		error = getpwnam_r(question->name, &entry.passwd, buffer, sizeof(buffer),
				   (struct passwd **)&found);
	if (found == NULL)
		no_libc_answer(error, text);
	else if (question->group)
		group_text(&entry.group, text);
	else
		passwd_text(&entry.passwd, text);
}

/* ---- The answers that are right ------------------------------------------------------------- */

static struct variants {
	char texts[VARIANTS_MAX][TEXT_SIZE];
	size_t count;
} of_module[QUESTIONS], of_files[QUESTIONS], of_libc[QUESTIONS];

static size_t find(const struct variants *variants, const char *text)
{
	size_t i = 0;

	while (i < variants->count && strcmp(variants->texts[i], text) != 0)
		i++;
	return i;
}

static bool has(const struct variants *variants, const char *text)
{
	return find(variants, text) < variants->count;
}

static void add(struct variants *variants, const char *text)
{
	if (has(variants, text))
		return;
	assert_true(variants->count < VARIANTS_MAX);
	strcpy(variants->texts[variants->count++], text);
}

/*
 * A service that does not know an id hands the question on, and the files may be replaced between
 * the two: so libc may say what either says of any version, and nothing if both may say nothing.
 */
static void join_services(size_t question)
{
	const struct variants *services[] = { &of_module[question], &of_files[question] };

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < services[i]->count; j++)
			if (services[i]->texts[j][0] != '\0' || has(services[1 - i], ""))
				add(&of_libc[question], services[i]->texts[j]);
}

/* What is heard of each version while nothing is replaced. */
static int find_what_is_right(void **state)
{
	char text[TEXT_SIZE];

	(void)state;
	replace("/etc/nsswitch.conf", files_alone);
	for (unsigned versions = 0; versions < 1 << REPLACED_FILES; versions++) {
		replace_files(versions);
		for (size_t i = 0; i < QUESTIONS; i++) {
			question_text(&load_questions[i].lookup, text);
			add(&of_module[i], text);
			if (load_questions[i].lookup.way == GROUPS)
				continue;
			libc_text(&load_questions[i].lookup, text);
			add(&of_files[i], text);
		}
	}
	for (size_t i = 0; i < QUESTIONS; i++)
		join_services(i);
	replace("/etc/nsswitch.conf", orders[0]);
	return 0;
}

static void each_version_has_its_answers(void **state)
{
	static const unsigned all[] = { 0, (1 << REPLACED_FILES) - 1 };
	char text[TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		replace_files(all[i]);
		for (size_t j = 0; j < QUESTIONS; j++) {
			question_text(&load_questions[j].lookup, text);
			assert_string_equal(text, load_questions[j].answers[i]);
		}
	}
	/* libc asks the module, which it finds loaded. */
	libc_text(&load_questions[0].lookup, text);
	assert_string_equal(text, load_questions[0].answers[1]);
}

/* ---- What all the processes share ----------------------------------------------------------- */

static struct shared {
	pthread_barrier_t start;
	atomic_bool stop; /* the writer */
	atomic_ulong replaced;
	atomic_ulong asked;
	atomic_ulong wrong;
	char wrong_text[TEXT_SIZE]; /* of the first wrong answer */
	char wrong_label[64];
	atomic_ulong heard[2][QUESTIONS][VARIANTS_MAX]; /* of the module, of libc */
} * shared;

static void ask(size_t number, bool libc)
{
	const struct lookup *question = &load_questions[number].lookup;
	const struct variants *right = libc ? &of_libc[number] : &of_module[number];
	char text[TEXT_SIZE];
	size_t variant;

	if (libc)
		libc_text(question, text);
	else
		question_text(question, text);
	shared->asked++;
	variant = find(right, text);
	if (variant < right->count) {
		shared->heard[libc][number][variant]++;
		return;
	}
	if (shared->wrong++ > 0)
		return;
	memcpy(shared->wrong_text, text, sizeof(text));
	snprintf(shared->wrong_label, sizeof(shared->wrong_label), "%s of %s", question->label,
		 libc ? "libc" : "the module");
}

/* Every third question is libc's. */
static void ask_many(unsigned long count, unsigned long first)
{
	for (unsigned long i = first; i < first + count; i++) {
		size_t number = i % QUESTIONS;

		ask(number, i / QUESTIONS % 3 == 0 && load_questions[number].lookup.way != GROUPS);
	}
}

/* ---- The writer ----------------------------------------------------------------------------- */

static int replace_for_ever(void)
{
	for (unsigned long i = 0; !shared->stop; i++) {
		/* Each file at a pace of its own: all combinations occur. */
		for (size_t j = 0; j < REPLACED_FILES; j++)
			if (i % (j + 1) == 0)
				replace(files[j].path, files[j].content[i / (j + 1) & 1]);
		replace("/etc/nsswitch.conf", orders[i / 5 & 1]);
		shared->replaced++;
		usleep(PAUSE);
	}
	return 0;
}

static pid_t start(int (*run)(void))
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		err(99, "cannot fork");
	if (child == 0)
		_exit(run());
	return child;
}

static bool ends_well(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && status == 0;
}

static pid_t writer;

static int start_writer(void **state)
{
	pthread_barrierattr_t attributes;

	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	pthread_barrierattr_init(&attributes);
	pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->start, &attributes, PROCESSES * THREADS);
	writer = start(replace_for_ever);
	return 0;
}

static int stop_writer(void **state)
{
	(void)state;
	shared->stop = true;
	if (!ends_well(writer))
		return -1;
	return munmap(shared, sizeof(*shared));
}

static void assert_all_right(void)
{
	printf("# asked %lu times while the files were replaced %lu times\n", shared->asked,
	       shared->replaced);
	if (shared->wrong > 0)
		fail_msg("%lu wrong answers; the first, %s: \"%s\"", shared->wrong,
			 shared->wrong_label, shared->wrong_text);
	assert_true(shared->replaced >= REPLACED_MIN);
}

/* ---- Load ----------------------------------------------------------------------------------- */

static unsigned long questions_of_a_thread;

static void *ask_as_a_thread(void *arg)
{
	unsigned long first = *(const unsigned long *)arg;

	/* All of them live at once. */
	pthread_barrier_wait(&shared->start);
	ask_many(questions_of_a_thread, first);
	return NULL;
}

static int ask_as_a_process(void)
{
	unsigned long firsts[THREADS];
	pthread_t threads[THREADS];
	unsigned before = count_descriptors();

	/* Among thousands of threads it would hardly ever be the writer's turn. */
	if (setpriority(PRIO_PROCESS, 0, 19) < 0)
		err(99, "cannot be nice");
	for (unsigned long i = 0; i < THREADS; i++) {
		firsts[i] = i * 7 + (unsigned long)getpid();
		if (pthread_create(&threads[i], NULL, ask_as_a_thread, &firsts[i]) != 0)
			err(99, "cannot start a thread");
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return count_descriptors() == before ? 0 : 97;
}

/* The versions that all files had at one time must have been heard, or nothing was replaced. */
static void assert_versions_heard(void)
{
	for (size_t i = 0; i < QUESTIONS; i++)
		for (size_t j = 0; j < 2; j++) {
			size_t variant = find(&of_module[i], load_questions[i].answers[j]);

			if (shared->heard[false][i][variant] == 0)
				fail_msg("%s was never answered \"%s\"",
					 load_questions[i].lookup.label,
					 load_questions[i].answers[j]);
		}
}

static void a_million_answers_are_each_right_for_one_version(void **state)
{
	const char *count = getenv("LOAD_QUESTIONS");
	pid_t processes[PROCESSES];

	(void)state;
	questions_of_a_thread = (count != NULL ? strtoul(count, NULL, 10) : QUESTIONS_ASKED) /
				(PROCESSES * THREADS);
	for (size_t i = 0; i < PROCESSES; i++)
		processes[i] = start(ask_as_a_process);
	for (size_t i = 0; i < PROCESSES; i++)
		assert_true(ends_well(processes[i]));
	assert_all_right();
	assert_int_equal(shared->asked, questions_of_a_thread * PROCESSES * THREADS);
	assert_versions_heard();
}

/* ---- Memory --------------------------------------------------------------------------------- */

struct use {
	size_t pages; /* in bytes: what this process alone has */
	size_t heap;
	unsigned descriptors;
};

static struct use use_now(void)
{
	struct use use = { .heap = mallinfo2().uordblks, .descriptors = count_descriptors() };
	FILE *file = fopen("/proc/self/smaps_rollup", "re");
	char line[256];
	size_t kib;

	if (file == NULL)
		err(99, "cannot read the use of memory");
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Private_Clean: %zu", &kib) == 1 ||
		    sscanf(line, "Private_Dirty: %zu", &kib) == 1)
			use.pages += kib * 1024;
	fclose(file);
	return use;
}

static int ask_for_long(void)
{
	struct use before;
	struct use after;

	use_now();
	ask_many(WARM_UP, 0);
	before = use_now();
	ask_many(LONG_RUN - WARM_UP, WARM_UP);
	after = use_now();
	printf("# pages %zu and then %zu bytes, heap %zu and then %zu bytes\n", before.pages,
	       after.pages, before.heap, after.heap);
	fflush(stdout);
	if (after.descriptors != before.descriptors)
		return 1;
	if (after.heap > before.heap + GROWTH_MAX)
		return 2;
	return before.pages > 0 && after.pages <= before.pages + GROWTH_MAX ? 0 : 3;
}

static void memory_and_descriptors_stay_as_they_are(void **state)
{
	(void)state;
	assert_int_equal(in_process(ask_for_long), 0);
	assert_all_right();
}

#define LOAD_TEST(function) cmocka_unit_test_setup_teardown(function, start_writer, stop_writer)

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(each_version_has_its_answers),
	LOAD_TEST(memory_and_descriptors_stay_as_they_are),
	LOAD_TEST(a_million_answers_are_each_right_for_one_version),
};

int main(int argc, char **argv)
{
	static const struct suite suites[] = {
		{ "files that are replaced", CONTAINER_UID, CONTAINER_GID, "23456,23457", NULL,
		  SUITE_TESTS(tests), find_what_is_right },
	};

	return suites_main(argc, argv, suites, sizeof(suites) / sizeof(suites[0]));
}
