# SPDX-License-Identifier: MIT
"""The same with a runtime that people use: an image built from a Dockerfile, and podman's own
habits."""
import re
import shutil

import pytest

pytestmark = pytest.mark.root

DOCKERFILE = """
FROM localhost/base
COPY libnss-nonroot.deb /tmp/
RUN apt-get install -y /tmp/libnss-nonroot.deb && rm /tmp/libnss-nonroot.deb
RUN mkdir -m 1777 /home/nonroot
ENV HOME=/home/nonroot
"""
RESTRICTED = "--rm --network none --cap-drop all --security-opt no-new-privileges --read-only"
LINE = "nonroot:*:12345:0:Container user:/home/nonroot:/bin/bash"


@pytest.fixture(scope="module")
def built(podman, images, deb, tmp_path_factory):
    """What podman said when it built localhost/with from the README's lines."""
    podman.import_image(images("base"), "base")
    context = tmp_path_factory.mktemp("context")
    shutil.copy(deb, context / "libnss-nonroot.deb")
    (context / "Dockerfile").write_text(DOCKERFILE)
    return podman.run("build", "-q", "--network", "none", "-t", "localhost/with", context)


@pytest.fixture(scope="module")
def run(podman, built):
    """run(OPTION..., command=[...]): a restricted container of that image, in which something
    succeeds and complains of nothing."""

    def run(*options, command):
        words = ["run", *RESTRICTED.split(), "--tmpfs=/tmp", *options, "localhost/with", *command]
        return podman.run(*words).quiet().out

    return run


@pytest.fixture(scope="module")
def join(podman, built):
    """join(OPTION..., command=[...]): the same as `podman exec` in a container that sleeps."""
    sleep = ["--network=none", "--user=12345:0", "--passwd=false", "localhost/with", "sleep", "600"]
    container = podman.run("run", "--detach", *sleep).quiet().out

    def join(*options, command):
        return podman.run("exec", *options, container, *command).quiet().out

    return join


def test_podman_builds_an_image_from_the_lines_of_the_readme(built):
    assert built.status == 0, built


def test_with_passwd_false_the_container_user_is_nonroot(run):
    got = run("--user=12345", "--passwd=false", command=["id"])
    assert got == "uid=12345(nonroot) gid=0(root) groups=0(root)"


def test_with_passwd_false_his_line_is_ours(run):
    options = ["--user=12345", "--passwd=false", "--tmpfs=/home/nonroot"]
    assert run(*options, command=["getent", "passwd", "12345"]) == LINE


def test_with_group_add_the_groups_have_names(run):
    options = ["--user=12345:12345", "--group-add=4242", "--passwd=false"]
    expected = "uid=12345(nonroot) gid=12345(nonroot) groups=12345(nonroot),4242(gid-4242)"
    assert run(*options, command=["id", "nonroot"]) == expected


def test_without_passwd_false_podman_adds_a_line_with_a_number_for_a_name_which_files_answers(run):
    got = run("--user=12345", command=["getent", "passwd", "12345"])
    assert got == "12345:*:12345:0:container user:/:/bin/sh"


def test_without_passwd_false_nonroot_listed_first_supersedes_that_line(run, images, tmp_path):
    listed = images("base").run("cat", "/etc/nsswitch.conf").quiet().out
    first = re.sub("^(passwd|group):.*", r"\1: nonroot files", listed, flags=re.MULTILINE)
    (tmp_path / "nsswitch.conf").write_text(first)
    volume = f"--volume={tmp_path}/nsswitch.conf:/etc/nsswitch.conf:ro"
    assert run("--user=12345", volume, command=["whoami"]) == "nonroot"


def test_a_second_process_of_the_container_has_the_same_name(join):
    assert join(command=["whoami"]) == "nonroot"


def test_a_process_with_another_uid_has_another_name(join):
    assert join("--user=777", command=["whoami"]) == "uid-777"


def test_root_that_joins_sees_the_container_user_by_his_name(join):
    assert join("--user=0", command=["getent", "passwd", "nonroot"]) == LINE
