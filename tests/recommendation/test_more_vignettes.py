"""Patients beside the published vignettes, decided by hand from the clinical reference alone."""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.recommendation.level_cases import AS_OF, LEVEL, PATIENT, at, codes, decide, one, spine, vertebra
from vcfimg.clinical import read_clinical
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.imaging.measurement import Kyphosis, SpineReport, WallFinding
from vcfimg.level_names import LEVELS
from vcfimg.recommendation.recommendation import Decision, Recommendation

Facts = dict[str, Any]


def days_before(days: int) -> str:
    return (AS_OF - datetime.timedelta(days=days)).isoformat()


def patient(levels: Mapping[str, Facts], **changes: Any) -> ClinicalInputs:
    """A record as it comes in a JSON file: the default patient, and each level with its changes."""
    facts = {"exam_levels": list(levels)} | PATIENT | changes
    facts["levels"] = {name: LEVEL | of_level for name, of_level in levels.items()}
    return ClinicalInputs.model_validate_json(json.dumps(facts))


def check(found: Recommendation, expected: Facts) -> None:
    """Compare what ``expected`` names; words of ``says`` must stand in alerts, conditions, consults or notes."""
    said = codes(found.alerts) | codes(found.conditions) | codes(found.consults) | codes(found.notes)
    seen: Facts = {
        "status": found.status,
        "preference": found.preference,
        "sins": found.sins and (found.sins.min, found.sins.max),
        "biopsy": found.biopsy,
        "borderline": found.borderline,
        "missing": set(found.missing),
        "genant": found.genant and found.genant.grade,
        "escc": found.escc,
    }
    for key, value in expected.items():
        if key == "says":
            assert value <= said, (value - said, said)
        elif key == "silent":
            assert not value & said, value & said
        elif key == "misses":
            assert value <= seen["missing"], found.missing
        elif key != "priority":
            assert seen[key] == value, (key, seen[key], value)


