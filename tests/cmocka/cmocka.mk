# SPDX-License-Identifier: MIT
# Without it, the tests of C say that it is missing.
has_cmocka := $(wildcard /usr/include/cmocka.h)
# What links a program of cmocka tests, which has tests/cmocka/select.c in it.
cmocka = -Wl,--wrap=_cmocka_run_group_tests -lcmocka
