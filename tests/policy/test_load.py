"""Reading policies: the shipped one, a site's own, and everything that must be refused."""

from pathlib import Path

import pytest

from vcfimg.errors import PolicyError
from vcfimg.policy import DEFAULT_POLICY, Policy, load_policy, policy_names

HEADER = 'name = "site"\nversion = "7"\nbase = "jnccn2012-1.0"\n'
SHIPPED = Path(__file__).resolve().parents[2] / "vcfimg" / "policy" / "policies" / f"{DEFAULT_POLICY}.toml"


def site(folder: Path, text: str, header: str = HEADER) -> Path:
    file = folder / "site.toml"
    file.write_text(header + text, encoding="utf-8")
    return file


def refusal(file: Path) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load_policy(file)
    assert str(file) in caught.value.message
    return caught.value


def test_the_default_is_shipped_and_can_be_named() -> None:
    assert load_policy() == load_policy(DEFAULT_POLICY)
    assert DEFAULT_POLICY in policy_names()
    assert load_policy().info.sha256 == load_policy().sha256
    assert (load_policy().info.name, load_policy().info.version) == ("jnccn2012", "1.0")


def test_a_site_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    policy = load_policy(site(tmp_path, "[gates]\nvas_min = 5\n"))
    assert policy.gates.vas_min == 5
    assert policy.base == "jnccn2012-1.0"
    changed = {key for key, value in policy.values().items() if value != load_policy().values()[key]}
    assert changed == {"gates.vas_min"}


def test_a_sites_value_is_a_design_choice_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert load_policy(site(tmp_path, "[gates]\nvas_min = 5\n")).basis["gates.vas_min"].kind == "design"
    text = '[gates]\nvas_min = { value = 7, kind = "guideline", source = "IMWG 2008" }\n'
    basis = load_policy(site(tmp_path, text)).basis["gates.vas_min"]
    assert (basis.kind, basis.source, basis.unit) == ("guideline", "IMWG 2008", "VAS points, 0-10")


def test_a_table_value_can_be_replaced_whole(tmp_path: Path) -> None:
    policy = load_policy(site(tmp_path, "[sins.pain]\nmechanical = 3\nnon_mechanical = 2\nnone = 0\n"))
    assert policy.sins.pain.non_mechanical == 2


def test_the_hash_covers_values_and_sources_but_not_comments(tmp_path: Path) -> None:
    plain = load_policy(site(tmp_path, "[gates]\nvas_min = 5\n")).sha256
    assert load_policy(site(tmp_path, "# a comment\n[gates]\nvas_min = 5.0\n")).sha256 == plain
    assert load_policy(site(tmp_path, "[gates]\nvas_min = 6\n")).sha256 != plain
    assert load_policy(site(tmp_path, '[gates]\nvas_min = { value = 5, source = "why" }\n')).sha256 != plain


