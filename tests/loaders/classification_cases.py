"""Headers as scanners write them, with the role, evidence and conflict that must come out."""

from typing import Any, NamedTuple

from vcfimg.loaders.study import Header


class Case(NamedTuple):
    """One header and what it must be recognised as; ``evidence`` and ``conflict`` are parts of the sentences."""

    name: str
    header: Header
    role: str
    evidence: str
    conflict: str | None = None
    exclusion: str | None = None
    plane: str = "sagittal"


def h(description: str | None = None, **facts: Any) -> Header:
    """A header with a description; code strings may be given as ``SE\\IR``."""
    for name in ("image_type", "scanning_sequence", "sequence_variant", "scan_options"):
        if isinstance(facts.get(name), str):
            facts[name] = tuple(facts[name].split("\\"))
    times = {"tr": "repetition_time", "te": "echo_time", "ti": "inversion_time"}
    return Header(series_description=description, **{times.get(name, name): value for name, value in facts.items()})


SIEMENS = "ORIGINAL\\PRIMARY\\M\\ND\\NORM"
SIEMENS_DIS = "ORIGINAL\\PRIMARY\\M\\NORM\\DIS2D"
PHILIPS_SE = "ORIGINAL\\PRIMARY\\M_SE\\M\\SE"
PHILIPS_IR = "ORIGINAL\\PRIMARY\\M_IR\\M\\IR"
GE = "ORIGINAL\\PRIMARY\\OTHER"