ONE_LEVEL: list[tuple[str, str, Facts, Facts]] = [
    # G1
    (
        "a new deficit is an emergency",
        "L3",
        {"new_neurological_deficit": True},
        {
            "status": "EMERGENCY_REVIEW",
            "preference": "WITHHELD",
            "says": {"neurological_deficit"},
            "priority": "emergency",
        },
    ),
    (
        "an unknown deficit blocks",
        "L3",
        {"new_neurological_deficit": None},
        {"status": "INDETERMINATE", "preference": "BKP_GENERAL", "missing": {"new_neurological_deficit"}},
    ),
    (
        "every further danger is listed beside the cord",
        "T12",
        {"clinical_cord_compression": True, "infection": True, "escc": "3", "overt_instability": True, "age": 15},
        {
            "status": "EMERGENCY_REVIEW",
            "preference": "WITHHELD",
            "says": {"cord_compression", "infection", "epidural_high_grade", "overt_instability", "age_out_of_scope"},
            "priority": "emergency",
        },
    ),
    (
        "the cord outranks an indication that fails",
        "L3",
        {"clinical_cord_compression": True, "pain_vas": 0, "cancer": False},
        {"status": "EMERGENCY_REVIEW", "priority": "emergency"},
    ),
    # G2
    (
        "ESCC 2 goes to surgery and keeps its preference",
        "T9",
        {"escc": "2", "loss_percent": 45},
        {
            "status": "SURGICAL_REVIEW",
            "preference": "BKP_FAVOURED",
            "says": {"epidural_high_grade"},
            "escc": "2",
            "priority": "urgent",
        },
    ),
    (
        "ESCC 3 below the conus goes to surgery",
        "L4",
        {"escc": "3"},
        {"status": "SURGICAL_REVIEW", "preference": "BKP_GENERAL", "priority": "urgent"},
    ),
    (
        "a surgeon's stable does not lift ESCC 3",
        "T9",
        {"escc": "3", "surgeon_stable": True},
        {"status": "SURGICAL_REVIEW"},
    ),
    (
        "unknown ESCC blocks in the lumbar spine too",
        "L4",
        {"escc": None},
        {"status": "INDETERMINATE", "missing": {"levels.L4.escc"}, "priority": "soon", "escc": None},
    ),
    (
        "ESCC 3 comes before infection",
        "L3",
        {"escc": "3", "infection": True},
        {"status": "SURGICAL_REVIEW", "preference": "BKP_GENERAL", "says": {"infection"}, "priority": "urgent"},
    ),
    (
        "unknown ESCC does not stop weak pain from deciding",
        "L3",
        {"escc": None, "pain_vas": 3.5},
        {"status": "NOT_INDICATED", "says": {"pain_below_threshold"}, "priority": "soon"},
    ),
    (
        "unknown ESCC does not stop a later gate that is true",
        "L3",
        {"escc": None, "coagulopathy_uncorrected": True},
        {"status": "CONTRAINDICATED", "preference": "WITHHELD"},
    ),
    # G3
    (
        "overt instability goes to surgery",
        "L3",
        {"overt_instability": True},
        {"status": "SURGICAL_REVIEW", "preference": "BKP_GENERAL", "says": {"overt_instability"}, "priority": "urgent"},
    ),
    (
        "overt instability stays although a surgeon says stable",
        "L3",
        {"overt_instability": True, "surgeon_stable": True},
        {"status": "SURGICAL_REVIEW", "says": {"instability_conflict"}},
    ),
    (
        "a surgeon's unstable goes to surgery",
        "L3",
        {"surgeon_stable": False},
        {"status": "SURGICAL_REVIEW", "says": {"surgeon_unstable"}},
    ),
    (
        "translation goes to surgery at a low SINS",
        "T8",
        {"alignment": "translation", "bone_quality": "blastic", "loss_percent": 25},
        {"status": "SURGICAL_REVIEW", "sins": (10, 10), "says": {"translation"}},
    ),
    (
        "translation that a surgeon calls stable, at a low SINS, goes to the board",
        "T8",
        {"alignment": "translation", "bone_quality": "mixed", "loss_percent": 25, "surgeon_stable": True},
        {"status": "CANDIDATE_MDT", "sins": (11, 11), "says": {"relative_translation"}, "silent": {"translation"}},
    ),
    (
        "translation that a surgeon calls stable, at SINS 13, goes to the board",
        "L3",
        {"alignment": "translation", "surgeon_stable": True},
        {"status": "CANDIDATE_MDT", "sins": (13, 13), "says": {"relative_sins"}},
    ),
    (
        "instability that nobody recorded is to be confirmed",
        "L3",
        {},
        {"status": "CANDIDATE", "says": {"confirm_instability"}, "sins": (9, 9), "missing": set()},
    ),
    # G4 and SINS
    (
        "no overt instability settles nothing",
        "T11",
        {"overt_instability": False, "alignment": "deformity", "loss_percent": 60},
        {"status": "SURGICAL_REVIEW", "sins": (13, 13), "says": {"sins_unstable"}, "priority": "urgent"},
    ),
    (
        "SINS 13 in the mid-lumbar spine needs a posterolateral side",
        "L3",
        {"alignment": "deformity", "loss_percent": 60, "posterolateral": "unilateral"},
        {"status": "SURGICAL_REVIEW", "sins": (13, 13)},
    ),
    (
        "SINS 12 is a candidate with a surgical consult",
        "L3",
        {"alignment": "deformity", "loss_percent": 60},
        {"status": "CANDIDATE", "sins": (12, 12), "says": {"spine_surgery"}},
    ),
    (
        "SINS 14 with both sides",
        "T8",
        {"alignment": "deformity", "loss_percent": 60, "posterolateral": "bilateral"},
        {"status": "SURGICAL_REVIEW", "sins": (14, 14)},
    ),
    (
        "SINS 6 needs no surgical consult",
        "T8",
        {"bone_quality": "blastic", "loss_percent": 25},
        {"status": "CANDIDATE_MDT", "sins": (6, 6), "silent": {"spine_surgery"}, "says": {"relative_blastic"}},
    ),
    (
        "bone quality unknown stays an interval below 13",
        "T8",
        {"bone_quality": None, "alignment": "deformity", "loss_percent": 60, "posterolateral": "unilateral"},
        {"status": "CANDIDATE", "sins": (10, 12)},
    ),
    (
        "alignment unknown at the junction straddles 13",
        "T12",
        {"alignment": None, "loss_percent": 30},
        {"status": "INDETERMINATE", "sins": (10, 14), "misses": {"levels.T12.surgeon_stable", "levels.T12.alignment"}},
    ),
    (
        "the uncertainty of the loss can reach 13 although the printed score does not",
        "L1",
        {"alignment": "deformity", "loss_percent": 45},
        {
            "status": "INDETERMINATE",
            "sins": (12, 12),
            "misses": {"levels.L1.surgeon_stable"},
            "preference": "BKP_FAVOURED",
        },
    ),
    (
        "the uncertainty of the loss that ends at 50 does not reach 13",
        "L1",
        {"alignment": "deformity", "loss_percent": 44},
        {"status": "CANDIDATE", "sins": (12, 12)},
    ),
    (
        "a straddling SINS that a surgeon calls stable goes to the board",
        "T12",
        {"alignment": None, "loss_percent": 30, "surgeon_stable": True},
        {"status": "CANDIDATE_MDT", "sins": (10, 14), "says": {"relative_sins"}, "missing": set()},
    ),
    (
        "a straddling SINS does not block weak pain",
        "T12",
        {"alignment": None, "pain_vas": 1},
        {"status": "NOT_INDICATED", "sins": (10, 14)},
    ),
    (
        "exactly 50 % is undefined and flagged",
        "T8",
        {"loss_percent": 50},
        {"status": "CANDIDATE", "sins": (8, 8), "says": {"sins_collapse_exactly_at_limit"}},
    ),
    ("just above 50 % scores 3", "T8", {"loss_percent": 50.1}, {"status": "CANDIDATE", "sins": (9, 9)}),
    (
        "no collapse and unknown extent leaves a point open",
        "L3",
        {"loss_percent": 9, "body_involved_over_half": None},
        {"status": "CANDIDATE", "sins": (7, 8), "preference": "VP_ACCEPTABLE"},
    ),
    (
        "no collapse and little tumour scores nothing",
        "L3",
        {"loss_percent": 9, "body_involved_over_half": False},
        {"status": "CANDIDATE", "sins": (7, 7)},
    ),
    (
        "a loss of 10 % may be shape or collapse",
        "L3",
        {"loss_percent": 10, "body_involved_over_half": False},
        {"status": "CANDIDATE", "sins": (7, 9)},
    ),
    (
        "an unknown loss leaves the collapse item open",
        "L3",
        {"loss_percent": None, "loss_uncertainty": None, "body_involved_over_half": None},
        {"status": "CANDIDATE", "sins": (7, 10), "preference": "UNDETERMINED", "genant": None},
    ),
    (
        "positional pain unknown leaves 1 to 3 points",
        "L3",
        {"pain_positional": None},
        {"status": "INDETERMINATE", "missing": {"pain_positional"}, "sins": (7, 9)},
    ),
    (
        "pain unknown altogether leaves 0 to 3 points",
        "L3",
        {"pain_positional": None, "pain_vas": None},
        {"status": "INDETERMINATE", "missing": {"pain_positional", "pain_vas"}, "sins": (6, 9)},
    ),
    (
        "no pain scores nothing",
        "L3",
        {"pain_positional": False, "pain_vas": 0},
        {"status": "NOT_INDICATED", "sins": (6, 6), "priority": "soon"},
    ),
    (
        "positional pain at VAS 0 scores as mechanical",
        "L3",
        {"pain_vas": 0},
        {"status": "NOT_INDICATED", "sins": (9, 9)},
    ),
    # G5
    (
        "infection is urgent and withholds",
        "L3",
        {"infection": True},
        {
            "status": "CONTRAINDICATED",
            "preference": "WITHHELD",
            "says": {"infection", "reassess"},
            "priority": "urgent",
        },
    ),
    (
        "uncorrected coagulopathy withholds",
        "L3",
        {"coagulopathy_uncorrected": True},
        {"status": "CONTRAINDICATED", "preference": "WITHHELD", "says": {"coagulopathy"}, "priority": "soon"},
    ),
    (
        "cement allergy withholds",
        "L3",
        {"cement_allergy": True},
        {"status": "CONTRAINDICATED", "preference": "WITHHELD", "says": {"cement_allergy"}},
    ),
    ("pregnancy withholds", "L3", {"pregnancy": True}, {"status": "CONTRAINDICATED", "says": {"pregnancy"}}),
    (
        "unknown infection blocks",
        "L3",
        {"infection": None},
        {"status": "INDETERMINATE", "missing": {"infection"}, "priority": "soon"},
    ),
    (
        "unknown allergy and pregnancy are to be confirmed",
        "L3",
        {"cement_allergy": None, "pregnancy": None, "sex": "F", "age": 55},
        {"status": "CANDIDATE", "says": {"confirm_cement_allergy", "confirm_pregnancy"}},
    ),
    (
        "infection comes before trauma",
        "L3",
        {"infection": True, "trauma": True},
        {"status": "CONTRAINDICATED", "says": {"infection", "trauma"}},
    ),
    # G0
    ("17 years is out of scope", "L3", {"age": 17}, {"status": "OUT_OF_SCOPE", "preference": "WITHHELD"}),
    ("18 years is in scope and young", "L3", {"age": 18}, {"status": "CANDIDATE_MDT", "says": {"relative_age"}}),
    (
        "an instrumented level is out of scope",
        "L3",
        {"instrumented": True},
        {"status": "OUT_OF_SCOPE", "preference": "WITHHELD", "says": {"instrumented"}, "priority": "soon"},
    ),
    ("trauma is out of scope", "L3", {"trauma": True}, {"status": "OUT_OF_SCOPE", "says": {"trauma"}}),
    (
        "a primary bone tumour is out of scope",
        "L3",
        {"primary_bone_tumour": True, "primaries": ["chordoma"]},
        {"status": "OUT_OF_SCOPE", "says": {"primary_bone_tumour"}},
    ),
    (
        "chordoma among the primaries is a primary bone tumour",
        "L3",
        {"primaries": ["Chordoma"]},
        {"status": "OUT_OF_SCOPE"},
    ),
    (
        "myeloma is a cancer",
        "L3",
        {"primaries": ["multiple myeloma"], "primary_bone_tumour": False},
        {"status": "CANDIDATE", "biopsy": "routine"},
    ),
    (
        "a solitary plasmacytoma is a cancer, and for the board",
        "L3",
        {"primaries": ["solitary plasmacytoma of bone"]},
        {"status": "CANDIDATE_MDT", "says": {"relative_plasmacytoma"}, "silent": {"evidence"}},
    ),
    ("lymphoma is a cancer", "L3", {"primaries": ["primary bone lymphoma"]}, {"status": "CANDIDATE"}),
    (
        "unknown scope is to be confirmed",
        "L3",
        {"age": None},
        {
            "status": "CANDIDATE",
            "says": {
                "confirm_age",
                "confirm_not_instrumented",
                "confirm_no_trauma",
                "confirm_no_primary_bone_tumour",
                "relative_unknown",
            },
        },
    ),
    (
        "known scope is not asked for",
        "L3",
        {"instrumented": False, "trauma": False, "primary_bone_tumour": False, "overt_instability": False},
        {"silent": {"confirm_age", "confirm_not_instrumented", "confirm_no_trauma", "confirm_no_primary_bone_tumour"}},
    ),
    ("scope comes before the indication", "L3", {"trauma": True, "pain_vas": 1}, {"status": "OUT_OF_SCOPE"}),
    (
        "scope comes before what is unknown",
        "L3",
        {"trauma": True, "clinical_cord_compression": None},
        {"status": "OUT_OF_SCOPE", "says": {"cord_unknown", "trauma"}, "priority": "urgent"},
    ),
    # G6
    (
        "no cancer is out of scope",
        "L3",
        {"cancer": False},
        {"status": "OUT_OF_SCOPE", "says": {"not_cancer", "unexplained_lesion"}},
    ),
    ("unknown cancer blocks", "L3", {"cancer": None}, {"status": "INDETERMINATE", "missing": {"cancer"}}),
    ("unknown VAS blocks", "L3", {"pain_vas": None}, {"status": "INDETERMINATE", "missing": {"pain_vas"}}),
    (
        "pain without axial loading is not indicated",
        "L3",
        {"pain_positional": False},
        {"status": "NOT_INDICATED", "sins": (7, 7), "says": {"pain_not_positional"}},
    ),
    (
        "an empty list of examined levels is unknown",
        "L3",
        {"exam_levels": []},
        {"status": "INDETERMINATE", "missing": {"exam_levels"}},
    ),
    ("no list of examined levels is unknown", "L3", {"exam_levels": None}, {"missing": {"exam_levels"}}),
    (
        "an examined neighbour matches with a note",
        "L3",
        {"exam_levels": ["L4"]},
        {"status": "CANDIDATE", "says": {"exam_adjacent"}},
    ),
    (
        "the exact level among several matches without a note",
        "L3",
        {"exam_levels": ["L4", "L3"]},
        {"status": "CANDIDATE", "silent": {"exam_adjacent"}},
    ),
    (
        "two levels away does not match",
        "L3",
        {"exam_levels": ["L1", "L5"]},
        {"status": "NOT_INDICATED", "says": {"exam_mismatch", "recheck_numbering"}},
    ),
    ("C7 is next to T1", "T1", {"exam_levels": ["C7"]}, {"status": "CANDIDATE_MDT", "says": {"exam_adjacent"}}),
    ("T12 is next to L1", "L1", {"exam_levels": ["T12"]}, {"status": "CANDIDATE", "says": {"exam_adjacent"}}),
    ("L6 is next to L5", "L6", {"exam_levels": ["L5"]}, {"status": "CANDIDATE", "says": {"exam_adjacent"}}),
    (
        "no edema on STIR is not indicated, with the board's note",
        "L3",
        {"stir_edema": False, "fracture_age_weeks": 60},
        {"status": "NOT_INDICATED", "says": {"no_stir_edema", "chronic_fracture_board"}, "priority": "soon"},
    ),
    (
        "a failing indication still lists the relative gates",
        "T3",
        {"pain_vas": 2, "escc": "1c"},
        {"status": "NOT_INDICATED", "says": {"relative_escc", "relative_level"}, "preference": "BKP_GENERAL"},
    ),
    # G7
    *[
        (f"ESCC {grade} is relative", "L3", {"escc": grade}, {"status": "CANDIDATE_MDT", "says": {"relative_escc"}})
        for grade in ("1a", "1b", "1c")
    ],
    (
        "3 mm of retropulsion is relative and urgent",
        "L3",
        {"retropulsion_mm": 3},
        {"status": "CANDIDATE_MDT", "says": {"relative_retropulsion", "tumour_board"}, "priority": "urgent"},
    ),
    (
        "2.9 mm of retropulsion is not",
        "L3",
        {"retropulsion_mm": 2.9, "canal_narrowing_percent": 24.9},
        {"status": "CANDIDATE", "priority": "soon"},
    ),
    (
        "a quarter of the canal is relative and urgent",
        "L3",
        {"canal_narrowing_percent": 25},
        {"status": "CANDIDATE_MDT", "says": {"relative_canal"}, "priority": "urgent"},
    ),
    ("T5 is not upper thoracic", "T5", {}, {"status": "CANDIDATE", "silent": {"relative_level"}, "sins": (8, 8)}),
    ("a cervical level is relative", "C5", {}, {"status": "CANDIDATE_MDT", "says": {"relative_level"}, "sins": (9, 9)}),
    (
        "80 % is relative",
        "L3",
        {"loss_percent": 80},
        {"status": "CANDIDATE_MDT", "says": {"relative_loss"}, "preference": "BKP_FAVOURED", "sins": (10, 10)},
    ),
    ("79.9 % is not", "L3", {"loss_percent": 79.9}, {"status": "CANDIDATE"}),
    ("39 years is relative", "L3", {"age": 39.9}, {"status": "CANDIDATE_MDT", "says": {"relative_age"}}),
    ("40 years is not", "L3", {"age": 40}, {"status": "CANDIDATE"}),
    (
        "four planned levels are relative",
        "L3",
        {"planned_levels": 4},
        {"status": "CANDIDATE_MDT", "says": {"relative_levels"}},
    ),
    ("three planned levels are not", "L3", {"planned_levels": 3}, {"status": "CANDIDATE"}),
    (
        "the unknown relative gates leave a note and do not block",
        "L3",
        {"bone_quality": None},
        {"status": "CANDIDATE", "says": {"relative_unknown"}},
    ),
    (
        "mixed bone is not blastic",
        "L3",
        {"bone_quality": "mixed"},
        {"status": "CANDIDATE", "silent": {"relative_blastic"}, "sins": (8, 8)},
    ),
    # G8
    (
        "a disrupted wall alone stays a candidate and asks for backup",
        "L3",
        {"posterior_wall": "disrupted"},
        {"status": "CANDIDATE", "says": {"decompression_backup"}},
    ),
    (
        "an unknown wall counts as disrupted",
        "L3",
        {"posterior_wall": None},
        {"status": "CANDIDATE", "says": {"decompression_backup"}},
    ),
    (
        "an intact wall keeps the operator condition",
        "L3",
        {},
        {"says": {"operator"}, "silent": {"decompression_backup", "operator_decompression"}},
    ),
    # Section 3
    ("index outside, 19.9 %", "L3", {"loss_percent": 19.9}, {"preference": "VP_ACCEPTABLE", "borderline": (20.0,)}),
    ("index outside, 20 %", "L3", {"loss_percent": 20}, {"preference": "BKP_GENERAL", "genant": 1}),
    ("index outside, 39.9 %", "L3", {"loss_percent": 39.9}, {"preference": "BKP_GENERAL", "genant": 2}),
    ("index outside, 40 %", "L3", {"loss_percent": 40}, {"preference": "BKP_FAVOURED", "genant": 2}),
    ("index junction, 19.9 %", "T12", {"loss_percent": 19.9}, {"preference": "OPERATOR_CHOICE"}),
    ("index junction, 20 %", "L2", {"loss_percent": 20}, {"preference": "BKP_FAVOURED"}),
    ("index junction, 70 %", "T11", {"loss_percent": 70, "loss_uncertainty": 1}, {"preference": "BKP_FAVOURED"}),
    ("T10 is outside the junction", "T10", {"loss_percent": 30}, {"preference": "BKP_GENERAL", "sins": (8, 8)}),
    ("T13 is in the junction", "T13", {"loss_percent": 30}, {"preference": "BKP_FAVOURED", "sins": (10, 10)}),
    ("L6 is outside and scores as L5", "L6", {"loss_percent": 30}, {"preference": "BKP_GENERAL", "sins": (10, 10)}),
    ("non-index outside, 10 %", "L3", {"index": False, "loss_percent": 10}, {"preference": "VP_ACCEPTABLE"}),
    ("non-index outside, 39 %", "L3", {"index": False, "loss_percent": 39}, {"preference": "VP_ACCEPTABLE"}),
    ("non-index outside, 45 %", "L3", {"index": False, "loss_percent": 45}, {"preference": "OPERATOR_CHOICE"}),
    ("non-index junction, 10 %", "L1", {"index": False, "loss_percent": 10}, {"preference": "VP_ACCEPTABLE"}),
    ("non-index junction, 30 %", "L1", {"index": False, "loss_percent": 30}, {"preference": "OPERATOR_CHOICE"}),
    ("non-index junction, 45 %", "L1", {"index": False, "loss_percent": 45}, {"preference": "OPERATOR_CHOICE"}),
    ("colliding rules are both printed", "T12", {"loss_percent": 5}, {"says": {"two_rules_collide"}}),
    ("the band reaches the threshold exactly", "L3", {"loss_percent": 34}, {"borderline": (40.0,)}),
    ("the band does not reach the threshold", "L3", {"loss_percent": 33.9}, {"borderline": ()}),
    ("the band reaches both thresholds", "L3", {"loss_uncertainty": 10}, {"borderline": (20.0, 40.0)}),
    (
        "a negative loss is not a deformity",
        "L3",
        {"loss_percent": -4},
        {"status": "CANDIDATE", "preference": "VP_ACCEPTABLE", "genant": 0},
    ),
    ("Genant at 25 %", "L3", {"loss_percent": 25}, {"genant": 2}),
    ("Genant just below 25 %", "L3", {"loss_percent": 24.9}, {"genant": 1}),
    ("Genant above 40 %", "L3", {"loss_percent": 40.1}, {"genant": 3}),
    # SINS locations, defaults otherwise: 7 points and the location
    ("SINS at C2", "C2", {}, {"sins": (10, 10)}),
    ("SINS at C6", "C6", {}, {"sins": (9, 9)}),
    ("SINS at C7", "C7", {}, {"sins": (10, 10)}),
    ("SINS at T2", "T2", {}, {"sins": (10, 10)}),
    ("SINS at T3", "T3", {}, {"sins": (8, 8)}),
    ("SINS at L1", "L1", {}, {"sins": (10, 10)}),
    ("SINS at L2", "L2", {}, {"sins": (9, 9)}),
    ("SINS at L5", "L5", {}, {"sins": (10, 10)}),
    ("SINS at S1", "S1", {}, {"sins": (10, 10)}),
    # Biopsy, radiation, age of the fracture
    ("two primaries", "L3", {"primaries": ["breast", "lung"]}, {"biopsy": "paramount", "says": {"biopsy_paramount"}}),
    (
        "a first metastasis after five years",
        "L3",
        {"first_metastasis": True, "latency_years": 5},
        {"biopsy": "paramount"},
    ),
    (
        "a first metastasis after less",
        "L3",
        {"first_metastasis": True, "latency_years": 4.9},
        {"biopsy": "routine"},
    ),
    ("a first metastasis of unknown latency", "L3", {"first_metastasis": True}, {"biopsy": "paramount"}),
    ("a later metastasis", "L3", {"first_metastasis": False, "latency_years": 12}, {"biopsy": "routine"}),
    ("known histology keeps the biopsy", "L3", {"histology_known": True}, {"biopsy": "routine"}),
    ("a benign result is thought of", "L3", {"loss_percent": 10}, {"says": {"biopsy", "if_biopsy_benign"}}),
    ("20 Gy flags the bone", "L3", {"prior_rt_gy": 20}, {"status": "CANDIDATE", "says": {"rt_dose"}}),
    ("19.9 Gy in fractions does not", "L3", {"prior_rt_gy": 19.9, "prior_rt_fractions": 10}, {"silent": {"rt_dose"}}),
    ("a fresh fracture waits for no trial", "L3", {"fracture_age_weeks": 1}, {"status": "CANDIDATE"}),
    ("an old fracture is not excluded", "L3", {"fracture_age_weeks": 200}, {"status": "CANDIDATE"}),
    (
        "options and risks of a candidate",
        "L3",
        {},
        {
            "says": {
                "radiation_oncology",
                "rt_marrow",
                "ablation",
                "instead_of_open_surgery",
                "risks",
                "preference_only",
                "evidence",
            }
        },
    ),
    # Dates
    ("a VAS of 30 days ago", "L3", {"pain_vas_date": days_before(30)}, {"status": "CANDIDATE"}),
    (
        "a VAS of 31 days ago",
        "L3",
        {"pain_vas_date": days_before(31)},
        {"status": "INDETERMINATE", "missing": {"pain_vas"}, "says": {"vas_stale"}},
    ),
    (
        "a weak VAS of 31 days ago decides nothing",
        "L3",
        {"pain_vas_date": days_before(31), "pain_vas": 1},
        {"status": "INDETERMINATE", "missing": {"pain_vas"}},
    ),
    ("an examination of 30 days ago", "L3", {"exam_date": days_before(30)}, {"status": "CANDIDATE"}),
    (
        "an examination of 31 days ago",
        "L3",
        {"exam_date": days_before(31)},
        {"status": "INDETERMINATE", "misses": {"exam_levels"}, "says": {"exam_stale"}},
    ),
    (
        "an examination elsewhere 31 days ago decides nothing",
        "L3",
        {"exam_date": days_before(31), "exam_levels": ["C3"]},
        {"status": "INDETERMINATE", "misses": {"exam_levels"}},
    ),
    ("no dates are used with a note", "L3", {}, {"says": {"vas_undated", "exam_undated"}}),
    (
        "a VAS of tomorrow is unknown and alarms",
        "L3",
        {"pain_vas_date": days_before(-1)},
        {"status": "INDETERMINATE", "missing": {"pain_vas"}, "says": {"date_after_decision"}},
    ),
    # Priority
    ("a candidate is soon", "L3", {}, {"priority": "soon"}),
    ("cord unknown at 20 %", "L3", {"clinical_cord_compression": None, "loss_percent": 20}, {"priority": "urgent"}),
    (
        "cord unknown below 20 %",
        "L3",
        {"clinical_cord_compression": None, "loss_percent": 19},
        {"priority": "soon", "says": {"cord_unknown"}},
    ),
    ("undecided, collapsed and edematous", "L3", {"cancer": None}, {"priority": "soon"}),
    ("undecided and not collapsed", "L3", {"cancer": None, "loss_percent": 10}, {"priority": "soon"}),
    ("undecided without edema known", "L3", {"stir_edema": None}, {"priority": "soon"}),
    (
        "retropulsion without edema is not urgent",
        "L3",
        {"retropulsion_mm": 5, "stir_edema": False},
        {"status": "NOT_INDICATED", "priority": "soon", "says": {"relative_retropulsion"}},
    ),
]


