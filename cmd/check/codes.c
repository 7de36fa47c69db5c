/* SPDX-License-Identifier: MIT */
#include "cmd/check/codes.h"

#include "identity/config.h"

#define NEWER_KERNEL                                                                      \
	"no action needed if nothing else is found; else use a newer container runtime, " \
	"libseccomp or kernel, which knows the call"

/* Of the architecture that the programs of the image have. */
#define INSTALL(package)                                                            \
	"in the image, run: apt-get install -y --reinstall ./" package "_*_$(dpkg " \
	"--print-architecture).deb"
#define INSTALL_NSS INSTALL("libnss-nonroot")
#define INSTALL_PAM INSTALL("libpam-nonroot")

static const struct {
	const char *code;
	enum severity severity;
	const char *fix;
} kinds[FINDING_KINDS] = {
	[MODULE_MISSING] = { "NR101", ERROR, INSTALL_NSS },
	[MODULE_ARCHITECTURE] = { "NR102", ERROR, INSTALL_NSS },
	[MODULE_GLIBC_OLD] = { "NR103", ERROR,
			       "build libnss-nonroot on the release of the image, or take a newer "
			       "base image" },
	[MODULE_NO_GLIBC] = { "NR104", ERROR,
			      "take a base image with the GNU C library, such as debian or ubuntu, "
			      "or mount the output of: nonroot passwd" },
	[MODULE_NOT_LOADABLE] = { "NR105", ERROR, INSTALL_NSS },
	[NSSWITCH_MISSING] = { "NR201", ERROR, "" },
	[NSSWITCH_UNREADABLE] = { "NR202", ERROR, "" },
	[NSSWITCH_SYNTAX] = { "NR203", ERROR,
			      "write what is in brackets as [STATUS=ACTION], see "
			      "nsswitch.conf(5), or remove it" },
	[NSSWITCH_PASSWD_UNLISTED] = { "NR204", ERROR, "" },
	[NSSWITCH_GROUP_UNLISTED] = { "NR205", WARNING, "" },
	[NSSWITCH_NEVER_ASKED] = { "NR206", ERROR, "" },
	[NSSWITCH_PASSWD_MERGE] = { "NR207", WARNING, "" },
	[NSSWITCH_INITGROUPS_LINE] = { "NR208", WARNING, "" },
	[NSSWITCH_SHADOW_LISTED] = { "NR209", WARNING, "" },
	[NSSWITCH_NOT_READ] = { "NR210", WARNING,
				"end every line with a newline, and put comments on lines of "
				"their own" },
	[NSSWITCH_BEHIND] = { "NR211", WARNING, "" },
	[NSSWITCH_TYPO] = { "NR212", WARNING, "" },
	[NSSWITCH_BOM] = { "NR213", WARNING, "" },
	[NSSWITCH_FILES_UNLISTED] = { "NR214", ERROR, "" },
	[CONFIG_LINE] = { "NR301", WARNING,
			  "write the line as nonroot.conf(5) says, or remove it" },
	[CONFIG_IGNORED] = { "NR302", WARNING, "let everybody read " CONFIG_PATH },
	[CONFIG_NAME_OF_USER] = { "NR303", WARNING, "" },
	[CONFIG_NAME_OF_GROUP] = { "NR304", WARNING, "" },
	[GROUPS_PATH_UNTRUSTED] = { "NR305", WARNING, "" },
	[GROUPS_PATH_MISSING] = { "NR306", NOTE, "" },
	[GROUPS_NAME_TAKEN] = { "NR307", WARNING, "" },
	[CONFIG_BOM] = { "NR308", WARNING, "" },
	[HOME_UNSET] = { "NR401", WARNING, "" },
	[HOME_ROOT] = { "NR402", WARNING, "" },
	[HOME_MISSING] = { "NR403", WARNING, "start with: nonroot exec -- COMMAND" },
	[HOME_UNWRITABLE] = { "NR404", WARNING, "start with: nonroot exec -- COMMAND" },
	[HOME_OTHER] = { "NR405", WARNING, "" },
	[HOME_WORLD_WRITABLE] = { "NR406", WARNING, "give each uid a home of its own" },
	[HOME_SHARED] = { "NR407", NOTE,
			  "no action needed if the container runs as one uid; else give each uid a "
			  "home of its own" },
	[HOME_NO_CANDIDATE] = { "NR408", ERROR, "" },
	[HOME_VOLUME_UNUSABLE] = { "NR409", WARNING, "" },
	[HOME_OF_EARLIER_UID] = { "NR410", WARNING, "" },
	[UID_NO_NAME] = { "NR501", ERROR, "start the container with another uid, such as 1000" },
	[UID_UNMAPPED] = { "NR502", ERROR,
			   "start the container with a uid that its user namespace maps, see "
			   "/proc/self/uid_map" },
	[PID1_HIDDEN] = { "NR503", ERROR,
			  "start the container with /proc mounted without hidepid" },
	[GID_NO_NAME] = { "NR504", WARNING, "start the container with other groups" },
	[UID_INJECTED] = { "NR505", WARNING, "" },
	[UID_NOT_PID1] = { "NR506", NOTE,
			   "no action needed if intended; else start the container with this uid, "
			   "and with a process namespace of its own (no --pid=host)" },
	[UID_OTHER_NAME] = { "NR507", WARNING, "" },
	[PID1_FOREIGN] = { "NR508", WARNING,
			   "start the container with a process namespace of its own (no --pid=, no "
			   "shareProcessNamespace), and /proc mounted in it" },
	[PID1_LACKS_GROUPS] = { "NR509", WARNING,
				"start the container without shareProcessNamespace, so that its "
				"process 1 has the groups" },
	[GID_HIDDEN_FROM_ROOT] = { "NR510", NOTE, "" },
	[PASSWD_WRITABLE] = { "NR601", ERROR, "" },
	[GROUP_WRITABLE] = { "NR602", ERROR, "" },
	[LOCAL_FILE_UNREADABLE] = { "NR603", ERROR,
				    "put a regular file of at most 4 MiB there, which everybody "
				    "can read" },
	[NSCD_RUNNING] = { "NR604", WARNING, "in the image, run: apt-get purge -y nscd" },
	[FILE_OWNER_UNMAPPED] = { "NR605", WARNING,
				  "start the container with a user namespace that maps the owner, "
				  "or mount the file system with mapped ids: a change of owner "
				  "in here cannot help" },
	[PAM_MODULE_UNUSABLE] = { "NR701", WARNING, INSTALL_PAM },
	[PAM_SERVICE_MISSING] = { "NR702", WARNING, "" },
	[SYSTEM_CALL_FORBIDDEN] = { "NR801", NOTE, NEWER_KERNEL },
};

const char *finding_code(enum finding_kind kind)
{
	return kinds[kind].code;
}

enum severity finding_severity(enum finding_kind kind)
{
	return kinds[kind].severity;
}

const char *finding_default_fix(enum finding_kind kind)
{
	return kinds[kind].fix;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[NOTE] = "note", [WARNING] = "warning", [ERROR] = "error"
	};

	return names[severity];
}