SIEMENS_CASES = (
    Case(
        "siemens t1 tse",
        h("t1_tse_sag", tr=600, te=10, scanning_sequence="SE", sequence_name="*tse2d1_3", image_type=SIEMENS),
        "t1",
        "TR 600",
    ),
    Case(
        "siemens t2 tse",
        h("t2_tse_sag", tr=3500, te=105, scanning_sequence="SE", sequence_name="*tse2d1_15", image_type=SIEMENS),
        "t2",
        "TR 3500",
    ),
    Case(
        "siemens tirm by inversion time",
        h(
            "t2_tirm_sag",
            tr=4200,
            te=60,
            ti=160,
            scanning_sequence="SE\\IR",
            scan_options="IR",
            sequence_name="*tir2d1rr25",
        ),
        "stir",
        "TI 160",
    ),
    Case(
        "siemens tir2d is flair when the inversion time is long",
        h("t2_tirm_tra_dark-fluid", tr=9000, te=95, ti=2500, scanning_sequence="SE\\IR", sequence_name="*tir2d1rr16"),
        "other",
        "TI 2500",
        exclusion="flair",
        plane="axial",
    ),
    Case(
        "siemens long inversion time under a name that means stir",
        h("t2_tirm_sag", tr=9000, te=95, ti=2500, scanning_sequence="SE\\IR", sequence_name="*tir2d1rr16"),
        "other",
        "TI 2500",
        exclusion="flair",
        conflict="names STIR",
    ),
    Case(
        "siemens flair without any word",
        h("unnamed", tr=8000, te=90, ti=2371, scanning_sequence="SE\\IR", sequence_name="*tir2d1rr16"),
        "other",
        "TI 2371",
        exclusion="flair",
    ),
    Case(
        "siemens tir2d without inversion time and without words",
        h("series 4", tr=4000, te=40, scanning_sequence="SE\\IR", sequence_name="*tir2d1_15"),
        "stir",
        "without inversion time",
    ),
    Case(
        "siemens space inversion recovery",
        h("t2_spc_ir_sag", tr=3000, te=160, ti=180, sequence_name="*spcir_205ns", scanning_sequence="SE\\IR"),
        "stir",
        "TI 180",
    ),
    Case(
        "siemens 3d space t2 with a short repetition time",
        h(
            "t2_spc_sag_p2_iso",
            tr=1500,
            te=120,
            sequence_name="*spc_282ns",
            scanning_sequence="SE",
            acquisition_type="3D",
        ),
        "t2",
        "long 3-D echo trains",
    ),
    Case(
        "siemens fat-saturated t2",
        h("t2_tse_sag fs", tr=3500, te=90, scan_options="FS", scanning_sequence="SE", sequence_name="*tse2d1_15"),
        "t2_fs",
        "FS",
    ),
    Case(
        "siemens t1 fat-saturated before contrast agent",
        h("t1_tse_fs_sag", tr=600, te=10, scan_options="FS", scanning_sequence="SE"),
        "other",
        "TR 600",
        exclusion="t1_fat_suppressed",
    ),
    Case(
        "siemens t1 after contrast agent by header",
        h("t1_tse_fs_sag", tr=600, te=10, scan_options="FS", scanning_sequence="SE", contrast_agent="Gadovist"),
        "t1_post",
        "ContrastBolusAgent",
        exclusion="contrast_agent",
    ),
    Case(
        "siemens dixon water image",
        h("t2_tse_dixon_sag_W", tr=3500, te=90, image_type=SIEMENS + "\\DIXON\\W", scanning_sequence="SE"),
        "dixon_water",
        "water image",
    ),
    Case(
        "siemens dixon fat image",
        h("t2_tse_dixon_sag_F", tr=3500, te=90, image_type=SIEMENS + "\\DIXON\\F", scanning_sequence="SE"),
        "dixon_fat",
        "fat image",
        exclusion="dixon_fat_image",
    ),
    Case(
        "siemens dixon in phase is the plain contrast",
        h("t2_tse_dixon_sag_in", tr=3500, te=90, image_type="DERIVED\\PRIMARY\\M\\DIXON\\IP", scanning_sequence="SE"),
        "t2",
        "in-phase",
    ),
    Case(
        "siemens dixon opposed phase",
        h("t2_tse_dixon_sag_opp", tr=3500, te=90, image_type="DERIVED\\PRIMARY\\M\\DIXON\\OP", scanning_sequence="SE"),
        "other",
        "opposed-phase",
        exclusion="opposed_phase",
    ),
    Case(
        "siemens dixon water image known only by its suffix",
        h("t2_tse_dixon_sag_320_W", tr=4000, te=85, image_type="DERIVED\\PRIMARY\\M\\DIXON", scanning_sequence="SE"),
        "dixon_water",
        "water image ('w')",
    ),
    Case(
        "siemens vibe dixon water is a gradient echo",
        h("t1_vibe_dixon_sag_W", tr=7, te=2.4, image_type="DERIVED\\PRIMARY\\DIXON\\W", scanning_sequence="GR"),
        "dixon_water",
        "gradient echo",
        exclusion="gradient_echo",
    ),
    Case(
        "siemens scout",
        h("AAHScout_MPR_sag", tr=3.2, te=1.4, scanning_sequence="GR", image_type=SIEMENS),
        "localizer",
        "aahscout",
        exclusion="localizer",
    ),
    Case(
        "siemens localiser",
        h("localizer_3_plane", tr=8, te=4, scanning_sequence="GR"),
        "localizer",
        "3 plane",
        exclusion="localizer",
    ),
    Case(
        "siemens medic",
        h("t2_medic_sag", tr=600, te=18, scanning_sequence="GR", sequence_name="*me2d1r3"),
        "other",
        "GR",
        exclusion="gradient_echo",
    ),
    Case(
        "siemens diffusion",
        h("ep2d_diff_b50_800_sag", tr=3500, te=80, scanning_sequence="EP", sequence_name="*ep_b800t"),
        "other",
        "diffusion",
        exclusion="diffusion",
    ),
    Case(
        "siemens resolve adc",
        h("resolve_sag_ADC", tr=3500, te=60, scanning_sequence="EP\\SE", image_type="DERIVED\\PRIMARY\\DIFFUSION\\ADC"),
        "other",
        "DIFFUSION",
        exclusion="diffusion",
    ),
    Case(
        "siemens composed whole spine",
        h(
            "t2_tse_sag_COMPOSED",
            tr=3500,
            te=100,
            image_type="DERIVED\\PRIMARY\\M\\COMP_SP\\DIS2D",
            scanning_sequence="SE",
        ),
        "t2",
        "put together from several stations",
    ),
    Case(
        "siemens distortion-corrected twin",
        h("t1_tse_sag", tr=550, te=9, image_type=SIEMENS_DIS, scanning_sequence="SE"),
        "t1",
        "corrected for distortion",
    ),
    Case(
        "siemens xa names the sequence in (0018,9005)",
        h(
            "t2_tirm_sag",
            tr=4000,
            te=50,
            ti=150,
            sequence_name="*tir2d1_12",
            echo_pulse_sequence="SPIN",
            inversion_recovery="YES",
        ),
        "stir",
        "TI 150",
    ),
    Case(
        "siemens haste myelogram",
        h("myelo_haste_sag", tr=4500, te=1100, scanning_sequence="SE"),
        "other",
        "only fluid",
        exclusion="myelography",
    ),
    Case(
        "siemens subtraction",
        h("t1_sag_SUB", tr=600, te=10, scanning_sequence="SE", image_type="DERIVED\\SECONDARY\\M\\SUB"),
        "other",
        "SUB",
        exclusion="subtraction",
    ),
)