@pytest.mark.parametrize(
    ("level", "changes", "expected"), [row[1:] for row in ONE_LEVEL], ids=[r[0] for r in ONE_LEVEL]
)
def test_one_level(level: str, changes: Facts, expected: Facts) -> None:
    of_level = {key: value for key, value in changes.items() if key in LEVEL or key in _ONLY_LEVEL}
    of_patient = {key: value for key, value in changes.items() if key not in of_level}
    decision = decide(patient({level: of_level}, **of_patient))
    check(at(decision, level), expected)
    if "priority" in expected:
        assert decision.priority.class_ == expected["priority"]


_ONLY_LEVEL = {
    *("instrumented", "prior_rt_gy", "prior_rt_fractions", "fracture_age_weeks"),
    *("retropulsion_mm", "canal_narrowing_percent"),
}

SEVERAL: list[tuple[str, dict[str, Facts], Facts, dict[str, tuple[str, str]], list[int], str]] = [
    (
        "three candidates fit one session",
        {"T12": {}, "L1": {"index": False}, "L2": {"index": False}},
        {},
        {
            "T12": ("CANDIDATE", "BKP_FAVOURED"),
            "L1": ("CANDIDATE", "OPERATOR_CHOICE"),
            "L2": ("CANDIDATE", "OPERATOR_CHOICE"),
        },
        [3],
        "soon",
    ),
    (
        "four candidates go to the board",
        {"T8": {}, "T9": {}, "L3": {}, "L4": {}},
        {},
        dict.fromkeys(("T8", "T9", "L3", "L4"), ("CANDIDATE_MDT", "BKP_GENERAL")),
        [],
        "soon",
    ),
    (
        "a fourth level that is not indicated does not count",
        {"T8": {}, "T9": {}, "L3": {}, "L4": {"stir_edema": False}},
        {},
        {
            "T8": ("CANDIDATE", "BKP_GENERAL"),
            "T9": ("CANDIDATE", "BKP_GENERAL"),
            "L3": ("CANDIDATE", "BKP_GENERAL"),
            "L4": ("NOT_INDICATED", "BKP_GENERAL"),
        },
        [3],
        "soon",
    ),
    (
        "four levels that are relative for another reason count",
        {"T8": {"escc": "1a"}, "T9": {}, "L3": {}, "L4": {}},
        {},
        dict.fromkeys(("T8", "T9", "L3", "L4"), ("CANDIDATE_MDT", "BKP_GENERAL")),
        [],
        "soon",
    ),
    (
        "the planned number stands before the number found",
        {"T8": {}, "T9": {}, "L3": {}, "L4": {}},
        {"planned_levels": 3},
        dict.fromkeys(("T8", "T9", "L3", "L4"), ("CANDIDATE", "BKP_GENERAL")),
        [],
        "soon",
    ),
    (
        "a dangerous level is cleared before its neighbour",
        {"T9": {"escc": "3"}, "L3": {}},
        {},
        {"T9": ("SURGICAL_REVIEW", "BKP_GENERAL"), "L3": ("CANDIDATE_MDT", "BKP_GENERAL")},
        [],
        "urgent",
    ),
    (
        "cord compression concerns every level",
        {"T9": {}, "L3": {"stir_edema": False}},
        {"clinical_cord_compression": True},
        {"T9": ("EMERGENCY_REVIEW", "WITHHELD"), "L3": ("EMERGENCY_REVIEW", "WITHHELD")},
        [],
        "emergency",
    ),
    (
        "an instrumented level leaves the others in scope",
        {"L3": {"instrumented": True}, "T9": {}},
        {},
        {"L3": ("OUT_OF_SCOPE", "WITHHELD"), "T9": ("CANDIDATE", "BKP_GENERAL")},
        [1],
        "soon",
    ),
    (
        "the reader's index makes the others non-index",
        {"T9": {"index": True, "loss_percent": 25}, "L3": {"index": None, "loss_percent": 45}},
        {},
        {"T9": ("CANDIDATE", "BKP_GENERAL"), "L3": ("CANDIDATE", "OPERATOR_CHOICE")},
        [2],
        "soon",
    ),
    (
        "the examined level with the greatest loss is the index",
        {"T9": {"index": None, "loss_percent": 25}, "L3": {"index": None, "loss_percent": 45}},
        {},
        {"T9": ("CANDIDATE", "VP_ACCEPTABLE"), "L3": ("CANDIDATE", "BKP_FAVOURED")},
        [2],
        "soon",
    ),
    (
        "an unexamined level is non-index however collapsed",
        {"T9": {"index": None, "loss_percent": 25}, "L3": {"index": None, "loss_percent": 45}},
        {"exam_levels": ["T9"]},
        {"T9": ("CANDIDATE", "BKP_GENERAL"), "L3": ("NOT_INDICATED", "OPERATOR_CHOICE")},
        [1],
        "soon",
    ),
    (
        "without an examination every level is judged as index",
        {"T9": {"index": None, "loss_percent": 25}, "L3": {"index": None, "loss_percent": 45}},
        {"exam_levels": None},
        {"T9": ("INDETERMINATE", "BKP_GENERAL"), "L3": ("INDETERMINATE", "BKP_FAVOURED")},
        [],
        "soon",
    ),
    (
        "T13 lies between T12 and L1",
        {"T13": {}, "L1": {}},
        {"exam_levels": ["T12"]},
        {"T13": ("CANDIDATE", "BKP_FAVOURED"), "L1": ("NOT_INDICATED", "BKP_FAVOURED")},
        [1],
        "soon",
    ),
    (
        "L6 lies between L5 and S1",
        {"L6": {}, "S1": {}},
        {"exam_levels": ["L5"]},
        {"L6": ("CANDIDATE", "BKP_GENERAL"), "S1": ("OUT_OF_SCOPE", "WITHHELD")},
        [1],
        "soon",
    ),
]


