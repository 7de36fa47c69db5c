"""A cluster of one machine for the examples: `kubectl` (containerd) and `oc` (OpenShift, CRI-O).

usage: cluster.py kubectl|oc COMMAND...
    apply -f FILE    delete -f FILE    exec NAME -- COMMAND...
    rollout status deploy/NAME    wait --for=condition=Ready pod/NAME

The pods are run by `podman kube play`. What it leaves out is done here before, as a kubelet does it: fsGroup, the
files of a ConfigMap, subPath, init containers in their order, the values of a Secret, readiness. And so are the
habits of the two runtimes: podman would add a line for the uid to /etc/passwd, containerd does not, and CRI-O
adds another one.
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import manifest  # noqa: E402 pylint: disable=wrong-import-position

STORE, SCRATCH = os.environ["EXAMPLES_STORE"], os.environ["EXAMPLES_SCRATCH"]
PODS = pathlib.Path(SCRATCH) / "pods"
CLAIMS = pathlib.Path(SCRATCH) / "claims"  # the volumes that there are, made by the tests
OPENSHIFT_UID = 1000650000  # the first of the range that a project has there
PATIENCE = 60


def die(text):
    sys.stderr.write("error: %s\n" % text)
    sys.exit(1)


def podman(*arguments, **options):
    return subprocess.run(["podman", "--root", STORE + "/root", "--runroot", SCRATCH + "/runroot", *arguments],
                          check=False, text=True, **options)


def ask_podman(*arguments):
    done = podman(*arguments, capture_output=True)
    if done.returncode:
        die("podman %s: %s" % (" ".join(arguments), done.stderr.strip()))
    return done.stdout


# --- what the cluster decides before a pod is made ---


def admit(spec, platform):
    """The restricted Pod Security Standard, and on OpenShift the ids that restricted-v2 gives."""
    if platform == "oc":
        context = spec.setdefault("securityContext", {})
        for key in ("runAsUser", "fsGroup"):
            if context.setdefault(key, OPENSHIFT_UID) != OPENSHIFT_UID:
                die('pods is forbidden: unable to validate against any security context constraint: '
                    '%s: must be in the range of the project' % key)
    found = manifest.violations(spec)
    if found:
        die('pods is forbidden: violates PodSecurity "restricted:latest": ' + "; ".join(found))


def ids(spec):
    """The uid and gid of a pod; the examples set them for the pod, not for a container."""
    context = spec["securityContext"]
    return context["runAsUser"], context.get("runAsGroup", 0)


# --- volumes ---


def give_to_group(path, spec):
    group = spec["securityContext"].get("fsGroup")
    if group is not None:
        os.chown(path, 0, group)
        os.chmod(path, path.stat().st_mode & 0o777 | (0o2070 if path.is_dir() else 0o060))


def make_empty_dir(path, spec):
    path.mkdir()
    path.chmod(0o777)
    give_to_group(path, spec)


def make_config_map(path, data):
    """Root's files, reached over links, so that all can be replaced at once."""
    version = path / "..2026_01_01_00_00_00.1"
    version.mkdir(parents=True)
    for key, text in data.items():
        (version / key).write_text(text, encoding="utf-8")
        (version / key).chmod(0o644)
        (path / key).symlink_to("..data/" + key)
    (path / "..data").symlink_to(version.name)


def make_volumes(directory, spec, objects):
    for volume in spec.get("volumes", []):
        path = directory / volume["name"]
        if "persistentVolumeClaim" in volume:
            path.symlink_to(CLAIMS / volume["persistentVolumeClaim"]["claimName"])
            for inner in [path.resolve(), *path.resolve().rglob("*")]:
                give_to_group(inner, spec)
        elif "configMap" in volume:
            make_config_map(path, objects["ConfigMap", volume["configMap"]["name"]]["data"])
        else:
            make_empty_dir(path, spec)


def mount_of(directory, mount):
    """A mount for podman: the volume, or what subPath names in it, as it is at this moment."""
    source = (directory / mount["name"] / mount.get("subPath", "")).resolve()
    if not source.exists():
        die("%s is not in the volume %s" % (mount["subPath"], mount["name"]))
    return {"source": str(source), "path": mount["mountPath"], "readOnly": mount.get("readOnly", False)}


# --- runtimes ---


def image_files(image, names, directory):
    """Copies of files of an image."""
    root = pathlib.Path(ask_podman("image", "mount", image).strip())
    for name in names:
        (directory / name).write_bytes((root / "etc" / name).read_bytes())
    ask_podman("image", "umount", image)


def local_files(container, spec, directory, platform):
    """The image's own passwd and group, as mounts, for podman to leave alone; with CRI-O's line."""
    directory = directory / (".etc." + container["name"])
    directory.mkdir()
    image_files(container["image"], ("passwd", "group"), directory)
    if platform == "oc":
        uid, gid = ids(spec)
        settings = json.loads(ask_podman("image", "inspect", container["image"]))[0]["Config"]
        home = dict(one.split("=", 1) for one in settings.get("Env", [])).get("HOME", "/")
        if ":x:%d:" % uid not in (directory / "passwd").read_text():
            with open(directory / "passwd", "a", encoding="utf-8") as file:
                file.write("%d:x:%d:%d:%d user:%s:/sbin/nologin\n" % (uid, uid, gid, uid, home))
    return [{"source": str(directory / name), "path": "/etc/" + name, "readOnly": False}
            for name in ("passwd", "group")]


# --- pods ---


