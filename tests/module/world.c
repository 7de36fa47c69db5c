/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <err.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char passwd[] = "root:*:0:0:root:/root:/bin/bash\n"
			     "daemon:*:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
			     "alice:*:1500:1500:Alice:/home/alice:/bin/sh\n"
			     "nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
static const char group[] = "root:*:0:\n"
			    "daemon:*:1:\n"
			    "alice:*:1500:\n"
			    "nogroup:*:65534:\n";
static const char nsswitch[] = "passwd: files nonroot\n"
			       "group: files nonroot\n";

void world_write(const char *path, const char *content)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || fchmod(fd, 0644) < 0)
		err(99, "cannot make %s", path);
	if (write(fd, content, strlen(content)) != (ssize_t)strlen(content))
		err(99, "cannot write %s", path);
	close(fd);
}

static void mount_tmpfs(const char *path)
{
	if (mount("world", path, "tmpfs", 0, "mode=755") < 0)
		err(99, "cannot mount %s", path);
}

static void copy_module(const char *module)
{
	char command[1024];

	snprintf(command, sizeof(command), "install -m 644 '%s' " WORLD_MODULE, module);
	if (mkdir(WORLD_LIB, 0755) < 0 || system(command) != 0)
		err(99, "cannot copy %s", module);
}

static void make_etc(const struct world *world)
{
	if (mkdir("/mnt/etc", 0755) < 0 || system("cp -a /etc/. /mnt/etc/") != 0 ||
	    mount("/mnt/etc", "/etc", NULL, MS_BIND, NULL) < 0)
		err(99, "cannot copy /etc");
	world_write("/etc/passwd", passwd);
	world_write("/etc/group", group);
	world_write("/etc/nsswitch.conf", nsswitch);
	if (world->config != NULL)
		world_write("/etc/nonroot.conf", world->config);
	else
		unlink("/etc/nonroot.conf");
}

static void make_tree(const struct world *world, const char *module)
{
	umask(022);
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		err(99, "cannot make the mounts private");
	mount_tmpfs("/mnt");
	copy_module(module);
	make_etc(world);
	mount_tmpfs("/home");
	mount_tmpfs("/run");
	world_write("/run/docker.sock", "");
	if (chown("/run/docker.sock", 0, WORLD_DOCKER_GID) < 0)
		err(99, "cannot give away /run/docker.sock");
	if (mount("proc", "/proc", "proc", 0, NULL) < 0)
		err(99, "cannot mount /proc");
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static void become(const struct world *world)
{
	if (setgroups(world->group_count, world->groups) < 0 ||
	    setresgid(world->gid, world->gid, world->gid) < 0 ||
	    setresuid(world->uid, world->uid, world->uid) < 0)
		err(99, "PID 1 cannot become uid %u", world->uid);
}

static pid_t start_worker(int ready[2], int (*run)(void *arg), void *arg)
{
	pid_t worker = fork();
	char byte;

	if (worker < 0)
		err(99, "cannot fork");
	if (worker > 0)
		return worker;
	/* The end of the pipe says that PID 1 has its credentials. */
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		err(99, "cannot wait for PID 1");
	close(ready[0]);
	exit(run(arg));
}

static int run_pid1(const struct world *world, const char *module, int (*run)(void *arg), void *arg)
{
	int status = 0;
	int ready[2];
	pid_t worker;
	pid_t ended;

	make_tree(world, module);
	if (pipe(ready) < 0)
		err(99, "cannot make a pipe");
	worker = start_worker(ready, run, arg);
	become(world);
	close(ready[0]);
	close(ready[1]);
	do
		ended = waitpid(-1, &status, 0);
	while (ended >= 0 && ended != worker);
	return ended == worker ? exit_code(status) : 99;
}

int world_run(const struct world *world, const char *module, int (*run)(void *arg), void *arg)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		err(99, "cannot fork");
	if (child == 0) {
		pid_t pid1;

		if (unshare(CLONE_NEWNS | CLONE_NEWPID) < 0)
			err(99, "cannot make namespaces: run this as root");
		pid1 = fork();
		if (pid1 < 0)
			err(99, "cannot fork");
		if (pid1 == 0)
			_exit(run_pid1(world, module, run, arg));
		if (waitpid(pid1, &status, 0) != pid1)
			err(99, "cannot wait");
		_exit(exit_code(status));
	}
	if (waitpid(child, &status, 0) != child)
		err(99, "cannot wait");
	return exit_code(status);
}