@pytest.mark.parametrize(
    ("levels", "changes", "expected", "sessions", "priority"), [row[1:] for row in SEVERAL], ids=[r[0] for r in SEVERAL]
)
def test_several_levels(
    levels: dict[str, Facts],
    changes: Facts,
    expected: dict[str, tuple[str, str]],
    sessions: list[int],
    priority: str,
) -> None:
    decision = decide(patient(levels, **changes))
    found = {one.level: (str(one.status), str(one.preference)) for one in decision.recommendations}
    assert found == expected
    assert decision.priority.class_ == priority
    if sessions:
        assert [len(session.levels) for session in decision.plan.sessions] == sessions


def test_more_than_four_candidates_are_staged() -> None:
    names = ("T8", "T9", "L2", "L3", "L4")
    decision = decide(patient({name: {} for name in names}))
    assert {one.status for one in decision.recommendations} == {"CANDIDATE_MDT"}
    assert len(decision.plan.sessions) >= 2
    assert all(len(session.levels) <= 3 for session in decision.plan.sessions)
    assert sorted(level for session in decision.plan.sessions for level in session.levels) == sorted(names)


def test_the_most_collapsed_candidate_stands_first() -> None:
    decision = decide(patient({"T9": {"loss_percent": 22}, "T8": {"loss_percent": 60}, "L3": {"loss_percent": 45}}))
    assert decision.plan.sessions[0].levels == ("T8", "L3", "T9")


