# SPDX-License-Identifier: MIT
"""OpenShift, as far as a container sees it: Podman runs the pods, which adds a line for the uid to
/etc/passwd as CRI-O does, and the ids are those of a project."""
import copy
import json
import subprocess

from containerd import cri
from kubelet import Kubelet, Pod, Refused

ASK_HTTP = """exec 3<>/dev/tcp/localhost/%d
printf 'GET %s HTTP/1.0\\r\\n\\r\\n' >&3
grep -q ' 200 OK' <&3"""
PROJECT_UID = 1000650000  # the first of the range that a project has


class OpenShiftPod(Pod):
    """A pod of one container, run by `podman kube play`, with the volumes of a kubelet."""

    def start(self, runtime=""):
        self.make_volumes()
        container = copy.deepcopy(self.spec["containers"][0])
        self.engine.pull(container["image"])
        for key in ("readinessProbe", "ports", "imagePullPolicy"):
            container.pop(key, None)
        mounts, volumes = [], []
        for mount in map(self.mount, container.get("volumeMounts", [])):
            name = "v%d" % len(volumes)
            volumes.append({"name": name, "hostPath": {"path": mount.host_path}})
            mounts.append(
                {"name": name, "mountPath": mount.container_path, "readOnly": mount.readonly}
            )
        container["volumeMounts"] = mounts
        context = {
            **self.context,
            "runAsGroup": self.context.get("runAsGroup", 0),
            "supplementalGroups": self.groups(),
        }
        context.pop("fsGroup", None)
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": self.name},
            "spec": {
                "restartPolicy": "Never",
                "securityContext": context,
                "containers": [container],
                "volumes": volumes,
            },
        }
        (self.directory / "pod.json").write_text(json.dumps(pod))
        self.engine("kube", "play", str(self.directory / "pod.json"))
        self.sandbox = "%s-%s" % (self.name, container["name"])
        return self

    def remove(self):
        self.engine("pod", "rm", "--force", "--time", "0", self.name)
        subprocess.run(["rm", "-rf", str(self.directory)], check=True)

    def execute(self, command, name=None):
        done = self.engine.run(
            "exec",
            self.sandbox,
            *command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=False
        )
        return cri.ExecSyncResponse(
            stdout=done.stdout, stderr=done.stderr, exit_code=done.returncode
        )

    def ended(self, name):
        return (
            self.engine("inspect", "--format", "{{.State.Status}}", self.sandbox).strip()
            != "running"
        )

    def logs(self, name):
        return self.engine("logs", self.sandbox)

    def probe_succeeds(self, name, probe):
        if "exec" in probe:
            return super().probe_succeeds(name, probe)
        asked = probe["httpGet"]
        return (
            self.execute(
                ["bash", "-c", ASK_HTTP % (asked["port"], asked.get("path", "/"))]
            ).exit_code
            == 0
        )


class OpenShift(Kubelet):
    """restricted-v2: the uid and fsGroup of a pod are those of its project, gid 0."""

    kind = OpenShiftPod

    def __init__(self, podman):
        super().__init__(podman)
        self.directory = podman.machine.scratch / "openshift"

    def run(self, name, spec, objects=None, runtime=""):
        spec = copy.deepcopy(spec)
        context = spec.setdefault("securityContext", {})
        for key in ("runAsUser", "fsGroup"):
            if context.setdefault(key, PROJECT_UID) != PROJECT_UID:
                raise Refused(
                    "unable to validate against any security context constraint: %s" % key
                )
        return super().run(name, spec, objects, runtime)
