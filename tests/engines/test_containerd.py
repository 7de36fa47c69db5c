# SPDX-License-Identifier: MIT
"""containerd, as a kubelet drives it, keeps what README.md promises to pods."""
import pytest
from promised import like

NOTHING = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
RESTRICTED = {
    "runAsNonRoot": True,
    "runAsUser": 12345,
    "seccompProfile": {"type": "RuntimeDefault"},
}
SLEEP = ["sleep", "600"]
TMP = {"name": "tmp", "mountPath": "/tmp"}
SESSION = ["nonroot", "exec", "--strict", "sh", "-c", "echo $(whoami) $HOME; touch ~/made && ls ~"]


def spec(image, ids=None, container=None, volumes=(), **more):
    """The spec of a pod with one container that sleeps, and an emptyDir at /tmp."""
    return {
        "securityContext": {**RESTRICTED, **(ids or {})},
        "volumes": [{"name": "tmp", "emptyDir": {}}, *volumes],
        "containers": [
            {
                "name": "app",
                "image": image,
                "args": SLEEP,
                "securityContext": NOTHING,
                "volumeMounts": [TMP],
                **(container or {}),
            }
        ],
        **more,
    }


@pytest.fixture
def pod(kubelet, recipe):
    """pod(...) starts a pod of the entrypoint recipe, which is removed at the end."""

    def run(objects=None, **options):
        return kubelet.run("pod", spec(recipe("entrypoint"), **options), objects)

    yield run
    if "pod" in kubelet.pods:
        kubelet.remove("pod")


IDS = {
    "runAsUser": ({}, "uid=12345(nonroot) gid=0(root) groups=0(root)"),
    "runAsGroup": (
        {"runAsGroup": 5555},
        "uid=12345(nonroot) gid=5555(gid-5555) groups=5555(gid-5555)",
    ),
    "runAsGroup that is runAsUser's number": (
        {"runAsGroup": 12345},
        "uid=12345(nonroot) gid=12345(nonroot) groups=12345(nonroot)",
    ),
    "fsGroup": ({"fsGroup": 4242}, "uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)"),
    "supplementalGroups": (
        {"supplementalGroups": [29, 4242]},
        "uid=12345(nonroot) gid=0(root) groups=0(root),29(audio),4242(gid-4242)",
    ),
    "all of them": (
        {"runAsGroup": 5555, "fsGroup": 4242, "supplementalGroups": [29]},
        "uid=12345(nonroot) gid=5555(gid-5555) groups=5555(gid-5555),29(audio),4242(gid-4242)",
    ),
    "uid 65535": ({"runAsUser": 65535}, "uid=65535(nonroot) gid=0(root) groups=0(root)"),
    "uid 2147483647": (
        {"runAsUser": 2147483647},
        "uid=2147483647(nonroot) gid=0(root) groups=0(root)",
    ),
}


def in_order(text):
    """What id prints, with the groups in the order of their numbers: by name it is another one."""
    head, _, groups = text.strip().rpartition("groups=")
    return (
        head
        + "groups="
        + ",".join(sorted(groups.split(","), key=lambda one: int(one.partition("(")[0])))
    )


@pytest.mark.parametrize("ids, expected", IDS.values(), ids=IDS)
def test_a_pod_has_names_with(pod, ids, expected):
    made = pod(ids=ids)
    for command in ["id"], ["id", "nonroot"]:
        assert in_order(made.says(*command)) == in_order(expected)


def test_a_restricted_pod_has_nothing_but_its_name_and_a_home(pod):
    made = pod()
    like(
        "CapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2",
        made.says("grep", "-E", "^(CapBnd|NoNewPrivs|Seccomp):", "/proc/self/status"),
    )
    like("...Read-only file system", made.says("touch", "/made"))
    like("nonroot /tmp/nonroot-12345\nmade", made.says(*SESSION))


OBJECTS = {
    ("ConfigMap", "settings"): {
        "data": {"colour": "green\n", "nonroot.conf": "[user]\nname = app\n"}
    },
    ("Secret", "password"): {"stringData": {"word": "hidden"}},
}
INIT = {
    "name": "first",
    "securityContext": NOTHING,
    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
    "args": ["sh", "-c", "whoami >/data/who; mkdir /data/part; echo part >/data/part/file"],
}
VOLUMES = [
    {"name": "data", "emptyDir": {}},
    {"name": "settings", "configMap": {"name": "settings"}},
    {"name": "password", "secret": {"secretName": "password"}},
]
MOUNTS = [
    TMP,
    {"name": "data", "mountPath": "/data"},
    {"name": "settings", "mountPath": "/settings"},
    {
        "name": "settings",
        "mountPath": "/etc/nonroot.conf",
        "subPath": "nonroot.conf",
        "readOnly": True,
    },
    {"name": "data", "mountPath": "/part", "subPath": "part"},
    {"name": "password", "mountPath": "/password"},
]
PROBED = {
    "readinessProbe": {
        "exec": {"command": ["sh", "-c", '[ "$(whoami)" = app ] && [ -e /tmp/ready ]']}
    }
}