# Images


def with_image(
    *vertebrae: Any,
    facts: Facts | None = None,
    confirmed: bool = True,
    report: SpineReport | None = None,
    **changes: Any,
) -> Decision:
    """The default patient with ``facts`` at L3 beside an image."""
    measurement = spine(*vertebrae, confirmed=confirmed, report=report)
    return decide(patient({"L3": facts or {}}, **changes), measurement)


NO_READER = {"stir_edema": None, "loss_percent": None, "loss_uncertainty": None}

IMAGE: list[tuple[str, Facts, Facts, Facts]] = [
    (
        "edema from 0.15",
        NO_READER,
        {"loss": 45, "fraction": 0.15},
        {"status": "CANDIDATE", "preference": "BKP_FAVOURED", "says": {"edema_to_be_confirmed"}, "priority": "soon"},
    ),
    (
        "edema below 0.15 is unknown",
        NO_READER,
        {"loss": 45, "fraction": 0.149},
        {"status": "INDETERMINATE", "missing": {"levels.L3.stir_edema"}, "says": {"edema_to_be_confirmed"}},
    ),
    (
        "no edema on the image alone is unknown, not false",
        NO_READER,
        {"loss": 45, "fraction": 0.0},
        {"status": "INDETERMINATE", "missing": {"levels.L3.stir_edema"}, "says": {"edema_to_be_confirmed"}},
    ),
    (
        "no STIR",
        NO_READER,
        {"loss": 45, "fraction": None},
        {"status": "INDETERMINATE", "missing": {"levels.L3.stir_edema"}, "preference": "BKP_FAVOURED"},
    ),
    (
        "the reader's edema stands against a clean image",
        {},
        {"loss": 30, "fraction": 0.0},
        {"status": "CANDIDATE", "silent": {"image_disagrees"}},
    ),
    (
        "the reader's missing edema stands, and the image objects",
        {"stir_edema": False},
        {"loss": 30, "fraction": 0.5},
        {"status": "NOT_INDICATED", "says": {"image_disagrees"}},
    ),
    (
        "the reader's loss decides, and the worse image objects",
        {"loss_percent": 22},
        {"loss": 60, "fraction": 0.5},
        {"status": "CANDIDATE", "preference": "BKP_GENERAL", "says": {"image_disagrees"}},
    ),
    (
        "an image worse within its uncertainty does not object",
        {"loss_percent": 30},
        {"loss": 34, "fraction": 0.5, "uncertainty": 5},
        {"status": "CANDIDATE", "silent": {"image_disagrees"}},
    ),
    (
        "a milder image does not object",
        {"loss_percent": 60},
        {"loss": 25, "fraction": 0.5},
        {"status": "CANDIDATE", "preference": "BKP_FAVOURED", "silent": {"image_disagrees"}},
    ),
    (
        "retropulsion on the image raises the relative gate",
        {},
        {"loss": 30, "fraction": 0.5, "wall": WallFinding(retropulsion_mm=4)},
        {"status": "CANDIDATE_MDT", "says": {"relative_retropulsion"}, "priority": "urgent"},
    ),
    (
        "a narrow canal on the image raises the relative gate",
        {},
        {"loss": 30, "fraction": 0.5, "wall": WallFinding(canal_narrowing_percent=30)},
        {"status": "CANDIDATE_MDT", "says": {"relative_canal"}, "priority": "urgent"},
    ),
    (
        "a straight wall on the image does not make the wall intact",
        {"posterior_wall": None},
        {"loss": 30, "fraction": 0.5, "wall": WallFinding(retropulsion_mm=0, convex=False)},
        {"status": "CANDIDATE", "says": {"decompression_backup"}},
    ),
    (
        "a worse image over the reader's wall objects and is urgent",
        {"retropulsion_mm": 0},
        {"loss": 30, "fraction": 0.5, "wall": WallFinding(retropulsion_mm=8)},
        {"says": {"image_disagrees"}, "priority": "urgent"},
    ),
    (
        "80 % on the image is relative",
        NO_READER,
        {"loss": 82, "fraction": 0.5},
        {"status": "CANDIDATE_MDT", "says": {"relative_loss"}},
    ),
    (
        "the image's uncertainty widens SINS",
        NO_READER | {"alignment": "deformity", "posterolateral": "unilateral"},
        {"loss": 46, "fraction": 0.5, "uncertainty": 5},
        {"status": "INDETERMINATE", "sins": (12, 12), "misses": {"levels.L3.surgeon_stable"}},
    ),
]


