# SPDX-License-Identifier: MIT
"""The names of what a release is made of, as they are in dist/."""
from package.source import RELEASE, VERSION

ARCHITECTURES = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
PACKAGES = ("libnss-nonroot", "libpam-nonroot", "nonroot")


def debs(architecture):
    symbols = [f"{name}-dbgsym" for name in PACKAGES]
    return [f"{name}_{RELEASE}_{architecture}.deb" for name in (*PACKAGES, *symbols, "nonroot-cdi")]


DEBS = [deb for architecture in ARCHITECTURES for deb in debs(architecture)]
SOURCE = [
    f"nonroot_{RELEASE}.dsc",
    f"nonroot_{RELEASE}.debian.tar.xz",
    f"nonroot_{VERSION}.orig.tar.xz",
]
ARCHIVE = f"nonroot-{VERSION}.tar.xz"
IMAGE = f"nonroot-{VERSION}.oci.tar"
LISTS = {arch: f"nonroot-{VERSION}-{arch}.spdx.json" for arch in ARCHITECTURES}
FILES = [*DEBS, *SOURCE, ARCHIVE, IMAGE, *LISTS.values()]

# The repository. What only a signed one has is not among them.
SUITE = "apt/dists/stable"
INDICES = [f"main/binary-{arch}/Packages" for arch in ARCHITECTURES] + ["main/source/Sources"]
REPOSITORY = [
    *(f"apt/pool/main/n/nonroot/{name}" for name in (*DEBS, *SOURCE)),
    *(f"{SUITE}/{name}{packed}" for name in INDICES for packed in ("", ".xz")),
    f"{SUITE}/Release",
]
# What is written of a signature differs with each.
SIGNATURES = [f"{SUITE}/InRelease", f"{SUITE}/Release.gpg", "apt/nonroot.asc", "SHA256SUMS.asc"]


def in_image(architecture):
    """The files of the image, and of the one that the Containerfile makes."""
    packages = [f"{name}_{RELEASE}_{architecture}.deb" for name in PACKAGES]
    others = ["LICENSE", "libnss_nonroot.so.2", "nonroot", "nonroot.spdx.json", "pam_nonroot.so"]
    return sorted(packages + others)
