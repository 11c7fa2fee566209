"""Published indices and papers reproduced through the command line from the shipped examples."""

import json

import pytest

from tests.paths import EXAMPLES, GOLDEN
from tests.scoring.build import read_rows, run, score_example, write_csv

data_needed = pytest.mark.data


def reshaped(tmp_path, rows, columns, *, unit=None):
    header = ([unit] if unit else []) + columns
    body = [([f"row {i}"] if unit else []) + [row[c] for c in columns] for i, row in enumerate(rows, 1)]
    return write_csv(tmp_path / "reshaped.csv", [header, *body])


@data_needed
def test_hdi_2022_scores_and_ranks(capsys):
    found = score_example(capsys, "hdi", GOLDEN / "hdi_2022.csv")
    published = {row["iso3"]: row for row in read_rows(GOLDEN / "hdi_2022.csv")}
    assert found["units"] == sorted(published)
    scores = [float(published[u]["hdi_2022"]) for u in found["units"]]
    assert found["scores"]["HDI"] == pytest.approx(scores, abs=5e-4)
    assert found["ranks"] == [float(published[u]["hdi_rank_2022"]) for u in found["units"]]
    for unit, total in zip(found["units"], found["scores"]["HDI"], strict=True):
        assert sum(found["contributions"][unit].values()) == pytest.approx(total, abs=1e-9)


@data_needed
def test_twenty_seven_ranks_of_the_hdi_move_when_scores_are_not_rounded(capsys, tmp_path):
    scheme = json.loads((EXAMPLES / "hdi.json").read_text(encoding="utf-8"))
    scheme["rank"]["decimals"] = None
    (tmp_path / "unrounded.json").write_text(json.dumps(scheme), encoding="utf-8")
    rounded = score_example(capsys, "hdi", GOLDEN / "hdi_2022.csv")["ranks"]
    _, found, _ = run(capsys, "score", tmp_path / "unrounded.json", GOLDEN / "hdi_2022.csv")
    assert sum(a != b for a, b in zip(rounded, found["ranks"], strict=True)) == 27


@data_needed
def test_hdi_of_women_to_nine_places(capsys):
    found = score_example(capsys, "hdi_women", GOLDEN / "hdi_f_2022.csv")
    published = {row["iso3"]: float(row["hdi_f_2022"]) for row in read_rows(GOLDEN / "hdi_f_2022.csv")}
    assert found["scores"]["HDI_f"] == pytest.approx([published[u] for u in found["units"]], abs=1e-9)


@data_needed
@pytest.mark.parametrize("year", [2020, 2024])
def test_egdi_scores_and_ranks_within_one_place(capsys, year):
    path = GOLDEN / f"egdi_{year}.csv"
    found = score_example(capsys, "egdi", path)
    published = {row["country"]: row for row in read_rows(path)}
    expected = [float(published[u]["egdi"]) for u in found["units"]]
    assert found["scores"]["EGDI"] == pytest.approx(expected, abs=4e-5)
    gaps = [abs(r - int(published[u]["rank"])) for u, r in zip(found["units"], found["ranks"], strict=True)]
    assert max(gaps) <= 1
    assert sum(gap > 0 for gap in gaps) <= 4


def asem_file(tmp_path):
    units = {row["uCode"]: row for row in read_rows(GOLDEN / "asem_units.csv")}
    raw = read_rows(GOLDEN / "asem_raw.csv")
    more = ["EurAsia_group", "Area", "Energy", "GDP", "Population"]
    rows = [[*row.values(), *(units[row["uCode"]][c].replace("NA", "") for c in more)] for row in raw]
    return write_csv(tmp_path / "asem.csv", [[*raw[0], *more], *rows])