@pytest.mark.parametrize(("facts", "seen", "expected"), [row[1:] for row in IMAGE], ids=[row[0] for row in IMAGE])
def test_beside_an_image(facts: Facts, seen: Facts, expected: Facts) -> None:
    decision = with_image(vertebra(3, "L3", **seen), facts=facts)
    check(at(decision, "L3"), expected)
    if "priority" in expected:
        assert decision.priority.class_ == expected["priority"]


def test_the_worse_image_ranks_higher() -> None:
    facts = {"loss_percent": 25, "loss_uncertainty": 5}
    mild = with_image(vertebra(3, "L3", loss=25, fraction=0.5), facts=facts)
    severe = with_image(vertebra(3, "L3", loss=70, fraction=0.5), facts=facts)
    assert severe.priority.score > mild.priority.score


def test_unconfirmed_numbering_is_asked_for_at_every_level() -> None:
    seen = (vertebra(3, "L3", loss=45, fraction=0.5), vertebra(4, "L4", loss=30, fraction=0.0))
    unsure = with_image(*seen, confirmed=False)
    assert all("confirm_level" in codes(found.conditions) for found in unsure.recommendations)
    sure = with_image(*seen)
    assert not any("confirm_level" in codes(found.conditions) for found in sure.recommendations)


def test_a_loss_that_fits_the_neighbour_asks_to_recheck_the_numbering() -> None:
    decision = with_image(
        vertebra(3, "L3", loss=2, fraction=0.5), vertebra(4, "L4", loss=47, fraction=0.5), facts={"loss_percent": 48}
    )
    assert "recheck_numbering" in codes(at(decision, "L3").alerts)


