"""The command line: the form of its outputs, and refusals in one sentence."""

import json

import pytest

from tests.paths import EXAMPLES
from tests.scoring.build import refused, run, score_example, write_csv, write_scheme

KEYS = (
    *("scheme", "data", "scheme_digest", "input_digest", "units", "scores", "normalised", "weights", "ranks"),
    *("grades", "status", "contributions", "trail"),
)


def test_the_output_of_score_has_its_keys_and_goes_to_a_file(capsys, tmp_path):
    scheme, data = EXAMPLES / "nyc_three_sources.json", EXAMPLES / "nyc_three_sources.csv"
    target = tmp_path / "out.json"
    assert run(capsys, "score", scheme, data, "-o", target) == (0, None, "")
    found = json.loads(target.read_text(encoding="utf-8"))
    assert set(KEYS) <= set(found)
    assert found["scheme"] == json.loads(scheme.read_text(encoding="utf-8"))
    n = len(found["units"])
    for values in (*found["scores"].values(), *found["normalised"].values(), found["ranks"], found["grades"]):
        assert len(values) == n


def test_rows_in_another_order_give_the_same_bytes(capsys, tmp_path):
    lines = (EXAMPLES / "nyc_three_sources.csv").read_text(encoding="utf-8").splitlines()
    mixed = tmp_path / "mixed.csv"
    mixed.write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n", encoding="utf-8")
    outputs = [
        score_example(capsys, "nyc_three_sources", path)
        for path in (EXAMPLES / "nyc_three_sources.csv", mixed)
    ]
    assert json.dumps(outputs[0]) == json.dumps(outputs[1])


def test_explain_shows_one_unit(capsys):
    data = EXAMPLES / "nyc_three_sources.csv"
    found = score_example(capsys, "nyc_three_sources", data, "--explain", "DSNY")["explain"]
    assert (found["unit"], found["rank"]) == ("DSNY", 8)
    assert sum(found["contributions"].values()) == pytest.approx(found["score"], abs=1e-9)
    node = found["nodes"]["composite"]
    assert node["children"]["residents"]["weight"] == 0.4
    assert sum(child["contribution"] for child in node["children"].values()) == pytest.approx(found["score"])
    assert score_example(capsys, "nyc_three_sources", data, "--explain", "NYPD")["explain"]["nodes"] == {}
    code, out, err = run(capsys, "score", EXAMPLES / "nyc_three_sources.json", data, "--explain", "XX")
    assert (code, out) == (2, None)
    assert "unit XX is not in the data" in err


def test_draws_add_the_uncertainty_of_the_ranking(capsys):
    scheme, data = EXAMPLES / "nyc_three_sources.json", EXAMPLES / "nyc_three_sources.csv"
    words = ("score", scheme, data, "--draws", "400", "--seed", "7")
    _, found, _ = run(capsys, *words)
    told = found["uncertainty"]
    assert {"se", "rank_lower", "rank_upper", "rank_frequencies", "mc_se", "draws", "seed"} <= set(told)
    assert (told["draws"], told["seed"]) == (400, 7)
    nypd, dob = found["units"].index("NYPD"), found["units"].index("DOB")
    assert told["rank_frequencies"][nypd] is None
    assert told["rank_lower"][nypd] is None
    assert sum(told["rank_frequencies"][dob]) == pytest.approx(1)
    assert len(told["rank_frequencies"][dob]) == 10
    assert told["rank_upper"][dob] == 10
    assert told == run(capsys, *words)[1]["uncertainty"]
    assert "uncertainty" not in run(capsys, *words[:3])[1]


def test_draws_need_a_unit_that_is_ranked(capsys, tmp_path):
    data = write_csv(tmp_path / "d.csv", [["unit", "a", "b"], ["x", 1, ""], ["y", "", 2]])
    scheme = write_scheme(tmp_path / "s.json")
    assert run(capsys, "score", scheme, data)[1]["ranks"] == [None, None]
    assert "no unit is ranked" in refused(capsys, "score", scheme, data, "--draws", "10")


def outputs(capsys, tmp_path):
    data = EXAMPLES / "nyc_three_sources.csv"
    moved = tmp_path / "moved.csv"
    text = data.read_text(encoding="utf-8").replace("DSNY,3101", "DSNY,2101")
    moved.write_text(
        "".join(line for line in text.splitlines(keepends=True) if "TLC" not in line), encoding="utf-8"
    )
    paths = tmp_path / "old.json", tmp_path / "new.json"
    for example, source, path in zip(
        ("nyc_three_sources", "nyc_60_20_20"), (data, moved), paths, strict=True
    ):
        assert run(capsys, "score", EXAMPLES / f"{example}.json", source, "-o", path)[0] == 0
    return paths


