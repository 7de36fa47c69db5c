/* SPDX-License-Identifier: MIT */
#include "cmd/show/query.h"

#include <stdio.h>
#include <string.h>

#include "cmd/system/caller.h"

static void read_files(struct query *query)
{
	const uint32_t *id = query->name == NULL ? &query->id : NULL;

	query->path = query->group ? GROUP_PATH : PASSWD_PATH;
	query->database = query->group ? NSSWITCH_GROUP : NSSWITCH_PASSWD;
	query->nsswitch_error = nsswitch_read(ROOT_OWN, &query->nsswitch, query->nsswitch_text,
					      sizeof(query->nsswitch_text), NULL);
	query->has_line = local_find(ROOT_OWN, query->path, id, query->name, &query->line) == 0;
}

static enum reason ask_rules_for_user(struct query *query)
{
	struct record *ours = &query->our_user;
	enum reason reason = query->name == NULL
				     ? identity_user_by_uid(&query->view, query->id, ours)
				     : identity_user_by_name(&query->view, query->name, ours);

	if (reason == ANSWERED) {
		query->id = ours->user.uid;
		query->process1 = ours->user.container;
	}
	return reason;
}

static enum reason ask_rules_for_group(struct query *query)
{
	struct group_entry *ours = &query->our_group;
	enum reason reason = query->name == NULL
				     ? identity_group_by_gid(&query->view, query->id, ours)
				     : identity_group_by_name(&query->view, query->name, ours);

	if (reason == ANSWERED) {
		query->id = ours->gid;
		query->process1 = ours->process1;
	}
	return reason;
}

static void ask_rules(struct query *query)
{
	const struct subject subject = {
		.group = query->group,
		.name = query->name,
		.id = query->id,
	};

	identity_view_start(&query->view, ROOT_OWN, NULL, NULL);
	query->reason = query->group ? ask_rules_for_group(query) : ask_rules_for_user(query);
	reason_sentence(&query->view, query->reason, &subject, query->sentence);
}

/* The name that the name service gives, or NULL. */
static const char *ask_name_service(struct query *query, uint32_t id)
{
	if (query->group) {
		query->entry = query->name != NULL ? getgrnam(query->name) : getgrgid(id);
		return query->entry != NULL ? query->entry->gr_name : NULL;
	}
	query->user = query->name != NULL ? getpwnam(query->name) : getpwuid(id);
	return query->user != NULL ? query->user->pw_name : NULL;
}

static enum answerer who_answers(const struct query *query, const char *name)
{
	const char *our_name = query->group ? query->our_group.name : query->our_user.user.name;

	if (name == NULL)
		return NO_SERVICE;
	if (query->has_line && strcmp(query->line.entry.fields[0], name) == 0)
		return LOCAL_FILE;
	return query->reason == ANSWERED && strcmp(our_name, name) == 0 ? NONROOT : OTHER_SERVICE;
}

void query_ask(struct query *query)
{
	uint32_t id = query->id;

	read_files(query);
	ask_rules(query);
	query->answerer = who_answers(query, ask_name_service(query, id));
}

/* Is our answer hidden from this program? The reason, or NULL. */
static const char *hidden(const struct query *query)
{
	static char
		text[sizeof("hide-others-from in " CONFIG_PATH " lists this program of root's")];
	const struct config *config = &query->view.config;
	enum audience audience = audience_of_caller(config);
	enum config_key key = audience_key(audience);

	if (audience_hears(audience, query->id, query->process1) || key == CONFIG_KEYS)
		return NULL;
	(void)snprintf(text, sizeof(text), "%s in %s lists this program of root's",
		       config_key_name(key), CONFIG_PATH);
	return text;
}

const char *query_not_heard(const struct query *query)
{
	const char *unasked = unasked_sentence(query->nsswitch_error, &query->nsswitch,
					       query->database, "nonroot");

	return unasked != NULL ? unasked : hidden(query);
}

const char *query_line_not_read(const struct query *query)
{
	const struct nsswitch_database *database = &query->nsswitch.databases[query->database];

	/* Without a line of its own, a database has the service files. */
	if (!query->has_line || (database->line == 0 && !query->nsswitch.broken))
		return NULL;
	return unasked_sentence(query->nsswitch_error, &query->nsswitch, query->database, "files");
}