def test_an_edema_that_fits_the_neighbour_asks_to_recheck_the_numbering() -> None:
    decision = with_image(vertebra(3, "L3", loss=30, fraction=0.0), vertebra(2, "L2", loss=3, fraction=0.6))
    assert "recheck_numbering" in codes(at(decision, "L3").alerts)


def test_a_level_that_fits_does_not_ask_to_recheck() -> None:
    decision = with_image(vertebra(3, "L3", loss=30, fraction=0.5), vertebra(4, "L4", loss=31, fraction=0.5))
    assert "recheck_numbering" not in codes(at(decision, "L3").alerts)


def test_the_edematous_level_with_more_edema_is_the_index() -> None:
    measurement = spine(vertebra(1, "T9", loss=45, fraction=0.2), vertebra(3, "L3", loss=42, fraction=0.7))
    clinical = patient({}, exam_levels=["T9", "L3"])
    decision = decide(clinical, measurement)
    assert at(decision, "L3").preference == "BKP_FAVOURED"
    assert at(decision, "T9").preference == "OPERATOR_CHOICE"


def test_images_alone_measure_and_prefer_and_name_what_is_missing() -> None:
    measurement = spine(
        vertebra(1, "T12", loss=45, fraction=0.4),
        vertebra(2, "L1", loss=3, fraction=0.0),
        vertebra(3, "L2", loss=8, fraction=0.3),
    )
    decision = decide(None, measurement)
    assert [found.level for found in decision.recommendations] == ["T12", "L2"]
    found = at(decision, "T12")
    check(
        found,
        {
            "status": "INDETERMINATE",
            "preference": "BKP_FAVOURED",
            "misses": {"clinical_cord_compression", "infection", "pain_vas", "cancer", "levels.T12.escc"},
            "says": {"judged_as_index"},
        },
    )
    assert at(decision, "L2").preference == "OPERATOR_CHOICE"
    assert (decision.priority.class_, decision.priority.images_alone) == ("soon", True)


def test_a_fracture_without_edema_is_found_and_nothing_pending() -> None:
    decision = decide(None, spine(vertebra(1, "T12", loss=45, fraction=0.0)))
    assert [found.preference for found in decision.recommendations] == ["BKP_FAVOURED"]
    assert (decision.priority.class_, decision.priority.fhir, decision.priority.dicom) == ("soon", "routine", "LOW")
    assert 10 <= decision.priority.score < 40


def test_images_alone_with_a_narrow_canal_are_urgent() -> None:
    narrow = vertebra(1, "T12", loss=45, fraction=0.4, wall=WallFinding(canal_narrowing_percent=40))
    assert decide(None, spine(narrow)).priority.class_ == "urgent"


def test_a_healthy_spine_needs_no_recommendation() -> None:
    decision = decide(None, spine(vertebra(1, "L1"), vertebra(2, "L2", loss=19.9)))
    assert decision.recommendations == ()
    assert decision.priority.class_ == "routine"


def test_a_spine_that_could_not_be_measured_is_unscreened() -> None:
    decision = decide(None, spine(vertebra(1, "L1", loss=None, fraction=None, measured=False)))
    assert decision.priority.class_ == "unscreened"


@pytest.mark.parametrize(("loss", "preference"), [(45, "BKP_FAVOURED"), (30, "UNDETERMINED")])
def test_an_unnamed_level_leaves_open_what_depends_on_it(loss: float, preference: str) -> None:
    decision = decide(None, spine(vertebra(7, None, loss=loss, fraction=0.4)))
    (found,) = decision.recommendations
    check(found, {"status": "INDETERMINATE", "preference": preference, "says": {"level_unnamed"}})
    assert (found.vertebra_id, found.level) == (7, None)
    assert found.sins is not None
    assert (found.sins.min, found.sins.max) == (3, 17)


def test_a_level_of_the_record_that_the_images_lack_is_still_decided() -> None:
    decision = with_image(vertebra(9, "T9", loss=3, fraction=0.0))
    check(at(decision, "L3"), {"status": "CANDIDATE", "says": {"level_not_in_images"}})
    assert at(decision, "L3").vertebra_id is None


