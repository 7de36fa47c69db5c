# SPDX-License-Identifier: MIT
"""The manifests of the examples are what the API takes, and restricted; needs no engine."""
import json
import re
import subprocess

import jsonschema
import manifest
import pytest
import yaml
from worlds.engine import TOP

EXAMPLES = TOP / "examples"
FILES = sorted(
    str(file.relative_to(EXAMPLES))
    for pattern in ("*/*.yaml", "*/example/*.yaml")
    for file in EXAMPLES.glob(pattern)
    if file.name != "kustomization.yaml"
)
WEB, POD, COMPOSE = (
    "kubernetes/deployment.yaml",
    "unmodified-image/pod.yaml",
    "compose/compose.yaml",
)


def validate(path):
    """What is wrong with a file of an example, or nothing."""
    if path.name.endswith("compose.yaml"):
        done = subprocess.run(
            ["docker-compose", "--file", str(path), "config", "--quiet"],
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return done.stdout
    try:
        return "\n".join(manifest.violations_in(path))
    except (manifest.Wrong, yaml.YAMLError) as error:
        return str(error)


@pytest.mark.parametrize("file", FILES)
def test_a_manifest_is_what_the_api_takes_and_restricted(file):
    assert validate(EXAMPLES / file) == ""


def test_the_config_map_says_what_the_files_say():
    directory = EXAMPLES / "unmodified-image"
    data = next(
        one["data"] for one in manifest.load(directory / "pod.yaml") if one["kind"] == "ConfigMap"
    )
    for name, text in data.items():
        said = [
            line.split()
            for line in (directory / name).read_text().splitlines()
            if line and line[0] != "#"
        ]
        assert [line.split() for line in text.splitlines()] == said


def test_the_component_adds_to_a_deployment_and_changes_nothing_of_it():
    directory = EXAMPLES / "unmodified-image"
    (printed,) = manifest.load(directory / "example/printed.yaml")
    (mounts,) = manifest.read(directory / "component/mounts.yaml")
    (patch,) = manifest.read(directory / "component/patch.yaml")
    pod, added = printed["spec"]["template"]["spec"], patch["spec"]["template"]["spec"]
    for container in pod["containers"]:
        for mount in mounts["template"]["spec"]["containers"][0]["volumeMounts"]:
            container["volumeMounts"].remove(mount)
        if not container["volumeMounts"]:
            del container["volumeMounts"]
    for kind, ones in added.items():
        for one in ones:
            pod[kind].remove(one)
    assert not pod.pop("initContainers")
    assert [printed] == manifest.load(directory / "example/deployment.yaml")


# A mistake in a file, as a pattern and what is put there, and what is said of it.
MISTAKES = {
    "a field that there is not": (WEB, "runAsUser", "runAsUid", "there is no field runAsUid"),
    "a number in quotes": (WEB, "runAsUser: 12345", 'runAsUser: "12345"', "has to be of type int"),
    "a field that is missing": (WEB, " +mountPath: /home/nonroot\n", "", "mount_path.*must not be"),
    "a value that there is not": (
        WEB,
        "IfNotPresent",
        "Sometimes",
        "imagePullPolicy: 'Sometimes' is none of",
    ),
    "a field that is there twice": (
        WEB,
        r"( *)runAsUser: .*\n",
        r"\g<0>\g<0>",
        "runAsUser is there twice",
    ),
    "a field in the wrong place": (
        WEB,
        "automountServiceAccountToken: .*",
        "fsGroup: 1",
        "spec: there is no field fsGroup",
    ),
    "a volume that nobody mounts": (
        WEB,
        "(?m)^            - name: logs",
        "            - name: log",
        "volumes .*, mounted ",
    ),
    "a selector of other pods": (WEB, "app: web", "app: other", "the selector does not match"),
    "an API that has not this kind": (WEB, "apps/v1", "v1", "there is no kind Deployment in v1"),
    "root": (WEB, "runAsUser: 12345", "runAsUser: 0", "runAsUser = 0"),
    "a pod that may be root": (
        WEB,
        "runAsNonRoot: true",
        "runAsNonRoot: false",
        "runAsNonRoot != true",
    ),
    "a new privilege": (
        WEB,
        "allowPrivilegeEscalation: false",
        "allowPrivilegeEscalation: true",
        "allowPrivilegeEscalation != false",
    ),
    "a capability": (WEB, "- ALL", "- KILL", "capabilities.drop has no ALL"),
    "no seccomp profile": (WEB, "RuntimeDefault", "Unconfined", "seccompProfile"),
    "an init container with a privilege": (
        POD,
        "allowPrivilegeEscalation: false",
        "allowPrivilegeEscalation: true",
        "nonroot-files: allowPrivilegeEscalation != false",
    ),
    "a user without quotes, which is a number in base 60": (
        COMPOSE,
        '(user: )"(.*)"',
        r"\1\2",
        "user.*string",
    ),
    "a key that Compose does not have": (COMPOSE, "read_only", "readonly", "readonly"),
}


@pytest.mark.parametrize("file, pattern, wrong, reason", MISTAKES.values(), ids=MISTAKES)
def test_a_manifest_is_refused_for(tmp_path, file, pattern, wrong, reason):
    text = (EXAMPLES / file).read_text()
    mistaken, count = re.subn(pattern, wrong, text, count=1)
    assert count == 1
    path = tmp_path / file.rpartition("/")[2]
    path.write_text(mistaken)
    assert re.search(reason, validate(path), re.S)


# What is used of the Container Device Interface, as the text of its first version, 0.3.0, has it.
PATH = {"type": "string", "pattern": "^/"}
NAME = "[A-Za-z]([A-Za-z0-9_%s-]*[A-Za-z0-9])?"
MOUNT = {
    "type": "object",
    "required": ["hostPath", "containerPath"],
    "additionalProperties": False,  # `type` came with 0.4.0
    "properties": {
        "hostPath": PATH,
        "containerPath": PATH,
        "options": {"type": "array", "items": {"type": "string"}},
    },
}
DEVICE = {
    "type": "object",
    "required": ["name", "containerEdits"],
    "additionalProperties": False,
    "properties": {
        # That a name may begin with a digit came with 0.5.0.
        "name": {"type": "string", "pattern": "^%s$" % NAME % ".:"},
        "containerEdits": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {"mounts": {"type": "array", "items": MOUNT}},
        },
    },
}
CDI = {
    "type": "object",
    "required": ["cdiVersion", "kind", "devices"],
    "additionalProperties": False,
    "properties": {
        "cdiVersion": {"const": "0.3.0"},
        # VENDOR/CLASS; that a class may have dots came with 0.6.0.
        "kind": {"type": "string", "pattern": "^%s/%s$" % (NAME % ".", NAME % "")},
        "devices": {"type": "array", "minItems": 1, "items": DEVICE},
    },
}
DESCRIPTION = TOP / "conf/cdi/nonroot.json"


def test_the_device_is_described_as_the_first_version_of_the_interface_has_it():
    jsonschema.validate(json.loads(DESCRIPTION.read_text()), CDI)


@pytest.mark.parametrize(
    "pattern, wrong",
    [
        ('"hostPath"', '"source"'),
        ('"containerPath": "[^"]*"', '"containerPath": "usr/lib"'),
        ('"options"', '"type": "bind", "options"'),
        (r'"options": \[[^]]*\]', '"options": "ro"'),
        ('"name": "all"', '"name": "0"'),
        ("nonroot/identity", "nonroot"),
        ("0.3.0", "0.3"),
    ],
)
def test_a_description_of_a_device_is_refused_for(pattern, wrong):
    mistaken, count = re.subn(pattern, wrong, DESCRIPTION.read_text(), count=1)
    assert count == 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(mistaken), CDI)
