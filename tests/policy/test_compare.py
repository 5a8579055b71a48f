"""show, check and diff."""

from pathlib import Path

from vcfimg.policy import check, diff, load_policy, show, to_text


def test_show_lists_every_value_once_in_file_order() -> None:
    entries = show(load_policy())
    keys = [entry.key for entry in entries]
    assert len(keys) == len(set(keys))
    assert keys[0] == "images.endplate_offset_mm"
    assert keys.index("gates.vas_min") < keys.index("preference.junction_first")


def test_the_text_names_value_unit_kind_and_source() -> None:
    line = next(line for line in to_text(load_policy()).splitlines() if line.startswith("gates.vas_min"))
    assert line.startswith("gates.vas_min = 4.0  [VAS points, 0-10]  paper: ")


def test_check_is_empty_for_a_good_file_and_names_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('name="s"\nversion="1"\nbase="jnccn2012-1.0"\n[gates]\nvas_min=5\n')
    assert check(file) == ()
    file.write_text('name="s"\nversion="1"\nbase="jnccn2012-1.0"\n[gates]\nvas_min=50\n')
    (error,) = check(file)
    assert "gates.vas_min" in error.message


def test_diff_of_a_policy_with_itself_is_empty() -> None:
    assert diff(load_policy(), load_policy()) == ()


def test_diff_names_value_and_kind(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('name="s"\nversion="1"\nbase="jnccn2012-1.0"\n[gates]\nvas_min=5\n')
    (change,) = diff(load_policy(), load_policy(file))
    assert (change.key, change.before, change.after) == ("gates.vas_min", 4.0, 5.0)
    assert (change.kind_before, change.kind_after) == ("paper", "design")
