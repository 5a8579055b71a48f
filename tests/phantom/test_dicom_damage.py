from itertools import pairwise

import numpy as np
import pydicom
import pytest

from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.phantom.dicom_damage import damage, elements


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    image = PhantomImage(np.ones((2, 32, 32)), np.eye(4), "t2", repetition_time=3000, echo_time=90)
    return write_study([image], tmp_path_factory.mktemp("whole"), vendor="siemens_xa")[0]


def test_elements_cover_the_file(whole):
    data = whole.read_bytes()
    found = elements(data)
    dataset = pydicom.dcmread(whole)
    tags = [int(each.tag) for each in dataset.file_meta] + [int(each.tag) for each in dataset]
    assert [each.tag for each in found] == tags
    assert all(first.end == second.start for first, second in pairwise(found))
    assert found[-1].end == len(data)


def test_same_seed_does_the_same_damage(whole):
    data = whole.read_bytes()
    assert [damage(data, seed) for seed in range(50)] == [damage(data, seed) for seed in range(50)]


def test_every_kind_of_damage_occurs_and_changes_the_file(whole):
    data = whole.read_bytes()
    results = [damage(data, seed) for seed in range(400)]
    assert len({result.kind for result in results if "+" not in result.kind}) == 17
    assert sum(result.data == data for result in results) < 20


def test_damage_bears_being_repeated(whole):
    data = whole.read_bytes()
    for seed in range(300):
        data = damage(data, seed).data if len(data) > 4000 else whole.read_bytes()