@pytest.fixture(scope="module")
def furnished(kubelet, recipe):
    """A pod with a volume of each kind, an init container, an exec probe and a name."""
    image = recipe("entrypoint")
    kubelet.run(
        "furnished",
        spec(
            image,
            ids={"fsGroup": 4242},
            volumes=VOLUMES,
            initContainers=[{**INIT, "image": image}],
            container={
                "volumeMounts": MOUNTS,
                "env": [
                    {
                        "name": "WORD",
                        "valueFrom": {"secretKeyRef": {"name": "password", "key": "word"}},
                    }
                ],
                **PROBED,
            },
        ),
        OBJECTS,
    )
    yield kubelet.pods["furnished"]
    kubelet.remove("furnished")


READS = {
    "its name, which nonroot.conf of a ConfigMap by subPath says": ("whoami", "app"),
    "a ConfigMap, whose files are root's and of fsGroup": (
        "cat /settings/colour; stat -Lc '%U %G' /settings/colour",
        "green\nroot gid-4242",
    ),
    "a ConfigMap, which it cannot write to": (
        "echo red >/settings/colour",
        "...Read-only file system",
    ),
    "a Secret, in a file and in its environment": (
        "cat /password/word; echo :$WORD",
        "hidden:hidden",
    ),
    "an emptyDir of root's and of fsGroup, with names": ("stat -c '%U %G' /data", "root gid-4242"),
    "what the init container made, who had the default name": (
        "cat /data/who; stat -c '%U %G' /data/who",
        "nonroot\napp gid-4242",
    ),
    "a part of a volume, by subPath": ("cat /part/file", "part"),
}


@pytest.mark.parametrize("command, expected", READS.values(), ids=READS)
def test_a_pod_finds(furnished, command, expected):
    like(expected, furnished.says("sh", "-c", command))


def test_an_exec_probe_knows_its_name(furnished):
    assert not furnished.ready()  # /tmp/ready is not there yet
    furnished.says("touch", "/tmp/ready")
    assert furnished.ready()


def test_where_processes_are_shared_the_pause_is_process_1(pod):
    made = pod(ids={"supplementalGroups": [4242]}, shareProcessNamespace=True)
    like("/pause...", made.says("sh", "-c", "tr '\\0' ' ' </proc/1/cmdline"))
    like("uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)", made.says("id"))
    # containerd starts it without the groups of the pod.
    like("uid=12345(nonroot) gid=0(root) groups=0(root)", made.says("id", "nonroot"))


def test_an_ephemeral_container_sees_the_user_of_its_target(pod, recipe):
    made = pod(ids={"supplementalGroups": [4242]})
    made.run(
        {
            "name": "debug",
            "image": recipe("entrypoint"),
            "args": SLEEP,
            "securityContext": {"runAsUser": 777},
        },
        target="app",
    )
    assert made.says("sh", "-c", "id; id nonroot", name="debug") == (
        "uid=777(uid-777) gid=0(root) groups=0(root),4242(gid-4242)\n"
        "uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)\n"
    )


def test_a_line_as_cri_o_adds_it_answers_after_nonroot_only(docker, kubelet, recipe, new_context):
    """CRI-O's own line, in a passwd that is mounted: where nonroot is first it does not count."""
    passwd = (
        "root:x:0:0:root:/root:/bin/bash\n"
        "1000650000:x:1000650000:0:1000650000 user:/:/sbin/nologin\n"
    )
    docker.build(
        "first",
        new_context(
            "first",
            "FROM %s\nUSER 0\nRUN nonroot enable --first\nUSER 1001\n" % recipe("entrypoint"),
        ),
    )
    mounts = [TMP, {"name": "etc", "mountPath": "/etc/passwd", "subPath": "passwd"}]
    for image, expected in (
        (recipe("entrypoint"), "1000650000 /sbin/nologin"),
        ("first", "nonroot /bin/bash"),
    ):
        made = kubelet.run(
            "line",
            spec(
                image,
                ids={"runAsUser": 1000650000},
                container={"volumeMounts": mounts},
                volumes=[{"name": "etc", "configMap": {"name": "etc"}}],
            ),
            {("ConfigMap", "etc"): {"data": {"passwd": passwd}}},
        )
        try:
            like(
                expected,
                made.says(
                    "sh", "-c", "getent passwd 1000650000 | cut -d: -f1,7 --output-delimiter=' '"
                ),
            )
        finally:
            kubelet.remove("line")


def test_crun_below_containerd_gives_name_groups_and_home(kubelet, recipe):
    made = kubelet.run(
        "crun", spec(recipe("entrypoint"), ids={"supplementalGroups": [4242]}), runtime="crun"
    )
    try:
        like("uid=12345(nonroot) gid=0(root) groups=0(root),4242(gid-4242)", made.says("id"))
        like("nonroot /tmp/nonroot-12345\nmade", made.says(*SESSION))
    finally:
        kubelet.remove("crun")
