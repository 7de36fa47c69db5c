/* SPDX-License-Identifier: MIT */
/*
 * Everything that the checks look at: of the container that we run in and its caller, or of an
 * unpacked image and the ids that a container of it is started with. It is read once, by
 * context_collect(), and then constant: the checks judge it and read nothing themselves.
 *
 * Reading takes permission problems for facts, and goes through identity/file.h, so that no link
 * leads out of an image.
 */
#ifndef CMD_CHECK_CONTEXT_H
#define CMD_CHECK_CONTEXT_H

#include "identity/directories.h"
#include "identity/local.h"
#include "cmd/system/library_path.h"
#include "nsswitch/nsswitch.h"
#include "cmd/system/reasons.h"

#define PAM_SERVICE_PATH SYSCONFDIR "/pam.d/nonroot"

enum {
	CONTEXT_LIBRARIES_MAX = 8, /* of one name, that are told of */
	ARCHITECTURE_SIZE = 24,
	LOADER_ERROR_SIZE = 512,
	ANSWER_SIZE = 512,
};

/* --- files of lines --- */

/* What a parser said of a line. */
struct problem {
	uint32_t line; /* 0: the whole file */
	uint32_t column;
	bool fatal; /* nsswitch.conf: it fails every lookup */
	char *what;
};

/* A configuration file. */
struct lines {
	size_t count;
	char **list;           /* line N is list[N - 1]; a NUL byte ends it */
	bool starts_with_mark; /* a byte order mark, which list[0] is without */
	size_t problem_count;
	struct problem *problems;
	bool incomplete; /* there was no memory for all of it */
};

/* /etc/passwd or /etc/group. */
struct local_facts {
	int error;           /* of local_scan() */
	uint32_t error_line; /* 0: the whole file */
	int attributes_error;
	struct file_attributes attributes;
};

/* A line of theirs. */
struct line_facts {
	uint32_t line; /* 0: there is none */
	bool injected; /* a runtime added it */
	char name[ANSWER_SIZE];
	char home[ANSWER_SIZE];
	char shell[ANSWER_SIZE];
};

/* --- libraries --- */

struct library_facts {
	char path[LIBRARY_PATH_MAX + 64];
	int error; /* of elf_read() */
	bool other_architecture;
	char architecture[ARCHITECTURE_SIZE];
	char missing_version[64]; /* that libc does not have; "": none */
};

struct module_facts {
	bool loads;                    /* programs can load it */
	bool seems_loadable;           /* by what its file says */
	char error[LOADER_ERROR_SIZE]; /* of the loader, in a container; "": it was not asked */
	size_t count;
	struct library_facts list[CONTEXT_LIBRARIES_MAX];
};

/* The programs here. */
struct program_facts {
	bool has_libc; /* of the GNU C library */
	bool use_musl;
	bool has_musl;
	char architecture[ARCHITECTURE_SIZE];
	bool has_command; /* nonroot(1) is here */
};

struct pam_facts {
	unsigned services;                  /* files that were read: ours, and what it includes */
	int error;                          /* of reading PAM_SERVICE_PATH */
	bool names_module;                  /* it has a session line with pam_nonroot.so */
	char module_path[LIBRARY_PATH_MAX]; /* as the line spells it */
	struct module_facts module;
};

/* --- homes --- */

struct directory_facts {
	char path[HOME_SIZE];
	struct home_judgement judgement; /* for a synthesized user */
	char sentence[EXPLANATION_SIZE]; /* the same in words */
	bool accepted;                   /* it is a home, or can become one */
	bool can_be_provided; /* a directory that root makes there would count, and is nobody's */
	bool mounted;         /* something is mounted at it */
	bool empty;
	bool owner_is_local; /* a line of /etc/passwd has who owns it */
};

/* HOME. */
struct environment_facts {
	bool set;
	char value[HOME_SIZE * 2];
	bool is_root;     /* the root directory by one of its names */
	int error;        /* 0: it is a directory by an absolute path */
	int access_error; /* 0: the caller can make files in it */
	struct file_attributes attributes;
	bool judged; /* `directory` counts: the path is one that can be configured */
	struct directory_facts directory;
};

/* What getpwuid(3) says of the caller. */
struct answer_facts {
	bool given;
	char name[ANSWER_SIZE];
	char home[ANSWER_SIZE];
	bool home_is_root;
	bool home_missing;
	bool home_is_environments; /* HOME names the same directory */
	bool home_usable;          /* the rules take it, or a local user can write to it */
};

/* --- groups --- */

