import tomllib
from importlib import resources

import pytest

from tests.loaders.classification_cases import h
from vcfimg.loaders.roles.role_rules import Facts, load_rules, parse_rules, run_rules
from vcfimg.loaders.roles.vocabulary import Text, load_vocabulary
from vcfimg.loaders.study import Header

SE = "SE"

# Rule -> (a header it applies to, a near miss it must leave alone)
PAIRS: dict[str, tuple[Header, Header]] = {
    "inversion-sequence": (h(scanning_sequence="SE\\IR"), h(scanning_sequence=SE)),
    "inversion-option": (h(scan_options="FAST_GEMS\\IR_GEMS"), h(scan_options="FAST_GEMS")),
    "inversion-image-type": (h(image_type="ORIGINAL\\PRIMARY\\M_IR"), h(image_type="ORIGINAL\\PRIMARY\\M_SE")),
    "inversion-sequence-name": (h(sequence_name="*tir2d1rr25"), h(sequence_name="*tse2d1_15")),
    "inversion-declared": (h(inversion_recovery="YES"), h(inversion_recovery="NO")),
    "no-inversion-declared": (h(inversion_recovery="NO"), h(inversion_recovery="YES")),
    "no-inversion-sequence": (h(scanning_sequence=SE), h(scanning_sequence="SE\\IR")),
    "gradient-echo-inversion": (h(scanning_sequence="GR\\IR"), h(scanning_sequence="SE\\IR")),
    "spin-echo": (h(scanning_sequence="IR"), h(scanning_sequence="GR\\IR")),
    "spin-echo-declared": (h(echo_pulse_sequence="BOTH"), h(echo_pulse_sequence="GRADIENT")),
    "gradient-echo-sequence": (h(scanning_sequence="GR"), h(scanning_sequence="SE\\GR")),
    "gradient-echo-declared": (h(echo_pulse_sequence="GRADIENT"), h(echo_pulse_sequence="SPIN")),
    "gradient-echo-sequence-name": (h(sequence_name="*fl2d1"), h(sequence_name="*tse2d1_9")),
    "gradient-echo-words": (h("sag medic"), h("sag medic", scanning_sequence=SE)),
    "gradient-echo-words-contradicted": (h("sag medic", scanning_sequence=SE), h("sag medic")),
    "echo-planar": (h(scanning_sequence="EP"), h(scanning_sequence=SE)),
    "localizer-image-type": (h(image_type="ORIGINAL\\PRIMARY\\LOCALIZER"), h(image_type="ORIGINAL\\PRIMARY\\M")),
    "localizer-words": (h("survey"), h("dorsal")),
    "diffusion-image-type": (h(image_type="DERIVED\\PRIMARY\\ADC"), h(image_type="DERIVED\\PRIMARY\\M")),
    "diffusion-b-value": (h(b_value=400.0), h(b_value=0.0)),
    "diffusion-declared": (h(acquisition_contrast="DIFFUSION"), h(acquisition_contrast="T2")),
    "diffusion-sequence-name": (h(sequence_name="*ep_b800t"), h(sequence_name="*tse2d1")),
    "diffusion-words": (h("sag dwi b800"), h("sag different")),
    "phase-image": (h(image_type="ORIGINAL\\PRIMARY\\P"), h(image_type="ORIGINAL\\PRIMARY\\M")),
    "phase-declared": (h(complex_component="PHASE"), h(complex_component="MAGNITUDE")),
    "real-image": (h(image_type="ORIGINAL\\PRIMARY\\R_IR"), h(image_type="ORIGINAL\\PRIMARY\\M_IR")),
    "imaginary-image": (h(image_type="ORIGINAL\\PRIMARY\\I_IR"), h(image_type="ORIGINAL\\PRIMARY\\M_IR")),
    "real-declared": (h(complex_component="REAL"), h(complex_component="MAGNITUDE")),
    "imaginary-declared": (h(complex_component="IMAGINARY"), h(complex_component="MAGNITUDE")),
    "angiography-words": (h("tof 3d"), h("tofino")),
    "angiography-image-type": (h(image_type="ORIGINAL\\PRIMARY\\ANGIO"), h(image_type="ORIGINAL\\PRIMARY\\M")),
    "perfusion-words": (h("dce sag"), h("decent sag")),
    "perfusion-image-type": (h(image_type="DERIVED\\PRIMARY\\PERFUSION"), h(image_type="DERIVED\\PRIMARY\\M")),
    "myelography-words": (h("haste sag"), h("hasty sag")),
    "myelography-timing": (h(te=900), h(te=120)),
    "subtraction-words": (h("t1 sub"), h("t1 subject")),
    "subtraction-image-type": (h(image_type="DERIVED\\SECONDARY\\SUB"), h(image_type="DERIVED\\SECONDARY\\M")),
    "reformatted-image-type": (h(image_type="DERIVED\\SECONDARY\\MPR"), h(image_type="ORIGINAL\\PRIMARY\\M")),
    "reformatted-words": (h("t2 mpr sag"), h("t2 sag")),
    "quantitative-image-type": (h(image_type="DERIVED\\PRIMARY\\T2 MAP"), h(image_type="DERIVED\\PRIMARY\\M")),
    "quantitative-words": (h("t2map"), h("t2")),
    "derived": (h(image_type="DERIVED\\SECONDARY"), h(image_type="ORIGINAL\\PRIMARY")),
    "distortion-corrected": (h(image_type="ORIGINAL\\PRIMARY\\DIS2D"), h(image_type="ORIGINAL\\PRIMARY\\ND")),
    "not-distortion-corrected": (h(image_type="ORIGINAL\\PRIMARY\\ND"), h(image_type="ORIGINAL\\PRIMARY\\DIS2D")),
    "composed-image-type": (h(image_type="DERIVED\\PRIMARY\\COMP_SP"), h(image_type="DERIVED\\PRIMARY\\M")),
    "composed-words": (h("t2 sag composed"), h("t2 sag component")),
    "dixon-option": (h(scan_options="IDEAL_GEMS"), h(scan_options="SAT_GEMS")),
    "dixon-image-type": (h(image_type="DERIVED\\PRIMARY\\OP"), h(image_type="DERIVED\\PRIMARY\\M")),
    "dixon-words": (h("t2 mdixon"), h("t2 nixon")),
    "water-image-type": (h(image_type="DERIVED\\PRIMARY\\WATER"), h(image_type="DERIVED\\PRIMARY\\FAT")),
    "fat-image-type": (h(image_type="DERIVED\\PRIMARY\\F"), h(image_type="DERIVED\\PRIMARY\\W")),
    "in-phase-image-type": (h(image_type="DERIVED\\PRIMARY\\IP"), h(image_type="DERIVED\\PRIMARY\\OP")),
    "opposed-phase-image-type": (h(image_type="DERIVED\\PRIMARY\\OUT_PHASE"), h(image_type="DERIVED\\PRIMARY\\IP")),
    "water-words": (h("t2 dixon sag w"), h("t2 sag w")),
    "fat-words": (h("t2 dixon sag f"), h("t2 sag f")),
    "in-phase-words": (h("t2 dixon sag in"), h("t2 sag in")),
    "opposed-phase-words": (h("t2 dixon sag opp"), h("t2 sag opp")),
    "fat-suppression-option": (h(scan_options="FS"), h(scan_options="FC")),
    "fat-suppression-declared": (h(fat_suppression="FAT"), h(fat_suppression="NONE")),
    "fat-suppression-words": (h("t2 fatsat"), h("t2 dixon in fatsat")),
    "spectral-suppression-words": (h("t2 spair", scanning_sequence=SE), h("t2 spair", scanning_sequence="IR")),
    "agent-absent": (h(contrast_agent="off"), h(contrast_agent="Gadovist")),
    "agent-header": (h(contrast_agent="Gadovist"), h(contrast_agent="none")),
    "agent-words": (h("t1 post gd"), h("t1 pre gd")),
    "agent-contradicted": (h("t1 nativ", contrast_agent="Gd"), h("t1", contrast_agent="Gd")),
    "agent-words-contradicted": (h("t1 post", contrast_agent="no"), h("t1", contrast_agent="no")),
    "ti-short": (h(ti=300), h(ti=301)),
    "ti-of-a-spectral-pulse": (h("spair", ti=80, scanning_sequence=SE), h("spair", ti=80, scanning_sequence="IR")),
    "ti-spectral-fat-saturation": (h("spair", ti=80, scanning_sequence=SE), h("t2", ti=80, scanning_sequence=SE)),
    "ti-middle": (h(ti=860), h(ti=1500)),
    "ti-long": (h(ti=1500), h(ti=1499)),
    "flag-t1-flair": (h(scan_options="T1FLAIR_GEMS"), h(scan_options="T2FLAIR_GEMS")),
    "flag-t2-flair": (h(scan_options="T2FLAIR_GEMS"), h(scan_options="T1FLAIR_GEMS")),
    "flag-inversion-flair-words": (h("flair", scanning_sequence="IR"), h("t1 flair", scanning_sequence="IR")),
    "flag-inversion-t1-words": (h("t1", scanning_sequence="IR"), h("t1", scanning_sequence="IR", ti=860)),
    "flag-inversion-stir-words": (h("stir", scanning_sequence="IR"), h("stir", scanning_sequence=SE)),
    "flag-inversion-short-te": (
        h(tr=4000, te=45, scanning_sequence="IR"),
        h("flair", tr=4000, te=45, scanning_sequence="IR"),
    ),
    "flag-inversion-long-tr": (h(tr=9000, te=110, scanning_sequence="IR"), h(tr=4000, te=110, scanning_sequence="IR")),
    "timing-t1": (h(tr=1000, te=30), h(tr=1000, te=31)),
    "timing-t1-high-field": (h(tr=1200, te=12), h(tr=1500, te=12)),
    "timing-t2": (h(tr=2000, te=50), h(tr=2000, te=49)),
    "timing-t2-long-echo": (h(tr=1500, te=120), h(tr=1500, te=40)),
    "timing-pd": (h(tr=2000, te=30), h(tr=2000, te=31)),
    "declared-t1": (h(acquisition_contrast="T1"), h(acquisition_contrast="T1RHO")),
    "declared-t2": (h(acquisition_contrast="T2"), h(acquisition_contrast="T2_STAR")),
    "declared-stir": (h(acquisition_contrast="STIR"), h(acquisition_contrast="T2")),
    "declared-flair": (h(acquisition_contrast="FLUID_ATTENUATED"), h(acquisition_contrast="T2")),
    "declared-pd": (h(acquisition_contrast="PROTON_DENSITY"), h(acquisition_contrast="T2")),
    "words-stir": (h("sag sitr"), h("sag spiral")),
    "words-stir-without-inversion": (h("stir", scanning_sequence=SE), h("stir", scanning_sequence="IR")),
    "words-flair": (h("flair"), h("t1 flair")),
    "words-t1": (h("tiwi"), h("T1-T12")),
    "words-t2": (h("????T2"), h("T2-T9")),
    "words-pd": (h("pd sag"), h("pdf sag")),
}

