# SPDX-License-Identifier: MIT
"""No input makes a reader of what others write break a promise.

libFuzzer looks for one, FUZZ_SECONDS for each reader. What it learns stays in build/fuzz/corpus; an
input that breaks a promise is kept beside it. `make fuzz-programs` builds what is run."""
import os
import pathlib
import re
import subprocess
import tempfile

import pytest
from worlds import BUILD, TOP, need

HERE = TOP / "tests/fuzz"
READERS = sorted(path.stem.partition("_")[2] for path in HERE.glob("fuzz_*.c"))
SECONDS = os.environ.get("FUZZ_SECONDS", "10")
# Leaks are looked for by ptrace(2), which containers forbid.
OPTIONS = {"ASAN_OPTIONS": "detect_leaks=0"}
# One file is written for each input: in memory if there is such a file system.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"


def seeds(reader):
    """Directories of inputs; what is learnt goes to the first."""
    learnt = BUILD / "fuzz/corpus" / reader
    learnt.mkdir(parents=True, exist_ok=True)
    written = HERE / "seeds" / reader
    return [learnt, written] if written.exists() else [learnt]


def need_fuzzer():
    need("clang")
    said = subprocess.run(["clang", "-print-runtime-dir"], stdout=subprocess.PIPE, text=True)
    if not any(pathlib.Path(said.stdout.strip()).glob("libclang_rt.fuzzer*")):
        version = re.search(r"/clang/(\d+)", said.stdout)[1]
        pytest.skip("libFuzzer is missing: apt-get install libclang-rt-%s-dev" % version)


@pytest.mark.parametrize("reader", READERS)
def test_no_input_breaks_a_promise(reader):
    program = BUILD / "fuzz" / f"fuzz_{reader}"
    if not program.exists():
        need_fuzzer()
    with tempfile.TemporaryDirectory(prefix="nonroot-tests-", dir=MEMORY) as scratch:
        done = subprocess.run(
            [
                program,
                f"-max_total_time={SECONDS}",
                "-timeout=10",
                "-max_len=8192",
                "-print_final_stats=1",
                f"-dict={HERE / reader}.dict",
                f"-artifact_prefix={BUILD}/fuzz/broken-{reader}-",
                *seeds(reader),
            ],
            env={**os.environ, **OPTIONS, "TMPDIR": scratch},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
        )
    print(*done.stdout.splitlines()[-40:], sep="\n")
    kept = re.findall(r"Test unit written to (.*)", done.stdout)
    assert kept == []
    assert done.returncode == 0
    assert "number_of_executed_units" in done.stdout
