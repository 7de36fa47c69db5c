/* SPDX-License-Identifier: MIT */
/* The input is /etc/nonroot.conf: whatever it is, every value is one that the header promises. */
#include <string.h>

#include "identity/audience.h"
#include "identity/config.h"
#include "identity/template.h"
#include "tests/unit/tree.h"
#include "fuzz.h"

static void note_problem(void *arg, uint32_t line, uint32_t column, const char *what)
{
	const size_t *size = arg;

	promise(what != NULL && what[0] != '\0', "a problem is told in words");
	promise((line == 0) == (column == 0), "line and column are from 1, or both 0");
	promise(line <= *size + 1 && column <= CONFIG_LINE_MAX + 1, "a problem is in the file");
}

/* `text` has its NUL inside what a struct config holds. */
static void expect_list(const char *list, bool (*valid)(const char *), const char *what)
{
	size_t length = 0;

	promise(*list != '\0', "a list of candidates is not empty");
	for (; *list != '\0'; list = list_next(list)) {
		promise(valid(list), what);
		length += strlen(list) + 1;
		promise(length < CONFIG_TEXT_MAX, "a list ends");
	}
}

static void expect_gid(const char *spelled)
{
	uint32_t gid;

	promise(strcmp(spelled, "%u") == 0 ||
			(decimal_parse(spelled, strlen(spelled), &gid) && id_allowed(gid)),
		"[others] gid is %u, or a gid");
}

/* One that has its first id, and is a list of its own. */
static bool is_range(const char *range)
{
	char list[32] = "";
	uint32_t first;

	if (strlen(range) > sizeof(list) - 2 || !decimal_parse(range, strcspn(range, "-"), &first))
		return false;
	memcpy(list, range, strlen(range));
	return ranges_have(list, first);
}

static void expect_groups(const struct config *config)
{
	promise(config->group_count <= CONFIG_GROUPS_MAX, "there are at most 16 groups");
	for (uint32_t i = 0; i < config->group_count; i++) {
		const struct config_group *group = &config->groups[i];

		promise(name_valid(group->name), "a group has a name");
		promise(path_valid(group->path), "a group has a path");
		promise(config_group_named(config, group->name) == group, "a group is found");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct config_observer observer = { .problem = note_problem, .arg = &size };
	static struct config config;

	memset(&config, 0xa5, sizeof(config));
	tree_bytes(CONFIG_PATH, data, size);
	promise(config_read(tree_root(), &config, &observer) == 0, "a small file can be read");
	promise(name_valid(config.user_name) || name_template_valid(config.user_name, 'u'),
		"[user] name is a name, or a template");
	promise(text_valid(config.user_gecos), "[user] gecos is text");
	expect_list(config.user_home, home_template_valid, "[user] home is templates");
	expect_list(config.user_shell, path_valid, "[user] shell is paths");
	promise(name_template_valid(config.others_user, 'u'), "[others] user is a template");
	promise(name_template_valid(config.others_group, 'g'), "[others] group is a template");
	expect_list(config.others_home, home_template_valid, "[others] home is templates");
	expect_gid(config.others_gid);
	expect_list(config.uids, is_range, "[others] uids is ranges");
	expect_list(config.gids, is_range, "[others] gids is ranges");
	expect_groups(&config);
	promise(audience_of(&config, false, "useradd") == HEARS_ALL, "who is not root hears all");
	promise(audience_of(&config, true, NULL) == HEARS_NOTHING, "no name hears nothing");
	return 0;
}
