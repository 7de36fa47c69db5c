# SPDX-License-Identifier: MIT
"""The lists of what is inside the image: SPDX 2.3, by its clauses 6, 7, 8 and 11."""
import hashlib
import json
import re

import pytest

from package.source import DIST, VERSION
from release.parts import ARCHITECTURES, LISTS, PACKAGES
from worlds import TOP

pytestmark = pytest.mark.root

# What has to be there.
DOCUMENT = {
    "spdxVersion": str,
    "dataLicense": str,
    "SPDXID": str,
    "name": str,
    "documentNamespace": str,
    "creationInfo": dict,
    "packages": list,
    "files": list,
    "relationships": list,
}
CREATION = {"created": str, "creators": list}
ITEMS = {
    "packages": {"SPDXID": str, "name": str, "downloadLocation": str, "filesAnalyzed": bool},
    "files": {"SPDXID": str, "fileName": str, "checksums": list},
    "relationships": {"spdxElementId": str, "relationshipType": str, "relatedSpdxElement": str},
}
LENGTHS = {"SHA1": 40, "SHA256": 64}


@pytest.fixture(scope="module", params=ARCHITECTURES)
def architecture(request):
    return request.param


@pytest.fixture(scope="module")
def document(architecture):
    return json.loads((DIST / LISTS[architecture]).read_text())


@pytest.fixture(scope="module")
def ours(document):
    return [package for package in document["packages"] if "packageFileName" in package]


def lacking(item, form):
    return [key for key, kind in form.items() if not isinstance(item.get(key), kind)]


def has_sums_of(item, path):
    content = path.read_bytes()
    for one in item["checksums"]:
        found = hashlib.new(one["algorithm"], content).hexdigest()
        assert one["checksumValue"] == found, path


def test_the_document_has_what_it_has_to(document):
    assert lacking(document, DOCUMENT) == []
    assert lacking(document["creationInfo"], CREATION) == []


@pytest.mark.parametrize("kind", ITEMS)
def test_each_item_has_what_it_has_to(document, kind):
    assert document[kind] != []
    for item in document[kind]:
        assert lacking(item, ITEMS[kind]) == [], item


def test_it_is_spdx_2_3(document):
    assert document["spdxVersion"] == "SPDX-2.3"


def test_the_list_itself_is_free_for_all(document):
    assert document["dataLicense"] == "CC0-1.0"


def test_its_namespace_is_an_address_without_fragment(document):
    assert re.fullmatch(r"https://[^#\s]+", document["documentNamespace"])


def test_it_says_when_and_by_what_it_was_made(document):
    created = document["creationInfo"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created["created"])
    for creator in created["creators"]:
        assert re.match("(Person|Organization|Tool): .", creator)


def test_each_checksum_has_its_form(document):
    items = document["packages"] + document["files"]
    sums = [one for item in items for one in item.get("checksums", [])]
    assert sums != []
    for one in sums:
        assert re.fullmatch("[0-9a-f]{%d}" % LENGTHS[one["algorithm"]], one["checksumValue"]), one


def test_each_file_has_a_sha1(document):
    for file in document["files"]:
        assert "SHA1" in [one["algorithm"] for one in file["checksums"]], file


def ids_of(document):
    items = document["packages"] + document["files"]
    return [document["SPDXID"]] + [item["SPDXID"] for item in items]


def test_each_id_is_there_once(document):
    ids = ids_of(document)
    assert len(set(ids)) == len(ids)
    for one in ids:
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", one)


def test_each_relationship_is_between_what_is_there(document):
    ids = ids_of(document)
    for one in document["relationships"]:
        assert one["relationshipType"] in ("DESCRIBES", "DEPENDS_ON", "CONTAINS"), one
        assert one["spdxElementId"] in ids, one
        assert one["relatedSpdxElement"] in ids, one


def test_it_lists_our_packages_of_this_version_with_the_right_checksums(ours):
    assert sorted(package["name"] for package in ours) == sorted(PACKAGES)
    for package in ours:
        assert package["versionInfo"].split("-")[0] == VERSION
        has_sums_of(package, DIST / package["packageFileName"])


def test_it_lists_the_other_files_with_the_right_checksums(document, architecture, unpacked):
    root = unpacked(architecture)
    (nss,) = root.glob("usr/lib/*/libnss_nonroot.so.2")
    (pam,) = root.glob("usr/lib/*/security/pam_nonroot.so")
    paths = {path.name: path for path in (root / "usr/bin/nonroot", nss, pam, TOP / "LICENSE")}
    files = {file["fileName"].rpartition("/")[2]: file for file in document["files"]}
    assert sorted(files) == sorted(paths)
    for name, path in paths.items():
        has_sums_of(files[name], path)


def test_it_describes_all_of_them(document, ours):
    relations = [one for one in document["relationships"] if one["relationshipType"] == "DESCRIBES"]
    described = {one["relatedSpdxElement"] for one in relations}
    assert described == {item["SPDXID"] for item in ours + document["files"]}


def test_the_c_library_is_among_what_is_needed(document):
    assert "libc6" in [package["name"] for package in document["packages"]]
