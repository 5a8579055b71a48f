from tests.reports import examples
from vcfimg.reports.pages.verdict import verdicts
from vcfimg.reports.pages.viewer_data import picture_notes, viewer_data
from vcfimg.roles import Role


def data_of(result, stacks):
    return viewer_data(result, stacks, verdicts(result))


def test_contrasts_stand_in_reading_order(stacks) -> None:
    assert [panel["title"] for panel in data_of(examples.result(), stacks)["panels"]] == ["T2", "STIR"]


def test_stations_of_one_contrast_share_a_panel(stacks) -> None:
    t2 = next(stack for stack in stacks if stack.role.value == "t2")
    lower = t2.model_copy(update={"station": 2, "series_key": "1.2"})
    upper = t2.model_copy(update={"station": 1, "rows": t2.rows - 1})
    (panel,) = data_of(examples.result(), [lower, upper])["panels"]
    assert [stack["rows"] for stack in panel["stacks"]] == [t2.rows - 1, t2.rows]


def test_axial_pictures_stand_last(stacks) -> None:
    axial = stacks[0].model_copy(update={"plane": "axial", "role": Role.T2})
    panels = data_of(examples.result(), [axial, *stacks])["panels"]
    assert [(panel["title"], panel["plane"]) for panel in panels][-1] == ("Axial T2", "axial")


def test_bodies_carry_what_todays_result_says(stacks) -> None:
    bodies = data_of(examples.result(), stacks)["bodies"]
    assert [body["name"] for body in bodies] == ["T11", "T12", "L1", "L2"]
    assert (bodies[1]["loss"], bodies[1]["edema"], bodies[1]["flag"]) == ("▼ 48 ± 6 %", "edema 46 %", "collapsed")
    assert (bodies[0]["loss"], bodies[0]["edema"]) == ("", "")
    assert next(body["loss"] for body in data_of(examples.no_stir(), stacks)["bodies"]) == "not measured"


def test_levels_are_those_flagged_on_the_images(stacks) -> None:
    assert data_of(examples.result(), stacks)["levels"] == [2]
    unseen = examples.result(recommendations=(examples.recommendation(vertebra_id=None),))
    assert data_of(unseen, stacks)["levels"] == []


def test_without_slices_there_is_no_viewer(stacks) -> None:
    assert data_of(examples.result(), ()) is None


def test_notes_say_what_was_lost(stacks) -> None:
    assert picture_notes(stacks) == ()
    lossy = stacks[0].model_copy(update={"exact": False, "steps": 96, "averaged": 2, "slice_count": 40})
    assert picture_notes([lossy]) == (
        "STIR: grey values rounded to 96 steps, 2 × 2 pixels averaged.",
        "STIR: 13 of 40 slices pass through the spine.",
    )
