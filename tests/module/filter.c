/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int filter_install(struct sock_filter *filter, size_t count)
{
	struct sock_fprog program = { (unsigned short)count, filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int filter_forbid(const int *numbers, size_t count, unsigned error)
{
	struct sock_filter filter[2 * FORBIDDEN_MAX + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	size_t size = 1;

	if (count > FORBIDDEN_MAX)
		return -1;
	for (size_t i = 0; i < count; i++) {
		filter[size++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							      (unsigned)numbers[i], 0, 1);
		filter[size++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
	}
	filter[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (filter_install(filter, size) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		errno = 0;
		syscall(numbers[i], -1, NULL, NULL, 0, NULL);
		if (errno != (int)error)
			return -1;
	}
	return 0;
}