@pytest.mark.parametrize(("days", "status"), [(60, "CANDIDATE"), (61, "INDETERMINATE")])
def test_an_old_examination_no_longer_shows_edema(days: int, status: str) -> None:
    measurement = spine(vertebra(3, "L3", loss=45, fraction=0.5))
    study_date = datetime.date.fromisoformat(days_before(days))
    decision = decide(patient({"L3": NO_READER}), measurement, study_date=study_date)
    found = at(decision, "L3")
    assert (found.status, found.preference) == (status, "BKP_FAVOURED")
    assert ("levels.L3.stir_edema" in found.missing) == (days == 61)


def test_an_old_examination_still_warns() -> None:
    study_date = datetime.date.fromisoformat(days_before(200))
    clinical = patient({"L3": {"escc": "3"}})
    decision = decide(clinical, spine(vertebra(3, "L3", loss=45, fraction=0.5)), study_date=study_date)
    assert at(decision, "L3").status == "SURGICAL_REVIEW"


def test_measured_kyphosis_opens_the_discussion_of_the_neighbours() -> None:
    report = SpineReport(kyphosis=(Kyphosis(from_="L2", to="L4", deg=28.0),))
    seen = (vertebra(2, "L2"), vertebra(3, "L3", loss=45, fraction=0.5), vertebra(4, "L4"))
    assert with_image(*seen, report=report).plan.neighbour_options
    assert not with_image(*seen).plan.neighbour_options


# Refused records


def refused(levels: Mapping[str, Facts], **changes: Any) -> ClinicalInputs:
    return patient(levels, **changes).model_copy(update={"refused": True})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"pain_vas": 0},
        {"pain_vas": 10},
        {"pain_positional": False},
        {"surgeon_stable": True},
        {"cancer": False},
        {"exam_levels": ["C1"]},
        {"planned_levels": 1},
        {"pain_vas_date": days_before(90)},
    ],
)
def test_a_refused_record_decides_nothing_by_itself(changes: Facts) -> None:
    for measurement in (None, spine(vertebra(3, "L3", loss=45, fraction=0.5))):
        found = at(decide(refused({"L3": {}}, **changes), measurement), "L3")
        check(found, {"status": "INDETERMINATE", "says": {"record_refused"}, "misses": {"infection", "pain_vas"}})


@pytest.mark.parametrize(
    ("pain", "minimum"), [({"pain_vas": 7, "pain_positional": True}, 3), ({"pain_vas": 0, "pain_positional": False}, 0)]
)
def test_refused_pain_only_raises_sins(pain: Facts, minimum: int) -> None:
    found = at(decide(refused({"L3": {}}, **pain)), "L3")
    assert found.sins is not None
    assert found.sins.min == 2 + minimum + 2 + 0 + 2
    assert found.sins.max >= 2 + 3 + 2 + 4 + 2


def test_a_refused_loss_that_raises_nothing_is_unknown() -> None:
    assert at(decide(refused({"L3": {"loss_percent": 8}})), "L3").preference == "UNDETERMINED"


def test_a_refused_file_keeps_its_danger_at_every_level_it_names(tmp_path: Path) -> None:
    file = tmp_path / "clinical.json"
    facts = {"patient_id": "P", "pain_vas": 11, "infection": True, "levels": {"L1": {"stir_edema": True}, "L3": {}}}
    file.write_text(json.dumps({"patients": [facts]}))
    read = read_clinical(file)
    decision = decide(read.records[0])
    assert [(one.level, one.status) for one in decision.recommendations] == [
        ("L1", "CONTRAINDICATED"),
        ("L3", "CONTRAINDICATED"),
    ]
    assert [error.field for error in read.errors] == ["pain_vas"]


@pytest.mark.parametrize(("record_loss", "image_loss"), [(25, 60), (60, 25)])
def test_the_worse_loss_holds_in_a_refused_record(record_loss: float, image_loss: float) -> None:
    clinical = refused({"L3": {"loss_percent": record_loss, "alignment": "deformity", "posterolateral": "unilateral"}})
    found = at(decide(clinical, spine(vertebra(3, "L3", loss=image_loss, fraction=0.5))), "L3")
    check(found, {"status": "SURGICAL_REVIEW", "preference": "BKP_FAVOURED", "says": {"sins_unstable"}})


@pytest.mark.parametrize("field", ["retropulsion_mm", "canal_narrowing_percent"])
def test_a_refused_wall_cannot_hide_a_worse_image(field: str) -> None:
    clinical = refused({"L3": {field: 0}})
    narrow = vertebra(3, "L3", loss=45, fraction=0.5, wall=WallFinding(retropulsion_mm=6, canal_narrowing_percent=50))
    decision = decide(clinical, spine(narrow))
    assert {"relative_retropulsion", "relative_canal"} <= codes(at(decision, "L3").alerts)
    assert decision.priority.class_ == "urgent"


def test_a_refused_reader_cannot_hide_edema_on_the_image() -> None:
    decision = decide(refused({"L3": {"stir_edema": False}}), spine(vertebra(3, "L3", loss=45, fraction=0.5)))
    assert decision.priority.class_ in {"soon", "urgent"}


# Texts


def words(decision: Decision) -> str:
    return decision.model_dump_json().lower()


def test_the_guidance_that_differs_is_listed() -> None:
    said = words(decide(patient({"L3": {}})))
    for name in ("imwg 2008", "imwg 2019", "nass", "cafe", "sir 2014", "acr 2022"):
        assert name in said, name


def test_background_is_never_claimed() -> None:
    for level in ("T12", "L3"):
        for loss in (5, 30, 60):
            said = words(decide(patient({level: {"loss_percent": loss}})))
            for claim in (
                "mortality",
                "medicare",
                "survival",
                "prevents",
                "within 8 weeks of",
                "before radiation",
                "after radiation",
                "39 %",
            ):
                assert claim not in said, claim


def test_both_procedures_name_their_price() -> None:
    found = one("T12", loss_percent=45)
    bkp, vp = " ".join(found.for_against.bkp).lower(), " ".join(found.for_against.vp).lower()
    against = " ".join((*found.for_against.bkp_against, *found.for_against.vp_against)).lower()
    assert "kyphosis" in bkp
    assert "cost" in vp + against
    assert "leak" in bkp + against


def test_randomised_evidence_is_said_of_bkp_only() -> None:
    found = one("L3", loss_percent=10)
    assert found.preference == "VP_ACCEPTABLE"
    assert "randomised evidence" not in " ".join(found.for_against.vp).lower()


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_is_decided(level: str) -> None:
    bodiless = level in {"C1", "S1"}
    assert one(level).status in ({"OUT_OF_SCOPE"} if bodiless else {"CANDIDATE", "CANDIDATE_MDT"})
