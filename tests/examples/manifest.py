"""Kubernetes manifests and Compose files, read strictly: a field that the API does not have, or of another type,
is an error.

The schema below is that of the fields which the examples use (Kubernetes API reference, v1 and apps/v1). One
that is not in it is refused too: it has to be added here by somebody who has looked it up.
"""
import re
import sys

import yaml


class Wrong(Exception):
    """A manifest that a cluster would refuse, with the place."""


class Map:
    """An object whose keys are free, as labels are."""

    def __init__(self, value):
        self.value = value


class Needs:
    """An object with the keys that have to be there."""

    def __init__(self, needed, fields):
        self.needed, self.fields = needed.split(), fields


SUPPLEMENTAL = [int]
CAPABILITIES = {"drop": [str], "add": [str]}
SECCOMP = Needs("type", {"type": {"RuntimeDefault", "Unconfined", "Localhost"}})
EMPTY_DIR = {"medium": {"", "Memory"}, "sizeLimit": str}
KEY_OF = Needs("name key", {"name": str, "key": str})
CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": bool, "readOnlyRootFilesystem": bool, "privileged": bool,
    "runAsNonRoot": bool, "runAsUser": int, "runAsGroup": int,
    "capabilities": CAPABILITIES, "seccompProfile": SECCOMP,
}
PROBE = {
    "httpGet": Needs("port", {"path": str, "port": int}), "exec": Needs("command", {"command": [str]}),
    "initialDelaySeconds": int, "periodSeconds": int, "timeoutSeconds": int, "failureThreshold": int,
}
CONTAINER = Needs("name image", {
    "name": str, "image": str, "imagePullPolicy": {"Always", "IfNotPresent", "Never"},
    "command": [str], "args": [str], "workingDir": str,
    "env": [Needs("name", {"name": str, "value": str, "valueFrom": {"secretKeyRef": KEY_OF}})],
    "ports": [Needs("containerPort", {"containerPort": int, "name": str, "protocol": {"TCP", "UDP"}})],
    "readinessProbe": PROBE, "securityContext": CONTAINER_SECURITY,
    "volumeMounts": [Needs("name mountPath", {"name": str, "mountPath": str, "subPath": str, "readOnly": bool})],
})
POD_SPEC = Needs("containers", {
    "automountServiceAccountToken": bool,
    "restartPolicy": {"Always", "OnFailure", "Never"},
    "securityContext": {
        "runAsNonRoot": bool, "runAsUser": int, "runAsGroup": int, "fsGroup": int,
        "fsGroupChangePolicy": {"Always", "OnRootMismatch"}, "supplementalGroups": SUPPLEMENTAL,
        "seccompProfile": SECCOMP,
    },
    "initContainers": [CONTAINER], "containers": [CONTAINER],
    "volumes": [Needs("name", {"name": str, "emptyDir": EMPTY_DIR,
                               "configMap": Needs("name", {"name": str, "defaultMode": int}),
                               "persistentVolumeClaim": Needs("claimName", {"claimName": str})})],
})
METADATA = Needs("name", {"name": str, "labels": Map(str), "annotations": Map(str)})
KINDS = {
    ("v1", "ConfigMap"): Needs("data", {"data": Map(str)}),
    ("v1", "Secret"): Needs("stringData", {"stringData": Map(str)}),
    ("v1", "Pod"): Needs("spec", {"spec": POD_SPEC}),
    ("apps/v1", "Deployment"): Needs("spec", {"spec": Needs("selector template", {
        "replicas": int,
        "selector": Needs("matchLabels", {"matchLabels": Map(str)}),
        "template": Needs("metadata spec", {"metadata": {"labels": Map(str), "annotations": Map(str)},
                                            "spec": POD_SPEC}),
    })}),
}
# The Compose specification, likewise.
COMPOSE = Needs("services", {"services": Map(Needs("image", {
    "image": str, "build": Needs("context", {"context": str, "dockerfile": str}), "user": str, "read_only": bool,
    "cap_drop": [str], "security_opt": [str], "tmpfs": [str], "volumes": [str], "command": [str],
}))})
NAME = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?\Z")


def check(where, value, schema):
    """Raises Wrong where value is not what schema says."""
    if isinstance(schema, Needs):
        if not isinstance(value, dict):
            raise Wrong("%s: has to be an object" % where)
        for key in schema.needed:
            if key not in value:
                raise Wrong("%s: %s is missing" % (where, key))
        schema = schema.fields
    if isinstance(schema, Map):
        check_map(where, value, schema.value)
    elif isinstance(schema, dict):
        if not isinstance(value, dict):
            raise Wrong("%s: has to be an object" % where)
        for key, inner in value.items():
            if key not in schema:
                raise Wrong("%s: there is no field %s" % (where, key))
            check("%s.%s" % (where, key), inner, schema[key])
    elif isinstance(schema, list):
        if not isinstance(value, list):
            raise Wrong("%s: has to be a list" % where)
        for number, inner in enumerate(value):
            check("%s[%d]" % (where, number), inner, schema[0])
    elif isinstance(schema, set):
        if value not in schema:
            raise Wrong("%s: %r is none of %s" % (where, value, ", ".join(sorted(schema))))
    # bool is a kind of int in Python, and not in an API.
    elif type(value) is not schema:  # pylint: disable=unidiomatic-typecheck
        raise Wrong("%s: %r has to be of type %s" % (where, value, schema.__name__))


