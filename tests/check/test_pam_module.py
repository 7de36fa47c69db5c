# SPDX-License-Identifier: MIT
"""NR7: the PAM module and the service that names it."""
import shutil

import pytest
from doctor import LIBRARIES, MODULE, PAM_MODULE, SERVICE, check
from unpacked import elf


def test_nr701_the_pam_module_is_missing_or_cannot_be_loaded(container, pam_modules):
    module = pam_modules(container) / "pam_nonroot.so"
    module.unlink()
    report = check(container)
    assert report.codes == ["NR701"]
    assert "not where libpam looks for its modules" in report["NR701"]["message"]
    module.write_bytes(b"hello\n")
    assert "not a shared library" in check(container)["NR701"]["message"]
    module.write_bytes(elf(4242))
    assert "is for machine 4242" in check(container)["NR701"]["message"]
    shutil.copy(MODULE, module)
    assert check(container).codes == []
    data = PAM_MODULE.read_bytes()
    module.write_bytes(data.replace(b"pam_get_item\0", b"pam_no_item1\0"))
    assert "cannot be loaded (" in check(container)["NR701"]["message"]


def test_nr701_a_module_by_its_path(container, pam_modules):
    (pam_modules(container) / "pam_nonroot.so").rename(container.path / "opt/pam_nonroot.so")
    container.write(
        "etc/pam.d/nonroot", "session [default=ignore success=ok] /opt/pam_nonroot.so local\n"
    )
    assert check(container).codes == []
    container.write("etc/pam.d/nonroot", "session required /srv/pam_nonroot.so local\n")
    assert check(container).codes == ["NR701"]


@pytest.fixture
def common(container):
    """A container with a service for others to include."""
    container.write("etc/pam.d/common", "# session of all\n-session optional pam_nonroot.so\n")
    return container


@pytest.mark.parametrize(
    "text",
    [
        "@include common\n",
        "session include common\n",
        "session\tsubstack common\n",
        "session [success=1 default=ignore] pam_permit.so\n@include  common",
    ],
)
def test_nr702_not_if_another_service_that_is_included_names_the_module(common, text):
    common.write("etc/pam.d/nonroot", text)
    assert check(common).codes == []


@pytest.mark.parametrize(
    "text",
    [
        "@include nonroot\nsession include ../pam.d/common\n",
        "auth include common\n",
        "session [\n",
        "session\n",
        "session include\n",
    ],
)
def test_nr702_a_service_that_includes_no_other_for_its_sessions(common, text):
    common.write("etc/pam.d/nonroot", text)
    assert check(common).codes == ["NR702"]


@pytest.mark.parametrize(
    "text",
    [
        "# session required pam_nonroot.so\nsession required pam_permit.so\n",
        "auth required pam_nonroot.so\n",
        "",
    ],
)
def test_nr702_the_service_does_not_name_the_module(container, text):
    container.write("etc/pam.d/nonroot", text)
    report = check(container)
    assert report.codes == ["NR702"]
    assert report.location("NR702") == ("/etc/pam.d/nonroot", None, None)


def test_nr702_the_service_is_not_readable_for_the_caller(container):
    container.write("etc/pam.d/nonroot", "session required pam_nonroot.so\n", 0o600)
    assert "chmod 644 /etc/pam.d/nonroot" in check(container)["NR702"]["fix"]


def test_nr701_and_nr702_are_found_in_an_image_that_has_the_command(image):
    image.write("usr/bin/nonroot", "")
    assert image.check().codes == ["NR701", "NR702"]
    image.write("etc/pam.d/nonroot", SERVICE)
    assert image.check().codes == ["NR701"]
    image.write(f"{LIBRARIES}/security/pam_nonroot.so", PAM_MODULE.read_bytes())
    assert image.check().codes == []
    image.write(f"{LIBRARIES}/security/pam_nonroot.so", elf(4242))
    assert image.check().codes == ["NR701"]
    (image.path / "usr/bin/nonroot").unlink()
    assert image.check().codes == ["NR701"]
    (image.path / f"{LIBRARIES}/security/pam_nonroot.so").unlink()
    assert image.check().codes == []
