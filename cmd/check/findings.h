/* SPDX-License-Identifier: MIT */
/*
 * Findings, each with what to do about it. A fix is a list of steps, all of which have to be taken,
 * and perhaps another way. A step that a machine can take has one of these forms:
 *
 *   in the image, run: COMMAND           as root, with the container's root directory
 *   in the container, as root, run: COMMAND
 *   run: COMMAND                         as root, on the machine that ran `check --root`
 *   in FILE, line N, write: TEXT         in the place of that line
 *   in FILE, add the line: TEXT          at the end
 *   in FILE, [user], add the line: TEXT  at the end of that section
 *   remove line N of FILE
 *   set HOME=DIR in the image
 *   start with: nonroot exec -- COMMAND
 *   start the container with ...         other options, which the test of the fix gives it
 *
 * Every other step is for people, and says what it takes.
 */
#ifndef CMD_CHECK_FINDINGS_H
#define CMD_CHECK_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/check/codes.h"

/* Where a finding is. */
struct location {
	const char *file; /* NULL: in no file */
	uint32_t line;    /* from 1; 0: the whole file */
	uint32_t column;  /* from 1; 0: the whole line */
};

#define IN_NO_FILE            ((struct location){ .file = NULL })
#define IN_FILE(path)         ((struct location){ .file = (path) })
#define AT_LINE(path, number) ((struct location){ .file = (path), .line = (number) })

/* Strings are escaped, and the list's. */
struct finding {
	enum finding_kind kind;
	char *file; /* NULL: in no file */
	uint32_t line;
	uint32_t column;
	char *message;
	char **steps;
	size_t step_count;
	char *otherwise; /* another way; NULL: none */
	char *fix;       /* all of it, "STEP; STEP; or OTHERWISE": by findings_finish() */
};

struct findings {
	struct finding *list;
	size_t count;
	bool incomplete; /* memory ran out: nothing is added any more, and nothing here counts */
};

/* Adds a finding. `format` makes the sentence. */
void findings_add(struct findings *findings, enum finding_kind kind, struct location location,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Add a step to the last finding, which else has the one of its code. */
void fix_step(struct findings *findings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void fix_run(struct findings *findings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* `line` 0: it is not there yet. */
void fix_write(struct findings *findings, const char *file, uint32_t line, const char *text);
void fix_remove(struct findings *findings, const char *file, uint32_t line);

/* Says another way for the last finding. */
void fix_or(struct findings *findings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A word of a command, quoted for sh(1) if need be. */
enum { SHELL_WORD_SIZE = 1100 };
const char *shell_word(const char *text, char word[SHELL_WORD_SIZE]);

/* Completes the fixes, and brings all in the order of their codes. False if memory ran out. */
bool findings_finish(struct findings *findings);
size_t findings_count(const struct findings *findings, enum severity severity);
void findings_free(struct findings *findings);

#endif
