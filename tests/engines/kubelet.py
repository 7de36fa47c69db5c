# SPDX-License-Identifier: MIT
"""What a kubelet does with the Pods and Deployments of a manifest, by the CRI of a real containerd.

Volumes are made as it makes them: an emptyDir of mode 0777, the files of a ConfigMap or a Secret
behind links and read-only, what fsGroup owns, subPath by what it names at that moment.
"""
import base64
import os
import subprocess
import uuid

import manifest
from containerd import cri
from worlds.engine import until

PATIENCE = 60
MASKED = [
    "/proc/acpi",
    "/proc/asound",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
]
READONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
ASK_HTTP = """import sys, urllib.request as u
u.build_opener(u.ProxyHandler({})).open(sys.argv[1], timeout=5)"""


class Refused(Exception):
    """What somebody hears who asks for what cannot be."""


def number(value):
    return None if value is None else cri.Int64Value(value=value)


def seccomp(context):
    kind = (context.get("seccompProfile") or {}).get("type", "Unconfined")
    return cri.SecurityProfile(profile_type=cri.SecurityProfile.ProfileType.Value(kind))


class Pod:
    """A pod: its sandbox, its volumes and its containers by name."""

    def __init__(self, engine, name, spec, objects, directory, claims):
        self.engine, self.runtime = engine, getattr(engine, "runtime", None)
        self.name, self.spec, self.objects = name, spec, objects
        self.context = spec.get("securityContext", {})
        self.uid = str(uuid.uuid4())
        self.directory = directory / self.uid
        self.claims, self.containers, self.sandbox = claims, {}, None
        self.config = self.sandbox_config()

    def groups(self):
        group = self.context.get("fsGroup")
        return ([] if group is None else [group]) + self.context.get("supplementalGroups", [])

    def pid_mode(self):
        if self.spec.get("hostPID"):
            return cri.NODE
        return cri.POD if self.spec.get("shareProcessNamespace") else cri.CONTAINER

    def sandbox_config(self):
        return cri.PodSandboxConfig(
            metadata=cri.PodSandboxMetadata(name=self.name, uid=self.uid, namespace="default"),
            hostname=self.name,
            log_directory=str(self.directory / "logs"),
            linux=cri.LinuxPodSandboxConfig(
                cgroup_parent="/" + self.engine.machine.cgroup,
                security_context=cri.LinuxSandboxSecurityContext(
                    namespace_options=cri.NamespaceOption(pid=self.pid_mode()),
                    run_as_user=number(self.context.get("runAsUser")),
                    run_as_group=number(self.context.get("runAsGroup")),
                    supplemental_groups=self.groups(),
                    seccomp=cri.SecurityProfile(),
                ),
            ),
        )

    def start(self, runtime=""):
        self.make_volumes()
        request = cri.RunPodSandboxRequest(config=self.config, runtime_handler=runtime)
        self.sandbox = self.runtime.RunPodSandbox(request).pod_sandbox_id
        for container in self.spec.get("initContainers", []):
            self.run(container)
            status = until(
                lambda name=container["name"]: self.ended(name), PATIENCE, container["name"]
            )
            if status.exit_code:
                raise Refused(
                    "the init container %s ended with %d: %s"
                    % (container["name"], status.exit_code, self.logs(container["name"]))
                )
        for container in self.spec["containers"]:
            self.run(container)
        return self

    def remove(self):
        if self.sandbox:
            self.runtime.StopPodSandbox(cri.StopPodSandboxRequest(pod_sandbox_id=self.sandbox))
            self.runtime.RemovePodSandbox(cri.RemovePodSandboxRequest(pod_sandbox_id=self.sandbox))
        subprocess.run(["rm", "-rf", str(self.directory)], check=True)

    # --- volumes ---

    def give_to_group(self, path, mask, mask_of_directory):
        group = self.context.get("fsGroup")
        if group is not None and not path.is_symlink():
            os.chown(path, 0, group)
            path.chmod(
                path.stat().st_mode & 0o7777 | (mask_of_directory if path.is_dir() else mask)
            )

    def make_empty_dir(self, path, _):
        path.mkdir()
        path.chmod(0o777)
        self.give_to_group(path, 0o660, 0o2770)

    def make_files(self, path, data):
        """Root's files, reached over links, so that all can be replaced at once."""
        version = path / "..2026_01_01_00_00_00.1"
        version.mkdir(parents=True)
        for key, content in data.items():
            (version / key).write_bytes(content)
            (version / key).chmod(0o644)
            (path / key).symlink_to("..data/" + key)
        (path / "..data").symlink_to(version.name)
        for made in [path, *path.rglob("*")]:
            self.give_to_group(made, 0o440, 0o2550)

    def content(self, kind, name):
        found = self.objects[kind, name]
        data = {key: text.encode() for key, text in found.get("stringData", {}).items()}
        for key, text in found.get("data", {}).items():
            data[key] = base64.b64decode(text) if kind == "Secret" else text.encode()
        return data

    def make_volumes(self):
        (self.directory / "logs").mkdir(parents=True)
        (self.directory / "volumes").mkdir()
        for volume in self.spec.get("volumes", []):
            path = self.directory / "volumes" / volume["name"]
            if "configMap" in volume:
                self.make_files(path, self.content("ConfigMap", volume["configMap"]["name"]))
            elif "secret" in volume:
                self.make_files(path, self.content("Secret", volume["secret"]["secretName"]))
            elif "persistentVolumeClaim" in volume:
                path.symlink_to(self.claims / volume["persistentVolumeClaim"]["claimName"])
                for inner in [path.resolve(), *path.resolve().rglob("*")]:
                    self.give_to_group(inner, 0o660, 0o2770)
            elif "emptyDir" in volume:
                self.make_empty_dir(path, volume)
            else:
                raise Refused("volume %s: of a kind that is not known here" % volume["name"])

    def mount(self, mount):
        source = (self.directory / "volumes" / mount["name"] / mount.get("subPath", "")).resolve()
        if not source.exists():
            raise Refused("%s is not in the volume %s" % (mount["subPath"], mount["name"]))
        volume = next(one for one in self.spec["volumes"] if one["name"] == mount["name"])
        readonly = mount.get("readOnly", False) or "configMap" in volume or "secret" in volume
        return cri.Mount(
            container_path=mount["mountPath"], host_path=str(source), readonly=readonly
        )

    # --- containers ---

    def environment(self, container):
        for one in container.get("env", []):
            value = one.get("value", "")
            if "valueFrom" in one:
                key = one["valueFrom"]["secretKeyRef"]
                value = self.content("Secret", key["name"])[key["key"]].decode()
            yield cri.KeyValue(key=one["name"], value=value)

    def container_context(self, container, target):
        own = container.get("securityContext", {})
        both = {**self.context, **own}
        namespaces = cri.NamespaceOption(pid=self.pid_mode())
        if target:
            namespaces = cri.NamespaceOption(pid=cri.TARGET, target_id=self.containers[target])
        return cri.LinuxContainerSecurityContext(
            capabilities=cri.Capability(
                drop_capabilities=own.get("capabilities", {}).get("drop", [])
            ),
            namespace_options=namespaces,
            run_as_user=number(both.get("runAsUser")),
            run_as_group=number(both.get("runAsGroup")),
            readonly_rootfs=own.get("readOnlyRootFilesystem", False),
            supplemental_groups=self.groups(),
            no_new_privs=own.get("allowPrivilegeEscalation") is False,
            masked_paths=MASKED,
            readonly_paths=READONLY,
            seccomp=seccomp(both),
        )

    def run(self, container, target=None):
        """Starts a container of the pod; an ephemeral one joins the processes of its target."""
        self.engine.pull(container["image"])
        config = cri.ContainerConfig(
            metadata=cri.ContainerMetadata(name=container["name"]),
            image=cri.ImageSpec(image=container["image"]),
            command=container.get("command", []),
            args=container.get("args", []),
            envs=self.environment(container),
            mounts=[self.mount(mount) for mount in container.get("volumeMounts", [])],
            log_path=container["name"] + ".log",
            linux=cri.LinuxContainerConfig(
                security_context=self.container_context(container, target)
            ),
        )
        made = self.runtime.CreateContainer(
            cri.CreateContainerRequest(
                pod_sandbox_id=self.sandbox, config=config, sandbox_config=self.config
            )
        ).container_id
        self.containers[container["name"]] = made
        self.runtime.StartContainer(cri.StartContainerRequest(container_id=made))

    def status(self, name):
        return self.runtime.ContainerStatus(
            cri.ContainerStatusRequest(container_id=self.containers[name])
        ).status

    def ended(self, name):
        status = self.status(name)
        return status if status.state == cri.EXITED else None

    def logs(self, name):
        """What a container has printed: each line follows a time, a stream and a tag."""
        lines = (self.directory / "logs" / (name + ".log")).read_text(errors="replace").splitlines()
        return "\n".join(line.split(" ", 3)[3] for line in lines)

    def execute(self, command, name=None):
        name = name or self.spec["containers"][0]["name"]
        return self.runtime.ExecSync(
            cri.ExecSyncRequest(container_id=self.containers[name], cmd=command, timeout=60)
        )

    def says(self, *command, name=None):
        """All that a command prints."""
        done = self.execute(command, name)
        return (done.stdout + done.stderr).decode()

    # --- readiness ---

    def probe_succeeds(self, name, probe):
        if "exec" in probe:
            return self.execute(probe["exec"]["command"], name).exit_code == 0
        asked = cri.PodSandboxStatusRequest(pod_sandbox_id=self.sandbox)
        address = self.runtime.PodSandboxStatus(asked).status.network.ip
        url = "http://%s:%d%s" % (
            address,
            probe["httpGet"]["port"],
            probe["httpGet"].get("path", "/"),
        )
        return self.engine.machine.run(["/usr/bin/python3", "-c", ASK_HTTP, url]).returncode == 0

    def ready(self):
        for container in self.spec["containers"]:
            name, probe = container["name"], container.get("readinessProbe")
            if self.ended(name):
                raise Refused("the container %s ended: %s" % (name, self.logs(name)))
            if probe and not self.probe_succeeds(name, probe):
                return False
        return True


