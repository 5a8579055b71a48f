import datetime
from pathlib import Path

import pytest

from tests.made_segmenters import FailingSegmenter
from tests.phantom_oracle import Phantom
from vcfimg.clinical import ClinicalInputs
from vcfimg.errors import PolicyError
from vcfimg.policy import Policy, load_policy
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study
from vcfimg.screening.redecide import kept_clinical, kept_levels, redecide

AS_OF = datetime.date(2026, 1, 10)
FACTS = {
    "age": 65,
    "cancer": True,
    "pain_vas": 8,
    "pain_vas_date": "2026-01-05",
    "pain_positional": True,
    "exam_levels": ["L1"],
    "clinical_cord_compression": False,
    "new_neurological_deficit": False,
    "infection": False,
    "coagulopathy_uncorrected": False,
    "levels": {
        "L1": {"index": True, "escc": "0", "bone_quality": "lytic", "alignment": "normal", "posterolateral": "none"}
    },
}
SITE = """
name = "site"
version = "1"
base = "jnccn2012-1.0"
[preference]
bkp_favoured_loss_percent = { value = 60, source = "house rule" }
[measurement]
edema_fraction_true = { value = 0.95, source = "house rule" }
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    path = tmp_path_factory.mktemp("policy") / "site.toml"
    path.write_text(SITE)
    return load_policy(path)


def stored(phantom: Phantom) -> ScreeningResult:
    """A result as it comes back from disk, decided without any fact."""
    return ScreeningResult.model_validate_json(screen_study(phantom.folder, segmenter=phantom, as_of=AS_OF).to_json())


def comparable(result: ScreeningResult) -> str:
    provenance = result.provenance.model_copy(update={"started": "", "seconds": 0.0})
    return result.model_copy(update={"provenance": provenance}).to_json()


def fractured_id(result: ScreeningResult) -> int:
    return max(result.vertebrae, key=lambda one: one.loss_percent.index or -1).id


@pytest.mark.parametrize("with_facts", [False, True])
@pytest.mark.parametrize("with_levels", [False, True])
@pytest.mark.parametrize("with_site_policy", [False, True])
@pytest.mark.parametrize("as_of", [AS_OF, datetime.date(2026, 9, 1)])
def test_gives_what_a_full_run_gives(
    phantom: Phantom, site: Policy, with_facts: bool, with_levels: bool, with_site_policy: bool, as_of: datetime.date
):
    old = stored(phantom)
    clinical = ClinicalInputs.model_validate(FACTS) if with_facts else None
    levels = {fractured_id(old): "L1"} if with_levels else None
    policy = site if with_site_policy else load_policy()
    again = redecide(old, clinical=clinical, levels=levels, policy=policy, as_of=as_of)
    fresh = screen_study(
        phantom.folder, segmenter=phantom, clinical=clinical, levels=levels, policy=policy, as_of=as_of
    )
    assert comparable(again) == comparable(fresh)


def test_corrected_level_renames_every_vertebra(phantom: Phantom):
    old = stored(phantom)
    again = redecide(old, clinical=None, levels={fractured_id(old): "L1"}, policy=load_policy(), as_of=AS_OF)
    names = {one.id: one.level for one in again.vertebrae}
    assert names[fractured_id(old)] == "L1"
    assert names[fractured_id(old) + 1] == "L2"
    assert again.levels.counted_from == "user"
    assert kept_levels(again) == {fractured_id(old): "L1"}


def test_policy_that_changes_the_measurement_needs_the_images(phantom: Phantom, tmp_path: Path):
    path = tmp_path / "site.toml"
    path.write_text(
        'name = "s"\nversion = "1"\nbase = "jnccn2012-1.0"\n[images]\n'
        'endplate_offset_mm = { value = 0.6, source = "trial" }\n'
    )
    with pytest.raises(PolicyError) as caught:
        redecide(stored(phantom), clinical=None, levels=None, policy=load_policy(path), as_of=AS_OF)
    assert caught.value.code == "images_needed"


def test_kept_facts_give_the_same_decision(phantom: Phantom):
    clinical = ClinicalInputs.model_validate({**FACTS, "refused": True})
    first = screen_study(phantom.folder, segmenter=phantom, clinical=clinical, as_of=AS_OF)
    back = ScreeningResult.model_validate_json(first.to_json())
    again = redecide(back, clinical=kept_clinical(back), levels=kept_levels(back), policy=load_policy(), as_of=AS_OF)
    assert again.to_json() == first.to_json()
    assert kept_clinical(back) == clinical


def test_failed_study_stays_failed(phantom: Phantom):
    broken = FailingSegmenter(RuntimeError())
    old = ScreeningResult.model_validate_json(screen_study(phantom.folder, segmenter=broken, as_of=AS_OF).to_json())
    again = redecide(old, clinical=ClinicalInputs.model_validate(FACTS), levels=None, policy=load_policy(), as_of=AS_OF)
    assert again.status == "failed"
    assert again.failure == old.failure