GE_CASES = (
    Case(
        "ge fse t2",
        h("SAG T2 FSE", tr=3200, te=102, scanning_sequence="SE", sequence_name="FSE", image_type=GE),
        "t2",
        "TR 3200",
    ),
    Case(
        "ge frfse", h("Sag T2 FRFSE", tr=2600, te=110, scanning_sequence="SE", sequence_name="FRFSE"), "t2", "TR 2600"
    ),
    Case("ge t1", h("Sag T1", tr=520, te=12, scanning_sequence="SE", scan_options="SAT_GEMS\\NPW"), "t1", "TR 520"),
    Case(
        "ge stir by inversion time",
        h("Sag STIR", tr=4100, te=45, ti=150, scanning_sequence="IR", scan_options="FAST_GEMS\\IR_GEMS"),
        "stir",
        "TI 150",
    ),
    Case(
        "ge ir fse without inversion time",
        h("Sag IR FSE", tr=4100, te=45, scanning_sequence="IR", scan_options="IR_GEMS"),
        "stir",
        "without inversion time",
    ),
    Case(
        "ge t1 flair is t1",
        h("Sag T1 FLAIR", tr=2400, te=9, ti=860, scanning_sequence="IR", scan_options="T1FLAIR_GEMS"),
        "t1",
        "TI 860",
    ),
    Case(
        "ge t1 flair without inversion time",
        h("Sag T1 FLAIR", tr=2400, te=9, scanning_sequence="IR", scan_options="T1FLAIR_GEMS"),
        "t1",
        "T1FLAIR_GEMS",
    ),
    Case(
        "ge t2 flair",
        h("Sag T2 FLAIR", tr=8500, te=120, scanning_sequence="IR", scan_options="T2FLAIR_GEMS"),
        "other",
        "T2FLAIR_GEMS",
        exclusion="flair",
    ),
    Case(
        "ge fat-saturated t2",
        h("SAG T2 FS", tr=3500, te=85, scanning_sequence="SE", scan_options="FS\\SAT_GEMS"),
        "t2_fs",
        "FS",
    ),
    Case(
        "ge spatial saturation is not fat saturation",
        h("SAG T2", tr=3500, te=85, scanning_sequence="SE", scan_options="SAT_GEMS"),
        "t2",
        "TR 3500",
    ),
    Case(
        "ge ideal water",
        h(
            "WATER: Sag T2 IDEAL",
            tr=3400,
            te=80,
            scanning_sequence="SE",
            scan_options="IDEAL_GEMS",
            image_type="DERIVED\\PRIMARY\\WATER",
        ),
        "dixon_water",
        "WATER",
    ),
    Case(
        "ge ideal fat",
        h(
            "FAT: Sag T2 IDEAL",
            tr=3400,
            te=80,
            scanning_sequence="SE",
            scan_options="IDEAL_GEMS",
            image_type="DERIVED\\PRIMARY\\FAT",
        ),
        "dixon_fat",
        "FAT",
        exclusion="dixon_fat_image",
    ),
    Case(
        "ge three plane localiser",
        h("3 Plane Loc", tr=5, te=1.6, scanning_sequence="GR"),
        "localizer",
        "3 plane",
        exclusion="localizer",
    ),
    Case(
        "ge merge",
        h("Sag MERGE", tr=500, te=13, scanning_sequence="GR", sequence_name="MERGE"),
        "other",
        "GR",
        exclusion="gradient_echo",
    ),
    Case(
        "ge proton density",
        h("Sag PD FSE", tr=2600, te=20, scanning_sequence="SE"),
        "pd",
        "proton density",
        exclusion="proton_density",
    ),
    Case(
        "ge contrast agent in words only",
        h("SAG T1 FS +C", tr=600, te=12, scan_options="FS", scanning_sequence="SE"),
        "t1_post",
        "plus c",
        exclusion="contrast_agent",
    ),
)