def test_compare_splits_every_change_of_score_and_place(capsys, tmp_path):
    old, new = outputs(capsys, tmp_path)
    code, found, _ = run(capsys, "compare", old, new)
    assert (code, found["entered"], found["left"]) == (0, [], ["TLC"])
    for one in found["units"].values():
        for what, exact in (("score", 1e-9), ("rank", 1e-9)):
            change = one[what]["new"] - one[what]["old"]
            assert sum(one[what]["parts"].values()) == pytest.approx(change, abs=exact)
    sanitation = found["units"]["DSNY"]
    assert sanitation["rank"]["old"] == 8
    assert sanitation["score"]["parts"]["own_data"] > 0
    assert sanitation["rank"]["parts"]["units"] < 0


def test_compare_refuses_what_is_no_output_of_score_example(capsys, tmp_path):
    old, new = outputs(capsys, tmp_path)
    edited = json.loads(old.read_text(encoding="utf-8"))
    edited["data"]["rows"][0][1] = 1
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(edited), encoding="utf-8")
    assert "forged.json: output: input_digest does not belong" in refused(capsys, "compare", forged, new)
    assert "output: data is missing" in refused(
        capsys, "compare", old, write_json(tmp_path, {"scheme": edited["scheme"]})
    )
    assert "should be an object" in refused(capsys, "compare", old, write_json(tmp_path, []))


def write_json(tmp_path, found):
    path = tmp_path / "some.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def test_tally_of_the_british_example(capsys, tmp_path):
    path = write_csv(
        tmp_path / "counts.csv",
        [["unit", "very bad", "bad", "fair", "good", "very good", "dk"], ["UK", 23, 46, 153, 419, 528, 7]],
    )
    _, found, _ = run(capsys, "tally", path)
    one = found["UK"]
    assert set(one) == {"n", "dk", "mean", "linear100", "top_box", "top2", "net", "wilson", "se"}
    assert (one["n"], one["dk"]) == (1169, 7)
    assert one["mean"] == pytest.approx(4.183, abs=5e-4)
    assert one["linear100"] == pytest.approx(79.58, abs=5e-3)
    assert one["top2"] == pytest.approx(0.8101, abs=5e-5)
    assert one["wilson"]["lower"] < one["top2"] < one["wilson"]["upper"]


def test_multinomial_rank_sets_from_counts(capsys, tmp_path):
    path = write_csv(tmp_path / "c.csv", [["party", "votes"], ["b", 500], ["a", 100], ["c", 90]])
    _, found, _ = run(capsys, "ranks-multinomial", path, "--unit", "party", "--count", "votes")
    assert found["units"] == ["a", "b", "c"]
    assert found["rank"] == [2, 1, 3]
    assert (found["lower"], found["upper"]) == ([2, 1, 2], [3, 1, 3])


def test_ranks_take_a_covariance_file(capsys, tmp_path):
    data = write_csv(tmp_path / "d.csv", [["u", "x"], ["b", 1], ["a", 5], ["c", 9]])
    cov = write_csv(tmp_path / "cov.csv", [["b", "a", "c"], [0.01, 0, 0], [0, 0.01, 0], [0, 0, 0.01]])
    _, found, _ = run(capsys, "ranks", data, "--unit", "u", "--value", "x", "--cov", cov)
    assert (found["units"], found["lower"], found["upper"]) == (["a", "b", "c"], [2, 3, 1], [2, 3, 1])


def test_a_covariance_file_is_read_by_the_names_of_its_header(capsys, tmp_path):
    data = write_csv(tmp_path / "d.csv", [["u", "x"], ["b", 1], ["a", 5], ["c", 9]])
    written = write_csv(tmp_path / "1.csv", [["b", "a", "c"], [1, 0, 0], [0, 4, 1], [0, 1, 9]])
    turned = write_csv(tmp_path / "2.csv", [["c", "b", "a"], [9, 0, 1], [0, 1, 0], [1, 0, 4]])
    words = ("ranks", data, "--unit", "u", "--value", "x", "--cov")
    assert run(capsys, *words, turned)[1] == run(capsys, *words, written)[1]
    strangers = write_csv(tmp_path / "3.csv", [["c", "b", "d"], [9, 0, 1], [0, 1, 0], [1, 0, 4]])
    assert "3.csv, row 1: the header should name the units" in refused(capsys, *words, strangers)


def test_weights_leave_the_unit_column_out_and_name_the_cell_entropy_cannot_take(capsys, tmp_path):
    plain = write_csv(tmp_path / "1.csv", [["a", "b"], [1, 2], [3, 9], [7, 4]])
    named = write_csv(tmp_path / "2.csv", [["unit", "a", "b"], ["x", 1, 2], ["y", 3, 9], ["z", 7, 4]])
    assert run(capsys, "weights", "std", named) == run(capsys, "weights", "std", plain)
    below = write_csv(tmp_path / "3.csv", [["a", "b"], [1, 2], [3, -9]])
    assert "3.csv, row 3, column b: Entropy weights need values of at least 0, not -9." in refused(
        capsys, "weights", "entropy", below
    )
    none = write_csv(tmp_path / "4.csv", [["a", "b"], [0, 2], [0, 9]])
    assert "4.csv, column a: Entropy weights need a sum above 0" in refused(
        capsys, "weights", "entropy", none
    )
