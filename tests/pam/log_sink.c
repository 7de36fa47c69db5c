/* SPDX-License-Identifier: MIT */
/* log_sink FILE: takes what programs send to /dev/log, and appends it to FILE, a line each. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	int in = socket(AF_UNIX, SOCK_DGRAM, 0);
	int out = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0644) : -1;
	char line[2048];

	if (in < 0 || out < 0 || bind(in, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    chmod("/dev/log", 0666) < 0 || daemon(1, 0) < 0)
		return 1;
	for (;;) {
		ssize_t length = recv(in, line, sizeof(line) - 1, 0);

		if (length < 0)
			return 1;
		line[length++] = '\n';
		if (write(out, line, (size_t)length) != length)
			return 1;
	}
}