PHILIPS_CASES = (
    Case("philips t1", h("T1W_TSE sag", tr=480, te=8, scanning_sequence="SE", image_type=PHILIPS_SE), "t1", "TR 480"),
    Case(
        "philips t2", h("T2W_TSE sag", tr=2900, te=120, scanning_sequence="SE", image_type=PHILIPS_SE), "t2", "TR 2900"
    ),
    Case(
        "philips stir by image type",
        h("STIR_longTE sag", tr=3200, te=60, ti=165, scanning_sequence="IR", image_type=PHILIPS_IR),
        "stir",
        "TI 165",
    ),
    Case(
        "philips stir without inversion time",
        h("STIR sag", tr=3200, te=60, scanning_sequence="IR", image_type=PHILIPS_IR),
        "stir",
        "names STIR",
    ),
    Case(
        "philips real part of an inversion recovery",
        h("STIR sag", tr=3200, te=60, ti=165, scanning_sequence="IR", image_type="ORIGINAL\\PRIMARY\\R_IR\\R\\IR"),
        "stir",
        "TI 165",
    ),
    Case(
        "philips phase image",
        h("T2W sag", tr=3000, te=100, scanning_sequence="SE", image_type="ORIGINAL\\PRIMARY\\PHASE MAP\\P\\SE"),
        "other",
        "phase image",
        exclusion="phase_image",
    ),
    Case(
        "philips spair",
        h("T2W_SPAIR sag", tr=3500, te=80, scanning_sequence="SE", image_type=PHILIPS_SE),
        "t2_fs",
        "spair",
    ),
    Case(
        "philips spair with the delay of its fat pulse as inversion time",
        h("T2W_SPAIR sag", tr=3500, te=80, ti=80, scanning_sequence="SE", image_type=PHILIPS_SE),
        "t2_fs",
        "TR 3500",
        conflict="spectral fat pulse",
    ),
    Case(
        "philips spir",
        h("sT2W_TSE_SPIR", tr=3800, te=75, scanning_sequence="SE", image_type=PHILIPS_SE),
        "t2_fs",
        "spir",
    ),
    Case(
        "philips dixon water",
        h("T2W_mDIXON_W", tr=3000, te=90, scanning_sequence="SE", image_type="ORIGINAL\\PRIMARY\\W\\DIXON\\WATER"),
        "dixon_water",
        "water image",
    ),
    Case(
        "philips survey",
        h("SURVEY", tr=12, te=5, scanning_sequence="GR"),
        "localizer",
        "survey",
        exclusion="localizer",
    ),
    Case(
        "philips enhanced stir",
        h(
            "STIR",
            tr=3000,
            te=55,
            ti=170,
            inversion_recovery="YES",
            echo_pulse_sequence="SPIN",
            acquisition_contrast="STIR",
        ),
        "stir",
        "TI 170",
    ),
    Case(
        "philips enhanced declares only the contrast",
        h(None, acquisition_contrast="STIR", tr=3000, te=55, echo_pulse_sequence="SPIN"),
        "stir",
        "AcquisitionContrast is STIR",
    ),
    Case(
        "philips enhanced gradient echo",
        h("sag", tr=30, te=9, echo_pulse_sequence="GRADIENT"),
        "other",
        "GRADIENT",
        exclusion="gradient_echo",
    ),
    Case(
        "philips enhanced fat suppression",
        h("T2 sag", tr=3000, te=80, echo_pulse_sequence="SPIN", fat_suppression="FAT"),
        "t2_fs",
        "SpectrallySelectedSuppression",
    ),
    Case(
        "philips mffe",
        h("mFFE sag", tr=600, te=14, scanning_sequence="GR", sequence_name="FFE"),
        "other",
        "GR",
        exclusion="gradient_echo",
    ),
)

