# SPDX-License-Identifier: MIT
"""The cluster that `kubectl` and `oc` of the examples ask: a kubelet behind each.

    apply -f FILE    delete -f FILE    exec NAME [-c CONTAINER] -- COMMAND...
    rollout status deploy/NAME    wait --for=condition=Ready pod/NAME
"""
import json
import os
import socketserver
import threading

import grpc
import yaml
from kubelet import Refused, manifest

SOCKET = "/run/cluster.sock"


def do(kubelet, cwd, arguments):
    """The exit status of a command, and what it prints to its two outputs."""
    match arguments:
        case ["apply", "-f", file]:
            return (
                0,
                "".join(name + " created\n" for name in kubelet.apply(os.path.join(cwd, file))),
                "",
            )
        case ["delete", "-f", file]:
            return (
                0,
                "".join(name + " deleted\n" for name in kubelet.delete(os.path.join(cwd, file))),
                "",
            )
        case ["exec", target, "--", *command] | ["exec", target, "-c", _, "--", *command]:
            name = arguments[3] if arguments[2] == "-c" else None
            done = kubelet.pod(target).execute(command, name)
            return done.exit_code, done.stdout.decode(), done.stderr.decode()
        case ["rollout", "status", target]:
            kubelet.wait(target)
            return 0, 'deployment "%s" successfully rolled out\n' % target.rpartition("/")[2], ""
        case ["wait", "--for=condition=Ready", target]:
            kubelet.wait(target)
            return 0, "%s condition met\n" % target, ""
    raise Refused("this cluster does not know: " + " ".join(arguments))


def answer(kubelets, request):
    name, cwd, arguments = json.loads(request)
    try:
        return do(kubelets[name], cwd, arguments)
    except (Refused, manifest.Wrong, yaml.YAMLError, OSError, TimeoutError) as error:
        return 1, "", "error: %s\n" % error
    except grpc.RpcError as error:
        return 1, "", "error: %s\n" % error.details()


class Cluster:
    """`with Cluster(machine, {"kubectl": kubelet}):` answers commands that are run in the machine."""

    def __init__(self, machine, kubelets):
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(json.dumps(answer(kubelets, self.rfile.readline())).encode())

        path = "/proc/%d/root%s" % (machine.pid, SOCKET)
        self.server = socketserver.ThreadingUnixStreamServer(path, Handler)
        os.chmod(path, 0o666)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
