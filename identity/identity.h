/* SPDX-License-Identifier: MIT */
/*
 * Who is uid N? The rules, for every consumer.
 *
 * An answer is a function of the id or name, the configuration, the local files and process 1:
 * never of the caller, its environment, its privilege or its limits; but for what the view's
 * audience does not hear. A lookup is ANSWERED and fills its output, or gives the reason why nobody
 * is answered for, with what belongs to it in the view's `why`, and leaves its output alone. In
 * doubt nobody is: what cannot be read now could change the answer.
 *
 * Nothing is allocated and nothing is kept: all state is the caller's struct identity_view.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "identity/audience.h"
#include "identity/safe_path.h"
#include "identity/config.h"
#include "identity/file.h"
#include "identity/pid1.h"
#include "identity/syntax.h"

enum reason {
	ANSWERED,
	/* About the id, which is `id`. */
	ID_RESERVED,      /* one that is never given a name */
	ID_OUT_OF_RANGES, /* `line` of the configuration has the ranges; 0: the built-in ones */
	ID_KNOWN,         /* `file` has it in `line` */
	GID_KNOWN,   /* of another uid: the gid would be this number, which `file` has in `line` */
	GID_OF_PATH, /* the same; the path of [groups] in `line` of the configuration has it */
	NAMES_TAKEN, /* each name that it could have is taken, one of them in `line` of `file` */
	/* About the name. */
	NAME_NOT_OURS,    /* no name that we form */
	NAME_OF_OTHER_ID, /* it would be that of `id`, which is not called so */
	NAME_UNUSED, /* it is the container user's, and process 1 is nobody that we answer for */
	PATH_WITHOUT_GID, /* the path of [groups] in `line` has no gid that counts */
	/* Doubt; `error` is a negative errno. */
	FILE_UNREADABLE, /* `file`, at `line`; 0: as a whole */
	PROCESS1_UNKNOWN,
	GROUPS_UNKNOWN, /* the supplementary groups of process 1 */
	PATH_IN_DOUBT,  /* which gid the path of [groups] in `line` of the configuration has */
	HOME_IN_DOUBT,  /* a candidate for the home */
	SHELL_IN_DOUBT, /* a candidate for the shell */
	/* About who asks. */
	HIDDEN,
	REASONS
};

/* What belongs to a reason: see there. */
struct why {
	const char *file;
	uint32_t line;
	uint32_t id;
	int error;
};

/* Which gid the path of an entry of [groups] has, looked at once for a question. */
struct path_gid {
	bool known;
	enum path_verdict verdict;
	gid_t gid;
	int error;
};

/* A synthesized user. */
struct user {
	uid_t uid;
	gid_t gid;
	bool container; /* the container user, else one of the others */
	char name[NAME_SIZE];
};

/* One question's view of the system. About 3 KiB, for the stack; not to be copied or moved. */
struct identity_view {
	int root;
	enum audience audience;
	int config_error; /* of config_read() */
	enum { PID1_UNREAD, PID1_UNKNOWN, PID1_NOBODY, PID1_KNOWN } pid1_state;
	int pid1_error;
	struct credentials pid1;
	bool container_found; /* worked out once for a question */
	struct user container;
	struct why why; /* of the last reason */
	struct path_gid path_gids[CONFIG_GROUPS_MAX];
	struct config config;
};

/* Where a home stands: see home.h. */
enum home_state {
	HOME_IS_THERE,
	HOME_CAN_BE_MADE,
	HOME_IN_NAME_ONLY, /* it neither is a home nor can become one */
};

struct home {
	enum home_state state;
	char path[HOME_SIZE];
};

/* All that passwd(5) has of a synthesized user; not to be copied or moved. */
struct record {
	struct user user;
	const char *gecos; /* never empty: git(1) takes the author's name from it */
	const char *shell; /* the first candidate that is an executable file, else the last one */
	struct home home;
};

/* A synthesized group. */
struct group_entry {
	gid_t gid;
	char name[NAME_SIZE];
	/*
	 * The container user, process 1 having the gid as supplementary and not as primary; or "".
	 */
	char member[NAME_SIZE];
	bool process1; /* process 1 has the gid, or it is the number of the container user */
};

/*
 * Starts a view of the system below `root` (ROOT_OWN, or a directory's descriptor that stays the
 * caller's) for an audience that hears all, and reads the configuration. `pid1` stands for process
 * 1's credentials if there is none to look at, as in an unpacked image; NULL: look at it.
 */
void identity_view_start(struct identity_view *view, int root, const struct credentials *pid1,
			 const struct config_observer *observer);

/* Process 1's credentials; NULL if they cannot be known, or it has several uids or gids. */
const struct credentials *identity_pid1(struct identity_view *view);

/*
 * The name that the container user has, or would have: nobody else is called so. Empty if there is
 * none, because it has a number in it and process 1 is nobody.
 */
void identity_container_name(struct identity_view *view, char name[NAME_SIZE]);

/* Is this an id that somebody could have? If it is none, nothing is looked at. */
bool identity_id_possible(uint32_t id);

enum reason identity_user_by_uid(struct identity_view *view, uid_t uid, struct record *record);
enum reason identity_user_by_name(struct identity_view *view, const char *name,
				  struct record *record);

/* The user that process 1 runs as. */
enum reason identity_container_user(struct identity_view *view, struct record *record);

enum reason identity_group_by_gid(struct identity_view *view, gid_t gid, struct group_entry *group);
enum reason identity_group_by_name(struct identity_view *view, const char *name,
				   struct group_entry *group);

/*
 * Shows the supplementary groups of a synthesized user, until `call` ends it: for the container
 * user those of process 1, and for everybody those of [groups] that `join` lists. Never 0 or
 * another id that has no name, and each once (on Linux, which sorts those of process 1). If it is
 * not ANSWERED, nothing counts of what was shown.
 */
enum reason identity_groups_of(struct identity_view *view, const struct user *user, group_fn *call,
			       void *arg);

/* The same by the user's name, with less work than a record takes. */
enum reason identity_groups_of_name(struct identity_view *view, const char *name, group_fn *call,
				    void *arg);

/* Of how many groups of the container user the enumeration tells. */
enum { ENUMERATED_MAX = 1024 };

/*
 * The gids that an enumeration tells of, as they were when it began: process 1's are read once for
 * it, and not for each of them. The caller's; several threads may go on with it at once, and then
 * each is given a group or the end.
 */
struct enumerated {
	_Atomic uid_t uid; /* of the container user whose they are */
	_Atomic size_t count;
	_Atomic gid_t gids[ENUMERATED_MAX];
};

/*
 * Enumeration: the groups of the container user that we answer for. Fills the first one from
 * *position on and sets *position after it. Start with 0; not ANSWERED after the last one.
 */
enum reason identity_group_at(struct identity_view *view, struct enumerated *enumerated,
			      size_t *position, struct group_entry *group);

/*
 * Is `gid` the user's primary group, or one that the user has by process 1's credentials? 1, 0, or
 * a negative errno if that cannot be known.
 */
int identity_has_group(struct identity_view *view, const struct user *user, gid_t gid);

#endif
