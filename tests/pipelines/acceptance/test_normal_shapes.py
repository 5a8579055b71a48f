"""People whose shapes differ: who they are, and how they are counted."""

from pipelines.acceptance.normal_shapes import FRACTURED_LEVELS, LOSS_PERCENT, Called, person, table


def test_people_differ_in_shape_and_about_half_have_one_fracture():
    people = [person(seed, "cervical") for seed in range(40)]
    assert all(one.shape_spread == 1.0 for one in people)
    ill = [one for one in people if one.fractures]
    assert 10 < len(ill) < 30
    for one in ill:
        ((level, fracture),) = one.fractures.items()
        assert level in FRACTURED_LEVELS["cervical"]
        assert LOSS_PERCENT[0] <= fracture.loss_percent <= LOSS_PERCENT[1]
        assert set(one.edema) <= {level}


def test_the_table_adds_up():
    found = [
        Called("neck", "C5", 30.0, True, True, (True, True, False)),
        Called("neck", "C6", 25.0, None, True, (True,)),
        Called("neck", "C4", 0.0, None, True, ()),
        Called("neck", "C3", 19.9, False, False, (True,)),
        Called("neck", "C7", 1.0, True, True, ()),
    ]
    assert "| neck | 1 of 2 | 1 | 1 of 3 | 1 | 2 | 4 of 5 |" in table(found, 20.0)