# Rules that need features from outside the header
HINTED = {"localizer-planes": ["many_planes", "few_frames"]}


def fired(header: Header, hints: list[str] | None = None) -> set[str]:
    text = Text.of(header.series_description, header.protocol_name)
    facts = Facts(header, text, load_vocabulary(), set(hints or ()))
    return {rule.name for rule, _ in run_rules(load_rules(), facts)}


@pytest.mark.parametrize("name", PAIRS)
def test_rule_applies_to_its_header_and_not_to_the_near_miss(name: str) -> None:
    hit, miss = PAIRS[name]
    assert name in fired(hit)
    assert name not in fired(miss)


@pytest.mark.parametrize("name", HINTED)
def test_rule_needs_its_hints(name: str) -> None:
    assert name in fired(Header(), HINTED[name])
    assert name not in fired(Header(), HINTED[name][:1])


def test_every_rule_has_a_test() -> None:
    assert {rule.name for rule in load_rules().rules} == PAIRS.keys() | HINTED.keys()


def test_every_refused_role_says_why() -> None:
    for rule in load_rules().roles:
        assert (rule.code is None) == (rule.reason is None)


def test_every_word_list_named_by_a_rule_exists() -> None:
    table = tomllib.loads(resources.files("vcfimg.loaders.roles").joinpath("rules.toml").read_text("utf-8"))
    named = {name for rule in table["rule"] for key in ("words", "no_words") for name in rule["when"].get(key, ())}
    assert named <= load_vocabulary().keys()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('stages = ["a"]\n[compatible]\n[[rule]]\nname = "x"\nwhen = { colour = 1 }\n', "unknown condition 'colour'"),
        ('stages = ["a"]\n[compatible]\n[[rule]]\nname = "x"\nwhen = {}\nfoo = 1\n', "unknown keys"),
        ('stages = ["a"]\n[compatible]\n[[rule]]\nname = "x"\nwhen = {}\ncontrast = "t1"\n', "needs one of the stages"),
    ],
)
def test_malformed_table_names_the_rule(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_rules(text)