def test_a_complete_copy_loads_and_differs_by_its_name_only(tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_text(
        SHIPPED.read_text(encoding="utf-8").replace('name = "jnccn2012"', 'name = "copy"', 1), encoding="utf-8"
    )
    assert load_policy(copy).values() == load_policy().values()
    assert load_policy(copy).sha256 != load_policy().sha256


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[gates]\nvas_min = 11\n", "gates.vas_min"),
        ("[gates]\nvas_min = 0\n", "gates.vas_min"),
        ("[gates]\nvas_min = nan\n", "gates.vas_min"),
        ('[gates]\nvas_min = "four"\n', "gates.vas_min"),
        ('[gates]\nrelative_above_level = "T14"\n', "gates.relative_above_level"),
        ('[gates]\nescc_surgical = ["3"]\n', "gates"),
        ('[gates]\nescc_relative = ["0", "1a"]\n', "gates"),
        ('[gates]\nescc_relative = ["2"]\n', "gates"),
        ("[gates]\nsins_unstable = 5\n", "gates"),
        ("[gates]\nrelative_max_levels = 0\n", "gates.relative_max_levels"),
        ("[gates]\nscope_min_age_years = 50\n", "gates"),
        ("[preference]\ndeformed_loss_percent = 45\n", "preference"),
        ("[preference]\nbkp_favoured_loss_percent = 140\n", "preference.bkp_favoured_loss_percent"),
        ('[preference]\njunction_first = "L4"\n', "preference"),
        ("[measurement]\nedema_fraction_true = 1.5\n", "measurement.edema_fraction_true"),
        ("[measurement]\nedema_fraction_true = 0.01\n", "measurement"),
        ("[images]\noblique_warn_deg = 40\n", "images"),
        ("[measurement]\noblique_warn_deg = 40\n", "images"),
        ("[measurement.template_middle_mm]\nL1 = 20\n", "measurement"),
        ("[measurement.template_posterior_mm]\nL9 = 20\n", "measurement.template_posterior_mm"),
        ("[measurement.posterior_height_mm]\nL1 = -3\n", "measurement.posterior_height_mm"),
        ("[priority]\nweight_loss = 0.9\n", "priority"),
        ("[gates]\nvas_min = true\n", "gates.vas_min"),
        ('[gates]\nvas_min = "4"\n', "gates.vas_min"),
        ("[gates]\nrelative_max_levels = true\n", "gates.relative_max_levels"),
        ("[sins.location]\nL1 = 3\n", "sins"),
        ("[sins]\nbone = { value = { lytic = 0, mixed = 1, blastic = 2 } }\n", "sins.bone"),
        ("[sins]\ncollapse = { value = { over = 1, up_to = 2, involved = 1, none = 0 } }\n", "sins.collapse"),
        ("[care]\nlevels_per_session = 5\n", "care"),
        ("[facts]\nvas_max_age_days = -1\n", "facts.vas_max_age_days"),
    ],
)
def test_an_impossible_value_is_refused_by_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    error = refusal(site(tmp_path, text))
    assert error.code == "policy_invalid"
    assert f": {key}" in error.message


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[gates]\nvas_minimum = 4\n", "gates.vas_minimum"),
        ("[gate]\nvas_min = 4\n", "gate"),
        ('[gates]\nvas_min = { value = 4, reason = "x" }\n', "gates.vas_min"),
    ],
)
def test_an_unknown_key_is_refused(tmp_path: Path, text: str, key: str) -> None:
    error = refusal(site(tmp_path, text))
    assert error.code == "policy_unknown_key"
    assert key in error.message


@pytest.mark.parametrize(
    ("text", "header", "code"),
    [
        ("not = [toml", HEADER, "policy_malformed"),
        ("", 'version = "1"\n', "policy_malformed"),
        ("", 'name = "x"\n', "policy_malformed"),
        ("gates = 4\n", HEADER, "policy_malformed"),
        ("", 'name = "x"\nversion = "1"\nbase = "nowhere"\n', "policy_missing"),
        ("", 'name = "x"\nversion = "1"\nbase = ["jnccn2012-1.0"]\n', "policy_missing"),
        ("", 'name = "x"\nversion = "1"\n', "policy_invalid"),
        ("[gates]\nvas_min = 4\n", 'name = "x"\nversion = "1"\n', "policy_malformed"),
        ('[gates]\nvas_min = { value = 4, kind = "hearsay" }\n', HEADER, "policy_malformed"),
        ('[gates]\nvas_min = { value = 4, source = "" }\n', HEADER, "policy_malformed"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, text: str, header: str, code: str) -> None:
    assert refusal(site(tmp_path, text, header)).code == code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.toml").code == "policy_missing"
    assert refusal(tmp_path).code == "policy_missing"


def test_a_huge_or_binary_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    file.write_bytes(b"#" * 1_000_001)
    assert refusal(file).code == "policy_malformed"
    file.write_bytes(b"\xff\xfe\x00")
    assert refusal(file).code == "policy_malformed"


def test_a_policy_is_frozen() -> None:
    policy: Policy = load_policy()
    with pytest.raises(ValueError, match="frozen"):
        policy.gates.vas_min = 1.0  # type: ignore[misc]