@data_needed
def test_asem_agrees_with_coinr_at_every_stage(capsys, tmp_path):
    found = score_example(capsys, "asem", asem_file(tmp_path))
    stages = {**found["stages"], "normalised": found["normalised"], "aggregated": found["scores"]}
    assert list(stages) == ["denominated", "imputed", "treated", "normalised", "aggregated"]
    for stage, columns in stages.items():
        expected = {row["uCode"]: row for row in read_rows(GOLDEN / f"asem_{stage}.csv")}
        assert columns
        for code, values in columns.items():
            theirs = [expected[u][code] for u in found["units"]]
            theirs = [None if cell in {"", "NA"} else float(cell) for cell in theirs]
            assert [v is None for v in values] == [t is None for t in theirs]
            ours = [v for v in values if v is not None]
            assert ours == pytest.approx([t for t in theirs if t is not None], abs=1e-9), (stage, code)


@data_needed
def test_asem_treats_the_points_coinr_treats(capsys, tmp_path):
    found = score_example(capsys, "asem", asem_file(tmp_path))
    log = next(step for step in found["trail"] if step["step"] == "treat")["parameters"]["columns"]
    for row in read_rows(GOLDEN / "asem_treat_log.csv"):
        ours = log[row["iCode"]]
        assert ours["skew"][0] == pytest.approx(float(row["check_SkewKurt0.Skew"]), abs=1e-9)
        assert ours["kurt"][0] == pytest.approx(float(row["check_SkewKurt0.Kurt"]), abs=1e-9)
        assert ours["n"] == int(float(row["winsorise.nwin"] or 0))
        if row["check_SkewKurt1.Skew"]:
            assert ours["skew"][1] == pytest.approx(float(row["check_SkewKurt1.Skew"]), abs=1e-9)


@data_needed
def test_topsis_of_the_textbook(capsys, tmp_path):
    rows = read_rows(GOLDEN / "topsis_tzeng2011.csv")
    found = score_example(capsys, "topsis", reshaped(tmp_path, rows, ["c1", "c2", "c3"], unit="unit"))
    assert found["scores"]["closeness"] == pytest.approx([float(row["expected"]) for row in rows], abs=1e-4)
    for unit, total in zip(found["units"], found["scores"]["closeness"], strict=True):
        assert sum(found["contributions"][unit].values()) == pytest.approx(total, abs=1e-9)


@data_needed
def test_ahp_weights_of_saaty(capsys, tmp_path):
    rows = read_rows(GOLDEN / "ahp_drinks_saaty2008.csv")
    codes = [name for name in rows[0] if name != "expected_weight"]
    code, found, _ = run(capsys, "weights", "ahp", reshaped(tmp_path, rows, codes))
    assert (code, found["codes"]) == (0, codes)
    assert found["weights"] == pytest.approx([float(row["expected_weight"]) for row in rows], abs=6e-4)
    assert found["consistency_ratio"] == pytest.approx(0.022, abs=6e-4)


@data_needed
@pytest.mark.parametrize(
    ("method", "file", "expected", "within"),
    [
        ("critic", "critic_diakoulaki1995.csv", [0.20222554, 0.48090173, 0.31687273], 1e-8),
        ("entropy", "entropy_elsayed2017.csv", [0.104991, 0.069124, 0.071373, 0.449937, 0.304575], 6e-7),
    ],
)
def test_weights_from_data_of_the_papers(capsys, method, file, expected, within):
    _, found, _ = run(capsys, "weights", method, GOLDEN / file)
    assert found["weights"] == pytest.approx(expected, abs=within)


@data_needed
def test_rank_sets_of_pisa(capsys):
    path = GOLDEN / "ranksets_pisa2018_math.csv"
    words = ("ranks", path, "--unit", "unit", "--value", "x", "--se", "se", "--draws", "1000")
    published = {row["unit"]: row for row in read_rows(path)}
    for option, names in (((), "sim"), (("--single-step",), "ss"), (("--marginal",), "marg")):
        _, found, _ = run(capsys, *words, *option)
        misses = sum(
            (low != int(published[u][f"L_{names}"])) + (high != int(published[u][f"U_{names}"]))
            for u, low, high in zip(found["units"], found["lower"], found["upper"], strict=True)
        )
        assert misses <= 3
    _, found, _ = run(capsys, *words, "--best", "5")
    assert found["best"] == [published[u]["tau5best"] == "True" for u in found["units"]]
