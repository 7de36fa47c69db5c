"""Kubernetes manifests, read strictly: a field that the API does not have, or of another type, is an error.

What the API has is in the models of Kubernetes' own client, which are made from its specification. They are used as
they are, because the client would pass over a field that it does not know.
"""
import re
import sys

import kubernetes.client as api
import yaml


class Wrong(Exception):
    """A manifest that a cluster would refuse, with the place."""


APIS = {"v1": api.CoreV1Api, "apps/v1": api.AppsV1Api}
TYPES = {"str": str, "int": int, "bool": bool, "float": float, "object": object}
# What the specification says in prose only.
VALUES = {
    "imagePullPolicy": {"Always", "IfNotPresent", "Never"}, "restartPolicy": {"Always", "OnFailure", "Never"},
    "protocol": {"TCP", "UDP", "SCTP"}, "medium": {"", "Memory"},
    "fsGroupChangePolicy": {"Always", "OnRootMismatch"},
}
NAME = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?\Z")


def check(where, value, kind):
    """Raises Wrong where value is not of a kind, which is spelled as in the models: dict(str, list[V1Pod])."""
    inner = re.match(r"(?:list\[|dict\(str, )(.*).\Z", kind)
    if kind in TYPES:
        # bool is a kind of int in Python, and not in an API.
        if type(value) is not TYPES[kind] and kind != "object":  # pylint: disable=unidiomatic-typecheck
            raise Wrong("%s: %r has to be of type %s" % (where, value, kind))
    elif kind.startswith("list["):
        if not isinstance(value, list):
            raise Wrong("%s: has to be a list" % where)
        for number, one in enumerate(value):
            check("%s[%d]" % (where, number), one, inner[1])
    elif not isinstance(value, dict):
        raise Wrong("%s: has to be an object" % where)
    elif inner:
        for key, one in value.items():
            check("%s key" % where, key, "str")
            check("%s.%s" % (where, key), one, inner[1])
    else:
        check_object(where, value, getattr(api, kind))


def check_object(where, value, model):
    attributes = {field: attribute for attribute, field in model.attribute_map.items()}
    for field, one in value.items():
        if field not in attributes:
            raise Wrong("%s: there is no field %s" % (where, field))
        check("%s.%s" % (where, field), one, model.openapi_types[attributes[field]])
        if field in VALUES and one not in VALUES[field]:
            raise Wrong("%s.%s: %r is none of %s" % (where, field, one, ", ".join(sorted(VALUES[field]))))
    try:
        model(**{attributes[field]: one for field, one in value.items()})
    except ValueError as missing:
        raise Wrong("%s: %s" % (where, missing)) from None


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
    version, kind = str(document.get("apiVersion")), str(document.get("kind"))
    if not hasattr(APIS.get(version), "create_namespaced_" + re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()):
        raise Wrong("there is no kind %s in %s" % (kind, version))
    name = str((document.get("metadata") or {}).get("name"))
    if not NAME.match(name):
        raise Wrong("%s: %s is not a name for an object" % (kind, name))
    where = "%s %s" % (kind, name)
    check(where, document, "V1" + kind)
    if kind == "Deployment":
        labels = document["spec"]["template"]["metadata"].get("labels", {})
        wanted = document["spec"]["selector"]["matchLabels"]
        if not wanted.items() <= labels.items():
            raise Wrong("%s: the selector does not match the labels of its own pods" % where)
    template = pod_template(document)
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
            wrong += ["%s: %s" % (path, what) for what in violations_in(path)]
        except (Wrong, yaml.YAMLError, OSError) as error:
            wrong.append("%s: %s" % (path, error))
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