def check_map(where, value, schema):
    if not isinstance(value, dict):
        raise Wrong("%s: has to be an object" % where)
    for key, inner in value.items():
        check("%s key" % where, key, str)
        check("%s.%s" % (where, key), inner, schema)


def check_volumes(where, spec):
    """What a schema cannot say: each mount has a volume, each volume is mounted, names are there once."""
    volumes = [volume["name"] for volume in spec.get("volumes", [])]
    containers = spec.get("initContainers", []) + spec["containers"]
    mounted = [mount["name"] for one in containers for mount in one.get("volumeMounts", [])]
    if len(set(volumes)) < len(volumes):
        raise Wrong("%s.volumes: a name is there twice" % where)
    if set(mounted) != set(volumes):
        raise Wrong("%s: volumes %s, mounted %s" % (where, sorted(set(volumes)), sorted(set(mounted))))
    for one in containers:
        paths = [mount["mountPath"] for mount in one.get("volumeMounts", [])]
        if len(set(paths)) < len(paths):
            raise Wrong("%s: %s mounts two volumes in one place" % (where, one["name"]))


def pod_template(document):
    """The metadata and spec of the pod in a document, or None."""
    if document["kind"] == "Pod":
        return document
    if document["kind"] == "Deployment":
        return document["spec"]["template"]
    return None


def check_document(document):
    if not isinstance(document, dict):
        raise Wrong("a document is not an object")
    document = dict(document)
    kind = document.pop("apiVersion", None), document.pop("kind", None)
    if kind not in KINDS:
        raise Wrong("there is no kind %s in %s" % (kind[1], kind[0]))
    metadata = document.pop("metadata", None)
    check(kind[1] + ".metadata", metadata, METADATA)
    where = "%s %s" % (kind[1], metadata["name"])
    if not NAME.match(metadata["name"]):
        raise Wrong("%s: not a name for an object" % where)
    check(where, document, KINDS[kind])
    if kind[1] == "Deployment":
        labels = document["spec"]["template"]["metadata"].get("labels", {})
        wanted = document["spec"]["selector"]["matchLabels"]
        if not wanted.items() <= labels.items():
            raise Wrong("%s: the selector does not match the labels of its own pods" % where)
    template = pod_template({"kind": kind[1], **document})
    if template:
        check_volumes(where, template["spec"])


class Loader(yaml.SafeLoader):
    """YAML in which no key is there twice: the second would silently win."""


def unique_keys(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise Wrong("%s is there twice%s" % (key, node.start_mark))
    return loader.construct_mapping(node, deep=True)


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, unique_keys)


def read(path):
    with open(path, encoding="utf-8") as file:
        return list(yaml.load_all(file, Loader))


def load_compose(path):
    documents = read(path)
    if len(documents) != 1:
        raise Wrong("%s: has to be one document" % path)
    check("Compose", documents[0], COMPOSE)


def load(path):
    """The documents of a manifest, checked."""
    documents = read(path)
    if not documents:
        raise Wrong("%s: there is nothing in it" % path)
    for document in documents:
        check_document(document)
    return documents


def violations(spec):
    """What the restricted Pod Security Standard has against a pod, as its text lists it."""
    pod = spec.get("securityContext", {})
    found = []
    for one in spec.get("initContainers", []) + spec["containers"]:
        own = one.get("securityContext", {})

        def setting(name, own=own):
            return own.get(name, pod.get(name))
        name = one["name"]
        if own.get("allowPrivilegeEscalation") is not False:
            found.append("%s: allowPrivilegeEscalation != false" % name)
        if own.get("privileged"):
            found.append("%s: privileged" % name)
        if "ALL" not in own.get("capabilities", {}).get("drop", []):
            found.append("%s: capabilities.drop has no ALL" % name)
        if set(own.get("capabilities", {}).get("add", [])) - {"NET_BIND_SERVICE"}:
            found.append("%s: capabilities.add" % name)
        if setting("runAsNonRoot") is not True:
            found.append("%s: runAsNonRoot != true" % name)
        if setting("runAsUser") == 0:
            found.append("%s: runAsUser = 0" % name)
        if (setting("seccompProfile") or {}).get("type") not in ("RuntimeDefault", "Localhost"):
            found.append("%s: seccompProfile" % name)
    return found


def violations_in(path):
    templates = [pod_template(document) for document in load(path)]
    return [what for template in templates if template for what in violations(template["spec"])]


def main():
    """manifest.py FILE...: says what is wrong, and exits with 1 then."""
    wrong = []
    for path in sys.argv[1:]:
        try:
            if path.endswith("/compose.yaml"):
                load_compose(path)
            else:
                wrong += ["%s: %s" % (path, what) for what in violations_in(path)]
        except (Wrong, yaml.YAMLError, OSError) as error:
            wrong.append("%s: %s" % (path, error))
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