struct gid_facts {
	gid_t gid;
	bool named;   /* a service gives it a name */
	bool in_file; /* /etc/group has it */
	enum reason reason;
	struct why why;
	struct group_entry ours; /* if ANSWERED */
	char *sentence;          /* why not; NULL: it is not looked at, or ANSWERED */
	bool heard;              /* this program hears of it */
	bool heard_by_groups;    /* groups(1) hears of it, if root starts it */
	bool process1;           /* process 1 has it */
	uint32_t injected_line;
	char injected_name[NAME_SIZE];
};

/* A path of [groups]. */
struct path_facts {
	enum path_verdict verdict;
	gid_t gid;
	char sentence[EXPLANATION_SIZE];
	uint32_t taken_line; /* a local group has the name, with another gid; 0: none has */
	char taken_gid[ANSWER_SIZE];
};

/* --- all of it; about 1 MiB --- */

struct context {
	/* Whom it is about. */
	int root;
	const char *root_name;
	bool running; /* the container that we run in, and its caller */
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	size_t group_count;
	struct credentials pid1_of_image;

	struct program_facts programs;
	struct module_facts module;
	struct pam_facts pam;

	struct nsswitch nsswitch;
	char nsswitch_text[NSSWITCH_FILE_MAX + 1];
	int nsswitch_error;
	bool nsswitch_is_link; /* as authselect's: `nonroot enable` refuses it */
	struct lines nsswitch_lines;
	bool asked_for_passwd; /* nonroot is listed and reached */
	bool asked_for_group;

	struct identity_view view; /* has the configuration, and process 1 */
	struct lines config_lines;
	int config_attributes_error;
	struct file_attributes config_attributes;
	char container_name[NAME_SIZE];
	struct line_facts user_of_name;  /* a local user of that name */
	struct line_facts group_of_name; /* a local group of that name and another number */
	bool config_links_to_file;       /* CONFIG_PATH is a link, and leads to a regular file */
	char free_user
		[NAME_SIZE]; /* a template of users with which the uid's name is free; "": none */
	gid_t free_gid;      /* of no group, nor of a path of [groups]; 0: none was found */
	struct path_facts paths[CONFIG_GROUPS_MAX];

	struct local_facts passwd;
	struct local_facts group;
	struct file_attributes etc;
	int etc_error;

	/* The uid. */
	struct record record;
	enum reason reason; /* ANSWERED: *record counts */
	struct why why;
	char sentence[EXPLANATION_SIZE]; /* the reason in words */
	struct line_facts local_line;    /* no injected one */
	struct line_facts injected_line;
	struct answer_facts answer;
	bool uid_mapped;
	/* What an owner looks like whom the user namespace does not map; 0: it maps all. */
	uid_t unmapped_owner;

	/* Its groups, the primary one first. */
	size_t gid_count;
	struct gid_facts *gids;
	const char *unheard_key; /* of the configuration: this program hears less; NULL: none */

	/* Homes. */
	size_t candidate_count;
	struct directory_facts candidates[CONFIG_HOMES_MAX];
	struct environment_facts home;
	bool root_read_only;

	/* Process 1 and the kernel. */
	bool proc_missing;
	bool proc_foreign; /* /proc shows another process namespace than ours */
	bool pid1_foreign; /* process 1 is of another container */
	int pid1_groups_error;
	bool pid1_groups_known;
	bool statx_forbidden;
	bool openat2_forbidden;
	bool pidfd_open_forbidden;

	bool nscd_runs;
};

/* Reads all of it; the first fields say of whom. False if memory ran out: then nothing counts. */
bool context_collect(struct context *context);
void context_free(struct context *context);

/* Do we answer for the uid? */
static inline bool context_answered(const struct context *context)
{
	return context->reason == ANSWERED;
}

/* Does the namespace not map who owns this? */
static inline bool owner_unmapped(const struct context *context,
				  const struct file_attributes *attributes)
{
	return context->unmapped_owner != 0 && attributes->uid == context->unmapped_owner;
}

/*
 * Can the name service be asked about users or groups? With a line that has no service, the C
 * library crashes.
 */
static inline bool can_be_asked(const struct context *context, enum nsswitch_database_id id)
{
	const struct nsswitch_database *database = &context->nsswitch.databases[id];

	return context->running && (database->line == 0 || database->service_count > 0);
}

/* --- of collect/, for context.c --- */

void collect_modules(struct context *context);
void collect_homes(struct context *context);
/* False if there is no memory. */
bool collect_groups(struct context *context);
void collect_runtime(struct context *context);
/* Lines, and the mark, of a file below the root; the problems are added by note_problem(). */
void collect_lines(struct context *context, const char *path, struct lines *lines);
void note_problem(struct lines *lines, uint32_t line, uint32_t column, bool fatal,
		  const char *what);

#endif