def environment(container, objects):
    found = []
    for one in container.get("env", []):
        if "valueFrom" in one:
            key = one["valueFrom"]["secretKeyRef"]
            found.append({"name": one["name"], "value": objects["Secret", key["name"]]["stringData"][key["key"]]})
        else:
            found.append(one)
    return found


def playable(name, spec, container, mounts):
    """A pod with this one container that `podman kube play` can run as it stands."""
    container, context = copy.deepcopy(container), copy.deepcopy(spec["securityContext"])
    container.pop("readinessProbe", None)
    container.pop("ports", None)
    container.pop("imagePullPolicy", None)
    container["volumeMounts"], volumes = [], []
    for number, mount in enumerate(mounts):
        volume = "v%d" % number
        container["volumeMounts"].append({"name": volume, "mountPath": mount["path"], "readOnly": mount["readOnly"]})
        volumes.append({"name": volume, "hostPath": {"path": mount["source"]}})
    group = context.pop("fsGroup", None)
    context["runAsUser"], context["runAsGroup"] = ids(spec)
    context["supplementalGroups"] = context.get("supplementalGroups", []) + ([group] if group is not None else [])
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {"restartPolicy": "Never", "securityContext": context, "containers": [container],
                     "volumes": volumes}}


def play(directory, pod):
    path = directory / (".%s.json" % pod["metadata"]["name"])
    path.write_text(json.dumps(pod), encoding="utf-8")
    ask_podman("kube", "play", "--network", "none", str(path))


def run_container(name, spec, container, directory, platform, objects):
    container = dict(container, env=environment(container, objects))
    mounts = [mount_of(directory, mount) for mount in container.get("volumeMounts", [])]
    mounts += local_files(container, spec, directory, platform)
    play(directory, playable(name, spec, container, mounts))
    return "%s-%s" % (name, container["name"])


def run_pod(name, spec, platform, objects):
    admit(spec, platform)
    directory = PODS / name
    directory.mkdir(parents=True)
    make_volumes(directory, spec, objects)
    for container in spec.get("initContainers", []):
        done = run_container("%s-init" % name, spec, container, directory, platform, objects)
        status = ask_podman("wait", done).strip()
        if status != "0":
            die("the init container %s ended with %s: %s" % (container["name"], status, ask_podman("logs", done)))
        ask_podman("pod", "rm", "--force", "%s-init" % name)
    if len(spec["containers"]) != 1:
        die("pods of more than one container are not for this cluster")
    container = spec["containers"][0]
    probe = container.get("readinessProbe")
    state = {"container": run_container(name, spec, container, directory, platform, objects), "probe": probe}
    (directory / ".state").write_text(json.dumps(state), encoding="utf-8")


def state_of(target):
    kind, _, name = target.rpartition("/")
    path = PODS / name / ".state"
    if kind not in ("", "pod", "deploy") or not path.exists():
        die('%s "%s" not found' % (kind or "pods", name))
    return json.loads(path.read_text())


# --- readiness ---


def http_answers(container, probe):
    """Asks from within the network of the container, as a kubelet asks from without."""
    pid = ask_podman("inspect", "--format", "{{.State.Pid}}", container).strip()
    url = "http://127.0.0.1:%d%s" % (probe["port"], probe.get("path", "/"))
    code = "import sys, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=5)"
    return subprocess.run(["nsenter", "--target", pid, "--net", sys.executable, "-c", code, url], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def is_ready(state):
    container, probe = state["container"], state["probe"]
    if ask_podman("inspect", "--format", "{{.State.Status}}", container).strip() != "running":
        die("the container ended: " + podman("logs", container, stdout=subprocess.PIPE,
                                             stderr=subprocess.STDOUT).stdout)
    if not probe:
        return True
    if "httpGet" in probe:
        return http_answers(container, probe["httpGet"])
    return podman("exec", container, *probe["exec"]["command"], capture_output=True).returncode == 0


def wait_until_ready(target):
    state = state_of(target)
    for _ in range(PATIENCE * 5):
        if is_ready(state):
            return
        time.sleep(0.2)
    die("timed out waiting for the condition on " + target)


# --- commands ---


def apply(path, platform):
    documents = manifest.load(path)
    objects = {(one["kind"], one["metadata"]["name"]): one for one in documents}
    for (kind, name), document in objects.items():
        template = manifest.pod_template(document)
        if template:
            run_pod(name, template["spec"], platform, objects)
        print("%s/%s created" % (kind.lower(), name))


def delete(path):
    for document in manifest.load(path):
        name = document["metadata"]["name"]
        if manifest.pod_template(document):
            ask_podman("pod", "rm", "--force", "--time", "0", name)
            subprocess.run(["rm", "-rf", str(PODS / name)], check=True)
        print('%s "%s" deleted' % (document["kind"].lower(), name))


def main(arguments):
    platform = arguments[0]
    match arguments[1:]:
        case ["apply", "-f", path]:
            apply(path, platform)
        case ["delete", "-f", path]:
            delete(path)
        case ["exec", target, "--", *command]:
            sys.exit(podman("exec", state_of(target)["container"], *command).returncode)
        case ["rollout", "status", target]:
            wait_until_ready(target)
            print('deployment "%s" successfully rolled out' % target.partition("/")[2])
        case ["wait", "--for=condition=Ready", target]:
            wait_until_ready(target)
            print("%s condition met" % target)
        case _:
            die("this cluster does not know: " + " ".join(arguments))


try:
    main(sys.argv[1:])
except manifest.Wrong as wrong:
    die(str(wrong))