LOW_FIELD_AND_OTHER_VENDORS = (
    Case(
        "hitachi stir at 0.3 tesla",
        h(
            "STIR SAG",
            tr=3320,
            te=80,
            ti=110,
            scanning_sequence="IR",
            sequence_name="FIR",
            field_strength=0.3,
            contrast_agent="off",
        ),
        "stir",
        "TI 110",
    ),
    Case(
        "hitachi fir cut off in the middle of a word",
        h("OSag FIR (fat suppr", tr=3000, te=40, scanning_sequence="IR"),
        "stir",
        "fir",
    ),
    Case(
        "hitachi irfse with its timing in the name",
        h("IRFSE 4000/90/123", tr=4000, te=90, scanning_sequence="IR"),
        "stir",
        "irfse",
    ),
    Case("hitachi t1 written with the letter i", h("TIWI/SE", tr=400, te=20, scanning_sequence="SE"), "t1", "tiwi"),
    Case(
        "contrast agent field says off",
        h("T1 SAG", tr=462, te=25, scanning_sequence="SE", contrast_agent="off"),
        "t1",
        "TR 462",
    ),
    Case(
        "toshiba stir",
        h("Sag STIR", tr=4000, te=60, ti=190, scanning_sequence="IR", sequence_name="FSE+IR"),
        "stir",
        "TI 190",
    ),
    Case("esaote stir at 0.25 tesla", h("STIR sag", tr=2000, te=26, ti=80, field_strength=0.25), "stir", "TI 80"),
)