class Kubelet:
    """A node with one containerd; pods have the names of their Deployments."""

    kind = Pod

    def __init__(self, engine):
        self.engine = engine
        self.directory = engine.machine.scratch / "pods"
        self.claims = (
            engine.machine.scratch / "claims"
        )  # the volumes that there are, made by the tests
        self.pods = {}

    def apply(self, path, runtime=""):
        """Starts what a manifest has, once it is validated, and gives the names of its objects."""
        documents = manifest.load(path)
        objects = {(one["kind"], one["metadata"]["name"]): one for one in documents}
        for (_, name), document in objects.items():
            template = manifest.pod_template(document)
            if template:
                self.run(name, template["spec"], objects, runtime)
        return ["%s/%s" % (kind.lower(), name) for kind, name in objects]

    def run(self, name, spec, objects=None, runtime=""):
        """Starts a pod; objects are its ConfigMaps and Secrets."""
        manifest.check_document(
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        )
        pod = self.pods[name] = self.kind(
            self.engine, name, spec, objects or {}, self.directory, self.claims
        )
        try:
            return pod.start(runtime)
        except BaseException:
            self.remove(name)
            raise

    def remove(self, name):
        self.pods.pop(name).remove()

    def delete(self, path):
        """Removes what a manifest has."""
        documents = manifest.load(path)
        for document in documents:
            if manifest.pod_template(document):
                self.remove(document["metadata"]["name"])
        return ['%s "%s"' % (one["kind"].lower(), one["metadata"]["name"]) for one in documents]

    def pod(self, target):
        """A pod by its name, as NAME, pod/NAME or deploy/NAME."""
        kind, _, name = target.rpartition("/")
        if kind not in ("", "pod", "deploy") or name not in self.pods:
            raise Refused('%s "%s" not found' % (kind or "pods", name))
        return self.pods[name]

    def wait(self, target):
        pod = self.pod(target)
        until(pod.ready, PATIENCE, target + " is ready")
        return pod
