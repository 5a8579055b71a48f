"""A description is checked when it is written, and a random one is the same for the same seed."""

import pytest

from vcfimg.phantom import Fracture, random_spec


@pytest.mark.parametrize("loss", [-1.0, 95.0, 120.0])
def test_impossible_losses_are_refused(loss):
    with pytest.raises(ValueError, match=str(loss)):
        Fracture("wedge", loss)


@pytest.mark.parametrize("kind", ["wedge", "biconcave", "crush"])
@pytest.mark.parametrize("loss", [0.0, 12.5, 40.0, 90.0])
def test_the_largest_of_the_three_losses_is_the_index_loss(kind, loss):
    assert max(Fracture(kind, loss).losses()) == pytest.approx(loss / 100)


def test_the_kind_says_where_most_height_is_lost():
    wedge, biconcave, crush = (Fracture(kind, 50).losses() for kind in ("wedge", "biconcave", "crush"))
    assert wedge[0] > wedge[1] > wedge[2]
    assert biconcave[1] > max(biconcave[0], biconcave[2])
    assert min(crush) > 0.4


def test_a_random_person_follows_from_the_seed():
    assert random_spec(5, pathology=1) == random_spec(5, pathology=1)
    assert random_spec(5, pathology=1) != random_spec(6, pathology=1)


def test_no_pathology_means_no_fracture_edema_lesion_or_cement():
    for seed in range(20):
        spec = random_spec(seed, pathology=0.0)
        assert not (spec.fractures)
        assert not (spec.edema)
        assert not (spec.lesions)
        assert not (spec.cement)
        assert not (spec.diffuse_marrow)


def test_every_kind_of_pathology_is_drawn():
    specs = [random_spec(seed, pathology=1.0) for seed in range(200)]
    fractures = [f for s in specs for f in s.fractures.values()]
    assert {f.kind for f in fractures} == {"wedge", "biconcave", "crush"}
    assert max(f.loss_percent for f in fractures) > 60
    assert min(f.loss_percent for f in fractures) < 15
    assert max(f.retropulsion_mm for f in fractures) > 4
    assert {e.pattern for s in specs for e in s.edema.values()} == {"band", "diffuse", "partial", "inferior_band"}
    assert {x.tissue for s in specs for group in s.lesions.values() for x in group} == {"lesion", "fatty", "sclerotic"}
    assert {s.lumbar_count for s in specs} == {4, 5, 6}
    for present in ("cement", "diffuse_marrow", "schmorl", "osteophytes", "modic", "slip_mm"):
        assert any(getattr(s, present) for s in specs), present
    slips = [(level, mm) for s in specs for level, mm in s.slip_mm.items()]
    assert {level for level, mm in slips if mm > 0} == {"L3", "L4", "L5"}
    assert min(mm for _, mm in slips) < -2
    assert max(s.scoliosis_deg for s in specs) > 15


def test_schmorl_nodes_are_in_proportion_to_the_body():
    found = {}
    for seed in range(400):
        for level, nodes in random_spec(seed).schmorl.items():
            found.setdefault(level, []).extend(abs(depth) for _, _, depth in nodes)
    assert max(found["T2"]) < 3.2
    assert 4.2 < max(found["L2"]) < 5.6
    assert 0.8 < min(found["L2"]) < 2.2