TRAPS = (
    Case("misspelt stir", h("Sag Sitr", tr=4000, te=60, scanning_sequence="SE\\IR"), "stir", "sitr"),
    Case(
        "misspelt stir with nothing but the word",
        h("Sag Sitr"),
        "stir",
        "sitr",
    ),
    Case(
        "t1 and tirm in one name: the inversion time decides",
        h("t1_tirm_cor", tr=4000, te=40, ti=150, scanning_sequence="SE\\IR"),
        "stir",
        "TI 150",
        conflict="names T1",
        plane="coronal",
    ),
    Case("lost characters before t2", h("????T2", tr=3000, te=100, scanning_sequence="SE"), "t2", "('t2')"),
    Case(
        "t2-weighted stir agrees",
        h("SG T2W Stir", tr=4000, te=60, ti=160, scanning_sequence="SE\\IR"),
        "stir",
        "TI 160",
    ),
    Case(
        "timing overrides a wrong word",
        h("T1 sag", tr=3500, te=100, scanning_sequence="SE"),
        "t2",
        "TR 3500",
        conflict="names T1",
    ),
    Case(
        "word t2 on t1 timing",
        h("T2 sag", tr=500, te=10, scanning_sequence="SE"),
        "t1",
        "TR 500",
        conflict="names T2",
    ),
    Case(
        "stir word without an inversion pulse",
        h("STIR sag", tr=4000, te=70, scanning_sequence="SE"),
        "stir",
        "names STIR",
        conflict="no inversion pulse",
    ),
    Case("spiral is not spir", h("T2 spiral sag", tr=3000, te=90, scanning_sequence="SE"), "t2", "TR 3000"),
    Case(
        "the vertebra t1 is not a weighting", h("T1-T12 SAG T2", tr=3000, te=90, scanning_sequence="SE"), "t2", "('t2')"
    ),
    Case("c2 to t1 is a range", h("SAG T2 C2-T1"), "t2", "('t2')"),
    Case("t2 star is a gradient echo", h("T2* sag", tr=600, te=20), "other", "t2star", exclusion="gradient_echo"),
    Case(
        "negated contrast agent",
        h("T1 sag ohne KM", tr=500, te=10, scanning_sequence="SE"),
        "t1",
        "TR 500",
    ),
    Case("without written as w/o", h("T1 SAG W/O CONTRAST", tr=500, te=10, scanning_sequence="SE"), "t1", "TR 500"),
    Case(
        "after an operation is not after contrast agent",
        h("T1 SAG POST OP", tr=500, te=10, scanning_sequence="SE"),
        "t1",
        "TR 500",
    ),
    Case(
        "agent in the header, none in the words",
        h("T1 sag nativ", tr=500, te=10, scanning_sequence="SE", contrast_agent="Dotarem 15 ml"),
        "t1_post",
        "ContrastBolusAgent",
        conflict="nativ",
        exclusion="contrast_agent",
    ),
    Case(
        "description says axial, orientation says sagittal",
        h("T2 AX", tr=3000, te=90, scanning_sequence="SE"),
        "t2",
        "TR 3000",
        conflict="orientation is sagittal",
    ),
    Case("nothing known", h("series 7"), "other", "", exclusion="unknown_contrast"),
    Case("empty header", h(None), "other", "", exclusion="unknown_contrast"),
    Case("words alone in german", h("LWS T2 TSE sag"), "t2", "('t2')"),
    Case("words alone in french", h("RACHIS LOMBAIRE SAG T1"), "t1", "('t1')"),
    Case(
        "french after injection",
        h("SAG T1 APRES INJECTION", tr=550, te=12, scanning_sequence="SE"),
        "t1_post",
        "injection",
        exclusion="contrast_agent",
    ),
    Case("french without injection", h("SAG T1 SANS INJECTION", tr=550, te=12, scanning_sequence="SE"), "t1", "TR 550"),
    Case("spanish fat saturation", h("SAG T2 SAT GRASA", tr=3500, te=80, scanning_sequence="SE"), "t2_fs", "sat grasa"),
    Case(
        "japanese contrast agent",
        h("矢状断 T1 造影", tr=500, te=12, scanning_sequence="SE"),
        "t1_post",
        "造影",
        exclusion="contrast_agent",
    ),
    Case(
        "inversion-prepared gradient echo",
        h("t1 mprage sag", tr=1900, te=2.5, ti=900, scanning_sequence="GR\\IR"),
        "other",
        "gradient echo",
        exclusion="gradient_echo",
    ),
    Case("an angiogram", h("TOF neck", tr=25, te=4, scanning_sequence="GR"), "other", "tof", exclusion="angiography"),
    Case(
        "a calculated map",
        h("T2 map sag", tr=2000, te=80, scanning_sequence="SE"),
        "other",
        "map",
        exclusion="calculated_map",
    ),
    Case(
        "a dynamic series",
        h("DCE perfusion sag", tr=5, te=2, scanning_sequence="GR"),
        "other",
        "dce",
        exclusion="dynamic",
    ),
    Case(
        "stir after contrast agent stays stir",
        h("STIR sag post gd", tr=4000, te=60, ti=160, scanning_sequence="IR"),
        "stir",
        "contrast agent",
    ),
    Case("t2 dark fluid words alone", h("t2 dark fluid sag"), "other", "FLAIR", exclusion="flair"),
)

CASES = (*SIEMENS_CASES, *GE_CASES, *PHILIPS_CASES, *LOW_FIELD_AND_OTHER_VENDORS, *TRAPS)
